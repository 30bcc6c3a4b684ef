import type { EventName, Events } from '../../../../shared/contract.ts'
import type { RunPoint, RunStatus, TrainInput } from '../../../../shared/learning.ts'
import type { Devices } from './devices.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { readPairsFile } from './encode-pairs.ts'
import { groupedLines } from './file-training-set.ts'
import { learnableOf } from './list-pairs.ts'
import { minedPairs } from './mined-pairs.ts'
import type { Control, JobQueue, Progress } from '../../base/job-queue.ts'
import { trainProjector, type TrainingRequest, type VersionKeeper } from './train-projector.ts'
import { TrainingFiles, type VersionsBefore } from './training-files.ts'
import { learnableFrom, refuseTooFew } from '../../stages/train/readiness.ts'
import type { TrainingEncoder } from './training-set.ts'
import { config } from '../../base/config.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import { encoderThreads, readSettings } from '../../store/user-settings.ts'
import type { Store } from '../../store/store.ts'
import type { SharedWriter } from '../../store/writer-lock.ts'
import type { TrainerProcess } from '../../workers/trainer-process.ts'

interface Deps {
  readonly store: Store
  readonly encoder: TrainingEncoder
  readonly trainer: TrainerProcess
  readonly devices: Devices
  readonly model: { open(): Promise<ActiveModel | null> }
  readonly versions: VersionKeeper
  readonly dataFolder: string
  readonly writer: SharedWriter
  /** Shared with switching versions: two that project at once would delete each other's rows. */
  readonly queue: JobQueue
  /** Of the app. */
  readonly version: string
  readonly emit: <E extends EventName>(name: E, payload: Events[E]) => void
  readonly log: (text: string) => void
}

export interface TrainingOptions extends TrainInput {
  /** Photos and captions to train on, instead of the pairs of the library. */
  readonly pairsFile?: string | undefined
}

/**
 * One training at a time, beside indexing and search. It survives the host: what was asked for is remembered until somebody
 * ends it, and every evaluation is kept.
 */
export class Training {
  readonly queue: JobQueue
  readonly #deps: Deps
  readonly #files: TrainingFiles
  #run: RunStatus | null = null
  #isClosed = false

  constructor(deps: Deps) {
    this.#deps = deps
    this.#files = new TrainingFiles(deps.dataFolder)
    this.queue = deps.queue
  }

  /** The training that runs now, or the last one since the start. */
  get run(): RunStatus | null {
    return this.#run
  }

  /**
   * Starts a training; what nobody says is as it was for the one that was interrupted.
   * @throws EngineError busy while one runs, bad-input when there is too little to learn from, model-missing without a model
   */
  async request({ device, seed, pairsFile }: TrainingOptions): Promise<string> {
    if (this.queue.isRunning)
      throw new EngineError(
        'busy',
        'A training runs already, or another version is being switched to. Wait for it, or cancel it first; search goes on meanwhile.'
      )
    const model = await this.#model()
    if (pairsFile === undefined) {
      refuseTooFew(learnableOf(await minedPairs(this.#deps.store, model.card.image.id)))
    } else refuseTooFew(learnableFrom(await groupedLines(await readPairsFile(pairsFile, null))))
    const asked = await this.#files.asked()
    return this.#start({
      device: device ?? asked?.device ?? 'auto',
      seed: seed ?? asked?.seed ?? config.trainingSeed,
      pairsFile: pairsFile ?? null
    })
  }

  /** Goes on with the training that ended with the host, if one did. */
  async resume(): Promise<void> {
    const asked = await this.#files.asked()
    if (asked === null || this.queue.isRunning || this.#isClosed) return
    this.#start({ device: asked.device, seed: asked.seed, pairsFile: null })
  }

  async idle(): Promise<void> {
    while (this.queue.isRunning) await this.queue.idle()
  }

  /** Stops the training where it is; the next start of an app that stays open goes on with it. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.queue.close()
    this.#deps.trainer.close()
  }

  #start(request: TrainingRequest): string {
    const { jobId } = this.queue.start('train', control => this.#work(request, control))
    this.#run = { jobId, seed: request.seed, points: [], versionId: null }
    return jobId
  }

  async *#work(request: TrainingRequest, control: Control): AsyncGenerator<Progress> {
    const { store, encoder, trainer, devices, versions, version, writer } = this.#deps
    const release = writer.acquire()
    try {
      const model = await this.#model()
      const interrupted = await this.#remember(request, versions.now(model.key))
      yield* trainProjector(
        request,
        {
          store,
          encoder: encoder.bound?.() ?? encoder,
          trainer,
          devices,
          versions,
          version,
          model,
          files: this.#files,
          interrupted,
          threads: encoderThreads(readSettings(store)),
          onPoint: point => this.#follow(point),
          onVersion: versionId => {
            if (this.#run !== null) this.#run = { ...this.#run, versionId }
            this.#deps.emit('projectorChanged', { versionId })
          }
        },
        control
      )
    } finally {
      // Ended by the host's end, it is asked for again at the next start; ended in any other way, it is not.
      if (!this.#isClosed) await this.#files.forgetAsked()
      release()
    }
  }

  /**
   * Has the next start go on with it.
   * @returns for an interrupted training that is asked for again, the versions when it was asked for first; else null
   */
  async #remember({ device, seed, pairsFile }: TrainingRequest, now: VersionsBefore): Promise<VersionsBefore | null> {
    // A file of pairs is somebody's at the command line: nothing goes on with it by itself.
    if (pairsFile !== null) return null
    const asked = await this.#files.asked()
    const interrupted = asked?.seed === seed ? asked.before : null
    await this.#files.ask({ device, seed, before: interrupted ?? now })
    return interrupted
  }

  #follow(point: RunPoint): void {
    if (this.#run === null) return
    this.#run = { ...this.#run, points: [...this.#run.points, point] }
    this.#deps.emit('runProgress', { jobId: this.#run.jobId, point })
  }

  async #model(): Promise<ActiveModel> {
    const model = await this.#deps.model.open()
    if (model === null)
      throw new EngineError(
        'model-missing',
        'No model is installed, so there is nothing that could learn. Your library is unharmed. Install a model pack first.'
      )
    return model
  }
}
