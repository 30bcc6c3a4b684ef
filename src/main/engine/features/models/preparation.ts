import type { EventName, Events } from '../../../../shared/contract.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { isPrepared, prepareModel, type PassedOver } from './prepare-model.ts'
import { JobQueue, type Progress } from '../../base/job-queue.ts'
import { forgetModel, rememberMap } from './model-holdings.ts'
import type { ModelSwitch } from './model-switch.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import type { Store } from '../../store/store.ts'
import type { SharedWriter } from '../../store/writer-lock.ts'
import type { Encoders } from '../../workers/encoders.ts'

interface Deps {
  readonly store: Store
  readonly model: ModelSwitch
  readonly indexing: { request(): string }
  readonly writer: SharedWriter
  /** Beside the one that answers: two models are never in one process. */
  readonly startEncoders: () => Encoders
  readonly emit: <E extends EventName>(name: E, payload: Events[E]) => void
  readonly log: (text: string) => void
}

interface Control {
  readonly signal: AbortSignal
  pace(): Promise<void>
}

/** The setting that remembers which pack is being prepared: an app that stays open goes on with it at its next start. */
const remembered = 'preparingPack'

/**
 * Changing models without losing anything: the chosen one is made ready in processes of its own while the one in use
 * answers, and takes its place in one tick once it has all that the other has.
 */
export class Preparation {
  readonly queue: JobQueue
  readonly #deps: Deps
  #incoming: { readonly model: ActiveModel; readonly encoders: Encoders } | null = null
  /** Opened, and not known yet whether it is needed. */
  #opening: Encoders | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(deps: Deps) {
    this.#deps = deps
    this.queue = new JobQueue(
      (event, status) => deps.emit(event, status),
      error => deps.log(error instanceof Error ? (error.stack ?? error.message) : String(error))
    )
  }

  /** What is being prepared. */
  get model(): ActiveModel | null {
    return this.#incoming?.model ?? null
  }

  /**
   * Chooses a model, null for none. One wish after the other; the newest wins.
   * @throws EngineError not-found or model-broken, and database-in-use while another process indexes; everything goes on as it was then
   */
  activate(packId: string | null): Promise<void> {
    return this.#inTurn(() => this.#activate(packId))
  }

  /**
   * Deletes what is stored of a pack's embeddings. @returns the bytes of what was deleted
   * @throws EngineError not-found, busy while it is in use or being prepared, database-in-use while another process indexes
   */
  forget(packId: string): Promise<number> {
    return this.#inTurn(async () => {
      const { store, model, writer } = this.#deps
      await model.open().catch(() => null)
      const packs = await model.packs()
      const pack = packs.find(found => found.packId === packId)
      if (pack === undefined)
        throw new EngineError('not-found', `There is no model pack ${packId} here. Nothing was deleted.`)
      const release = writer.acquire()
      try {
        return await forgetModel(pack, packs, { active: model.now, preparing: this.model }, store)
      } finally {
        release()
      }
    })
  }

  /** Goes on with the pack that was being prepared when the host ended. */
  resume(): void {
    const packId = this.#deps.store.settings.get(remembered)
    if (typeof packId !== 'string') return
    this.activate(packId).catch((error: unknown) => {
      if (this.#isClosed) return
      // A pack that is gone or broken would be refused at each start.
      if (error instanceof EngineError && /^(not-found|model-)/.test(error.code))
        this.#deps.store.settings.set(remembered, undefined)
      this.#deps.log(error instanceof Error ? error.message : String(error))
    })
  }

  /** Of the processes that prepare; nothing when none do. */
  async useThreads(threads: number): Promise<void> {
    const incoming = this.#incoming
    await incoming?.encoders.useThreads(threads).catch((error: unknown) => {
      // Ended, or put to use: then they are nobody's here.
      if (this.#incoming === incoming) throw error
    })
  }

  async idle(): Promise<void> {
    await this.#turn
    while (this.queue.isRunning) await this.queue.idle()
  }

  /** Stops where it is; what is being prepared stays remembered. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#opening?.close()
    await this.#turn
    await this.queue.close()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #activate(packId: string | null): Promise<void> {
    const { model, startEncoders, writer } = this.#deps
    await model.open().catch(() => null)
    if (packId !== null && packId === this.model?.card.id) return
    if (this.#isClosed) throw new EngineError('cancelled', 'Reverie is closing.')
    const encoders = (this.#opening = startEncoders())
    try {
      const next = packId === null ? null : await model.openIn(packId, encoders)
      const release = this.#isInstant(next) ? null : writer.acquire()
      await this.#stop()
      if (next === null || this.#isInstant(next)) {
        this.#switch(next, encoders)
        release?.()
      } else this.#start(next, encoders, release ?? writer.acquire())
    } catch (error) {
      encoders.close()
      throw error
    } finally {
      this.#opening = null
    }
  }

  /** Whether search loses nothing by switching now: the next model is complete, or the one in use has nothing. */
  #isInstant(next: ActiveModel | null): boolean {
    const { items } = this.#deps.store
    const before = this.#deps.model.now
    if (next === null || before === null) return true
    return items.countUnencoded(before.key) >= items.counts().indexed || this.#isReady(next, new Map())
  }

  #isReady(next: ActiveModel, passedOver: PassedOver): boolean {
    const { store, model } = this.#deps
    return isPrepared({ store, next, before: () => model.now, passedOver })
  }

  async #stop(): Promise<void> {
    const running = this.queue.all().find(({ state }) => state !== 'ended')
    if (running !== undefined) this.queue.cancel(running.jobId)
    await this.queue.idle()
  }

  #start(next: ActiveModel, encoders: Encoders, release: () => void): void {
    this.#incoming = { model: next, encoders }
    rememberMap(this.#deps.store, next)
    this.#deps.store.settings.set(remembered, next.card.id)
    this.queue.start('encode-model', control => this.#work(next, encoders, control, release))
  }

  async *#work(next: ActiveModel, encoders: Encoders, control: Control, release: () => void): AsyncGenerator<Progress> {
    const { store, model } = this.#deps
    const passedOver: PassedOver = new Map()
    try {
      do {
        yield* prepareModel({ store, encoder: encoders.library, next, before: () => model.now, passedOver }, control)
        // The first question does not wait until the text tower is open.
        await encoders.questions.encodeTexts(['a photo'], control.signal)
      } while (!this.#isReady(next, passedOver))
      control.signal.throwIfAborted()
      // In the same tick in which nothing was lacking.
      this.#switch(next, encoders)
    } finally {
      this.#incoming = null
      encoders.close()
      // What the user stopped is not wanted any more; what an error or the host's end stopped is.
      if (control.signal.aborted && !this.#isClosed) store.settings.set(remembered, undefined)
      release()
    }
  }

  #switch(next: ActiveModel | null, encoders: Encoders): void {
    const { store, model, indexing } = this.#deps
    store.settings.set(remembered, undefined)
    model.use(next, encoders)
    // What came in this moment, and what could not be prepared.
    if (store.folders.all().length > 0) indexing.request()
  }
}
