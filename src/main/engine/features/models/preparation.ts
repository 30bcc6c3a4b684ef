import type { EventName, Events } from '../../../../shared/contract.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import { type Control, JobQueue, type Progress } from '../../base/job-queue.ts'
import type { Store } from '../../store/store.ts'
import type { Encoders } from '../../workers/encoders.ts'
import { isPrepared, prepareModel, type PassedOver } from './prepare-model.ts'
import { detailsOf } from '../../../../shared/errors.ts'

interface Deps {
  readonly store: Store
  /** The model that answers meanwhile. */
  readonly before: () => ActiveModel | null
  readonly emit: <E extends EventName>(name: E, payload: Events[E]) => void
  readonly log: (text: string) => void
}

/** A model that is to be prepared. */
export interface NextModel {
  readonly model: ActiveModel
  /** Processes that have the model open, for this preparation alone: no process ever holds two models. */
  readonly encoders: Encoders
  /** Called in the tick in which the model was found complete, before `encoders` are closed. */
  readonly onPrepared: () => void
  /** Called when the job ends, however it ends. @param isCancelled  by the person, or by the engine's end */
  readonly onEnd: (isCancelled: boolean) => void
}

/**
 * Middle step of a chosen model: the job that encodes the library with the next model, beside the model in use. It knows neither
 * who chose the model nor what happens when it is prepared.
 */
export class Preparation {
  readonly queue: JobQueue
  readonly #deps: Deps
  #next: NextModel | null = null

  constructor(deps: Deps) {
    this.#deps = deps
    this.queue = new JobQueue(
      (event, status) => deps.emit(event, status),
      error => deps.log(detailsOf(error))
    )
  }

  /** The model that is being prepared. */
  get model(): ActiveModel | null {
    return this.#next?.model ?? null
  }

  /** Starts the job. @throws EngineError busy while another model is being prepared */
  start(next: NextModel): void {
    this.#next = next
    this.queue.start('encode-model', control => this.#work(next, control))
  }

  /** Cancels the job and waits for its end. */
  async stop(): Promise<void> {
    const running = this.queue.all().find(({ state }) => state !== 'ended')
    if (running !== undefined) this.queue.cancel(running.jobId)
    await this.queue.idle()
  }

  /** Threads of the processes that prepare; none run without a job. */
  async useThreads(threads: number): Promise<void> {
    const next = this.#next
    await next?.encoders.useThreads(threads).catch((error: unknown) => {
      // A failure counts only while these processes still prepare: afterwards they are closed, or belong to the model in use.
      if (this.#next === next) throw error
    })
  }

  async *#work({ model, encoders, onPrepared, onEnd }: NextModel, control: Control): AsyncGenerator<Progress> {
    const { store, before } = this.#deps
    const passedOver: PassedOver = new Map()
    const deps = { store, next: model, before, passedOver }
    try {
      do {
        yield* prepareModel({ ...deps, encoder: encoders.library }, control)
        // Opens the text tower before the switch, so that the first question does not wait for it.
        await encoders.questions.encodeTexts(['a photo'], control.signal)
      } while (!isPrepared(deps))
      control.signal.throwIfAborted()
      onPrepared()
    } finally {
      this.#next = null
      encoders.close()
      onEnd(control.signal.aborted)
    }
  }
}
