import { config } from '../base/config.ts'
import type { PackCard } from '../base/domain.ts'
import { limit } from '../base/limit.ts'
import { EngineError } from '../../../shared/errors.ts'
import { encoderMethods, type EncoderApi } from './encoder-api.ts'
import { connect, type Connection } from './port.ts'
import { watchSilence } from './silence.ts'
import type { StartWorker, WorkerProcess } from './start-worker.ts'

/** The process died, or was killed because it hung, while a call was under way. */
export class WorkerGone extends Error {
  override readonly name = 'WorkerGone'
  /** `ended`: by the engine, for the sake of another file. */
  readonly why: 'itself' | 'silent' | 'ended'

  constructor(message: string, why: WorkerGone['why']) {
    super(message)
    this.why = why
  }
}

/** A pack as it was first opened: a process that opens it again finds the same towers, or refuses. */
interface UsedPack {
  readonly folder: string | null
  readonly threads: number
  /** Of both towers; null while it is not known. */
  towers: string | null
}

/** A process that was started. */
export interface Running {
  readonly process: WorkerProcess
  readonly connection: Connection<EncoderApi>
  readonly ready: Promise<PackCard | null>
  /** Calls under way. */
  underWay: number
  /** Who is told when it ends: another than who started it, once it was handed over. */
  owner: KeptEncoder
}

/** What a process is for, and so how long it lives. */
export interface EncoderUse {
  /** After which a process is taken for hung. */
  readonly silenceMs: number
  /** It ends after this long without a call, and starts again with the next; Infinity: it stays. */
  readonly idleMs: number
  /** It works through many files: pictures wait to be encoded together. */
  readonly isBulk: boolean
}

/** An encoder process that is there when it is needed, with the pack that is in use. */
export class KeptEncoder {
  readonly #start: StartWorker
  readonly #use: EncoderUse
  #pack: UsedPack
  #running: Running | null = null
  /** Takes the place of the one that runs, once its pack is open. */
  #next: Running | null = null
  #idleTimer: NodeJS.Timeout | undefined
  #isClosed = false
  readonly #inTurn = limit(1)
  #restarts = 0
  #packChanges = 0

  constructor(start: StartWorker, threads: number, use: Partial<EncoderUse> = {}) {
    this.#start = start
    this.#pack = { folder: null, threads, towers: null }
    this.#use = { silenceMs: config.workerSilenceMs, idleMs: Infinity, isBulk: false, ...use }
  }

  /** How often it had to be started again. */
  get restarts(): number {
    return this.#restarts
  }

  /** How often another pack was put to use: what was asked of one is never answered by another. */
  get packChanges(): number {
    return this.#packChanges
  }

  get packFolder(): string | null {
    return this.#pack.folder
  }

  get threads(): number {
    return this.#pack.threads
  }

  /** undefined while none runs. */
  get pid(): number | undefined {
    return this.#running?.process.pid
  }

  /** After which a process is taken for hung. */
  protected get silenceMs(): number {
    return this.#use.silenceMs
  }

  /**
   * Changes the model for everything that follows; the process that runs answers until the next one is ready. One change
   * after the other. @throws EngineError model-broken; the pack that was in use goes on then
   */
  usePack(folder: string | null): Promise<PackCard | null> {
    return this.#inTurn(() => this.#changePack(folder, this.#pack.threads))
  }

  /** The same pack with another number of threads. What is under way is answered first, and nothing waits. */
  useThreads(threads: number): Promise<void> {
    return this.#inTurn(async () => {
      while (this.#running !== null && this.#pack.threads !== threads) {
        const asked = this.#packChanges
        await this.#changePack(this.#pack.folder, threads).catch((error: unknown) => {
          // Another pack was put to use meanwhile: that one is told too.
          if (asked === this.#packChanges) throw error
        })
      }
      this.#pack = { ...this.#pack, threads }
    })
  }

  /** Goes on with the pack that another has open, in a process of its own that starts with the next call. In one step. */
  follow(other: KeptEncoder): void {
    this.#replace(null, other.#pack, other.#pack.folder !== this.#pack.folder)
  }

  /**
   * Goes on with the pack and the process of another, which has nothing under way and is closed by this. In one step, so
   * that whoever switches models can do all of it in the same tick.
   */
  takeOver(other: KeptEncoder): void {
    const next = other.#running
    other.#running = null
    other.close()
    if (next !== null) next.owner = this
    this.#replace(next, other.#pack, true)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#idleTimer)
    this.#running?.process.kill()
    this.#running = null
    this.#next?.process.kill()
  }

  /**
   * Asks a process whose pack is open.
   * @param asked  the pack that is meant, as `packChanges` counts them; null when any will do
   * @throws WorkerGone, or EngineError busy when another pack is in use
   */
  protected async ask<T>(asked: number | null, question: (running: Running) => Promise<T>): Promise<T> {
    const running = await this.#opened(() => this.#alive())
    return this.#answered(running, asked, question)
  }

  /** The same for what needs no pack, and so does not wait until it is open. */
  protected async askUnopened<T>(question: (running: Running) => Promise<T>): Promise<T> {
    const running = this.#alive()
    running.underWay++
    return this.#answered(running, null, question)
  }

  /** Asks a process that nobody else asks and that ends with its answer. @throws as `ask` */
  protected async askAlone<T>(asked: number | null, question: (running: Running) => Promise<T>): Promise<T> {
    this.#refuseOther(asked)
    const alone = await this.#opened(() => this.#launch(this.#pack))
    try {
      return await question(alone)
    } finally {
      alone.process.kill()
    }
  }

  /** Whoever needs it next starts another. What was asked of one that somebody else has ended already is left alone. */
  protected end(running: Running, why: WorkerGone): void {
    const { owner } = running
    if (owner.#running === running) {
      owner.#running = null
      owner.#restarts++
    }
    running.connection.fail(why)
    running.process.kill()
  }

  async #changePack(folder: string | null, threads: number): Promise<PackCard | null> {
    const asked = this.#packChanges
    const isOther = folder !== this.#pack.folder
    const pack: UsedPack = { folder, threads, towers: isOther ? null : this.#pack.towers }
    try {
      const next = await this.#opened(() => (this.#next = this.#launch(pack)))
      this.#refuseOther(asked)
      this.#next = null
      next.underWay--
      this.#replace(next, pack, isOther)
      return await next.ready
    } finally {
      // Not null any more where it could not be opened, or is not wanted.
      this.#next?.process.kill()
      this.#next = null
    }
  }

  #replace(next: Running | null, pack: UsedPack, isOther: boolean): void {
    const old = this.#running
    if (isOther) this.#packChanges++
    this.#pack = pack
    this.#running = next
    // Of the same pack, what is under way is answered first.
    if (old !== null && (isOther || old.underWay === 0)) old.process.kill()
    if (next !== null) this.#rest(next)
  }

  async #answered<T>(running: Running, asked: number | null, question: (running: Running) => Promise<T>): Promise<T> {
    try {
      this.#refuseOther(asked)
      return await question(running)
    } finally {
      running.underWay--
      running.owner.#rest(running)
    }
  }

  /** Ends what nobody needs: a process in whose place another is, and one that had nothing to do for long. */
  #rest(running: Running): void {
    if (running.underWay > 0) return
    if (running !== this.#running) {
      running.process.kill()
      return
    }
    clearTimeout(this.#idleTimer)
    if (this.#use.idleMs === Infinity) return
    this.#idleTimer = setTimeout(() => {
      if (running !== this.#running || running.underWay > 0) return
      this.#running = null
      running.process.kill()
    }, this.#use.idleMs)
    this.#idleTimer.unref()
  }

  #refuseOther(asked: number | null): void {
    if (asked === null || asked === this.#packChanges) return
    throw new EngineError(
      'busy',
      'Another model was put to use at this moment. Nothing was changed; what was asked of the one before can be asked again.'
    )
  }

  #alive(): Running {
    this.#running ??= this.#launch(this.#pack)
    return this.#running
  }

  /**
   * Waits until the process has opened its model, and counts one more call of it. One that the engine itself ended
   * meanwhile, for the sake of another file, is followed by the next; one that dies of itself before it was asked anything
   * is tried again after a pause: memory that is short now may be there in a second.
   * @throws EngineError internal when none can be started
   */
  async #opened(start: () => Running): Promise<Running> {
    for (let deaths = 0; ;) {
      const running = start()
      running.underWay++
      try {
        await running.ready
        return running
      } catch (error) {
        running.underWay--
        if (!(error instanceof WorkerGone)) throw error
        if (error.why === 'ended') continue
        const pauseMs = config.startPausesMs[deaths++]
        if (pauseMs === undefined) throw cannotStart(error)
        await new Promise(resolve => setTimeout(resolve, pauseMs))
      }
    }
  }

  #launch(pack: UsedPack): Running {
    if (this.#isClosed) throw new EngineError('cancelled', 'Reverie is closing.')
    const process = this.#start('encoder')
    const connection = connect<EncoderApi>(process, encoderMethods)
    const { folder, threads } = pack
    const ready = connection.remote
      .open({ packFolder: folder, threads, isBulk: this.#use.isBulk })
      .then(card => sameTowers(card, pack))
    ready.catch(() => undefined)
    const running: Running = { process, connection, ready, underWay: 0, owner: this }

    const stopWatching = watchSilence(connection, {
      silenceMs: this.#use.silenceMs,
      onSilent: () => this.end(running, new WorkerGone('it did not answer any more', 'silent'))
    })
    process.onExit((code, signal) => {
      stopWatching()
      const words = process.lastWords().trim().split('\n').at(-1) ?? ''
      const how = `${signal ?? `exit code ${code ?? 'unknown'}`}${words === '' ? '' : `: ${words}`}`
      this.end(running, new WorkerGone(how, 'itself'))
    })
    return running
  }
}

/** @throws EngineError model-broken when the folder holds another model than the one that is in use */
function sameTowers(card: PackCard | null, pack: UsedPack): PackCard | null {
  const towers = card === null ? null : `${card.image.id}+${card.text.id}`
  if (pack.towers !== null && towers !== pack.towers)
    throw new EngineError(
      'model-broken',
      `The model in ${pack.folder} is another one than was opened there before, so it is not used. Your library is unharmed. Start Reverie again to use what is there now.`
    )
  pack.towers = towers
  return card
}

function cannotStart(gone: WorkerGone): EngineError {
  return new EngineError(
    'internal',
    `The encoder process ended ${config.startPausesMs.length + 1} times while it started, before it was given any file (${gone.message}). Your files and what is indexed already are unharmed. Close other programs if memory is short, and start again; if it goes on, install Reverie anew.`
  )
}
