import { config } from '../config.ts'
import type { EncodedText, PackCard, ReadFailure } from '../domain.ts'
import { EngineError } from '../errors.ts'
import {
  encoderMethods,
  type EncoderApi,
  type ReadInput,
  type ReadOutput,
  type PictureInput,
  type PictureOutput,
  type TurnedInput
} from './encoder-api.ts'
import { connect, type Connection } from './port.ts'
import { watchSilence } from './silence.ts'
import type { StartWorker, WorkerProcess } from './start-worker.ts'

/** The process died, or was killed because it hung, while a call was under way. */
class WorkerGone extends Error {
  override readonly name = 'WorkerGone'
  /** `ended`: by the engine, for the sake of another file. */
  readonly why: 'itself' | 'silent' | 'ended'

  constructor(message: string, why: WorkerGone['why']) {
    super(message)
    this.why = why
  }
}

interface Running {
  readonly process: WorkerProcess
  readonly connection: Connection<EncoderApi>
  readonly ready: Promise<PackCard | null>
  /** Who is told when it ends: another than who started it, once it was handed over. */
  owner: EncoderProcess
}

/** What makes vectors of the library. */
export type LibraryEncoder = Pick<EncoderProcess, 'read' | 'encodeTexts' | 'encodeTurned'>

/**
 * The encoder process, kept alive. A crash or a hang costs one file: all files that were under way are read again, one at
 * a time in a process of their own, and the one that kills that too is the one that fails.
 */
export class EncoderProcess {
  readonly #start: StartWorker
  #packFolder: string | null = null
  #threads: number
  readonly #silenceMs: number
  #running: Running | null = null
  #isClosed = false
  #quarantine: Promise<unknown> = Promise.resolve()
  #packTurn: Promise<unknown> = Promise.resolve()
  #restarts = 0
  #packChanges = 0

  /** @param silenceMs  after which a process is taken for hung */
  constructor(start: StartWorker, threads: number, silenceMs: number = config.workerSilenceMs) {
    this.#start = start
    this.#threads = threads
    this.#silenceMs = silenceMs
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
    return this.#packFolder
  }

  get pid(): number | undefined {
    return this.#running?.process.pid
  }

  /** Changes the model for everything that follows. One change after the other. @throws EngineError model-broken */
  usePack(packFolder: string | null, threads = this.#threads): Promise<PackCard | null> {
    const turn = this.#packTurn.then(() => this.#changePack(packFolder, threads))
    this.#packTurn = turn.catch(() => undefined)
    return turn
  }

  async #changePack(packFolder: string | null, threads: number): Promise<PackCard | null> {
    const before = { packFolder: this.#packFolder, threads: this.#threads }
    const old = this.#running
    const isOther = packFolder !== before.packFolder
    this.#packFolder = packFolder
    this.#threads = threads
    this.#running = null
    if (isOther) this.#packChanges++
    try {
      const { ready } = await this.#ready()
      const card = await ready
      old?.process.kill()
      return card
    } catch (error) {
      // The pack that was in use goes on.
      this.#packFolder = before.packFolder
      this.#threads = before.threads
      if (isOther) this.#packChanges++
      const failed = this.#running as Running | null
      this.#running = old
      failed?.process.kill()
      throw error
    }
  }

  /**
   * Goes on with the pack and the process of another, which has nothing under way and is closed by this. In one step, so
   * that whoever switches models can do all of it in the same tick.
   */
  takeOver(other: EncoderProcess): void {
    const old = this.#running
    this.#packFolder = other.#packFolder
    this.#threads = other.#threads
    this.#running = other.#running
    if (this.#running !== null) this.#running.owner = this
    other.#running = null
    other.close()
    this.#packChanges++
    old?.process.kill()
  }

  /**
   * The same encoder for as long as it has the pack that it has now. Whoever saves what it made would otherwise save rows
   * of the next model as rows of this one. @throws EngineError busy from each call, once another pack is in use
   */
  bound(): LibraryEncoder {
    const asked = this.#packChanges
    return {
      read: (input, signal) => this.read(input, signal, asked),
      encodeTexts: (texts, signal) => this.encodeTexts(texts, signal, asked),
      encodeTurned: (input, signal) => this.encodeTurned(input, signal, asked)
    }
  }

  /** Never throws for a bad file, not even for one that takes the process down. */
  async read(input: ReadInput, signal?: AbortSignal, asked: number | null = null): Promise<ReadOutput> {
    try {
      return await this.#ask(asked, async running => {
        const output = await running.connection.remote.read(input, signal)
        if (output.reading.kind === 'failure') this.#endTooSlow(running, output.reading)
        return output
      })
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error
      return this.#alone(
        remote => remote.read(input, signal),
        gone => ({ reading: this.#crashed(gone), picture: null, texts: [] }),
        signal,
        asked
      )
    }
  }

  encodeTexts(
    texts: readonly string[],
    signal?: AbortSignal,
    asked: number | null = null
  ): Promise<(EncodedText | null)[]> {
    return this.#twice('encodeTexts', { texts }, signal, asked)
  }

  /** Unit rows, one a turn; null for a photo that cannot be read or of which the model makes nothing, even one that takes the process down. */
  async encodeTurned(
    input: TurnedInput,
    signal?: AbortSignal,
    asked: number | null = null
  ): Promise<readonly Float32Array[] | null> {
    let output: readonly Float32Array[] | ReadFailure | null
    try {
      output = await this.#ask(asked, async running => {
        const turned = await running.connection.remote.encodeTurned(input, signal)
        if (turned !== null && 'kind' in turned) this.#endTooSlow(running, turned)
        return turned
      })
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error
      output = await this.#alone(
        remote => remote.encodeTurned(input, signal),
        () => null,
        signal,
        asked
      )
    }
    return output === null || 'kind' in output ? null : output
  }

  openPicture(input: PictureInput, signal?: AbortSignal): Promise<PictureOutput | ReadFailure> {
    return this.#twice('openPicture', input, signal, this.#packChanges)
  }

  render(path: string, maximumPx: number, signal?: AbortSignal): Promise<Uint8Array | ReadFailure> {
    return this.#twice('render', { path, maximumPx }, signal, null)
  }

  close(): void {
    this.#isClosed = true
    this.#running?.process.kill()
    this.#running = null
  }

  /** For calls that are nobody's fault: when another file took the process down, they are simply asked again. */
  async #twice<K extends keyof EncoderApi & string>(
    name: K,
    input: Parameters<EncoderApi[K]>[0],
    signal: AbortSignal | undefined,
    asked: number | null
  ): Promise<Awaited<ReturnType<EncoderApi[K]>>> {
    try {
      return await this.#call(name, input, signal, asked)
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error
    }
    try {
      return await this.#call(name, input, signal, asked)
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error
      throw new EngineError('internal', `The encoder process ended twice while working on this: ${error.message}`)
    }
  }

  #call<K extends keyof EncoderApi & string>(
    name: K,
    input: Parameters<EncoderApi[K]>[0],
    signal: AbortSignal | undefined,
    asked: number | null
  ): Promise<Awaited<ReturnType<EncoderApi[K]>>> {
    return this.#ask(asked, ({ connection }) => connection.remote[name](input, signal))
  }

  /** @param asked  the pack that is meant, as `packChanges` counts them; null when any will do */
  async #ask<T>(asked: number | null, ask: (running: Running) => Promise<T>): Promise<T> {
    const running = await this.#ready()
    this.#refuseOther(asked)
    return ask(running)
  }

  /** A process whose model is open. */
  #ready(): Promise<Running> {
    return this.#opened(() => this.#alive())
  }

  /**
   * Waits until the process has opened its model. One that the engine itself ended meanwhile, for the sake of another file,
   * is followed by the next; one that dies of itself before it was asked anything is tried again after a pause: memory that
   * is short now may be there in a second. @throws EngineError internal when none can be started
   */
  async #opened(start: () => Running): Promise<Running> {
    for (let deaths = 0; ;) {
      const running = start()
      try {
        await running.ready
        return running
      } catch (error) {
        if (!(error instanceof WorkerGone)) throw error
        if (error.why === 'ended') continue
        const pauseMs = config.startPausesMs[deaths++]
        if (pauseMs === undefined) throw cannotStart(error)
        await new Promise(resolve => setTimeout(resolve, pauseMs))
      }
    }
  }

  /** Suspects are read one after the other, each in a process that has nothing else to do. */
  #alone<T>(
    ask: (remote: Connection<EncoderApi>['remote']) => Promise<T>,
    whenGone: (gone: WorkerGone) => T,
    signal: AbortSignal | undefined,
    asked: number | null
  ): Promise<T> {
    const turn = this.#quarantine.then(async () => {
      signal?.throwIfAborted()
      this.#refuseOther(asked)
      const alone = await this.#opened(() => this.#launch())
      try {
        return await ask(alone.connection.remote)
      } catch (error) {
        if (!(error instanceof WorkerGone)) throw error
        return whenGone(error)
      } finally {
        alone.process.kill()
      }
    })
    this.#quarantine = turn.catch(() => undefined)
    return turn
  }

  #refuseOther(asked: number | null): void {
    if (asked === null || asked === this.#packChanges) return
    throw new EngineError(
      'busy',
      'Another model was put to use at this moment. Nothing was changed; what was asked of the one before can be asked again.'
    )
  }

  #crashed(gone: WorkerGone): ReadFailure {
    const failure = { kind: 'failure', contentHash: null } as const
    if (gone.why !== 'silent')
      return {
        ...failure,
        code: 'decoder-crashed',
        reason: 'The decoder crashed on this file, so it is probably damaged. Other files are not affected.'
      }
    return {
      ...failure,
      code: 'too-slow',
      reason: `Reading this file was given up after ${this.#silenceMs / 1000} seconds.`
    }
  }

  #alive(): Running {
    if (this.#isClosed) throw new EngineError('cancelled', 'Reverie is closing.')
    this.#running ??= this.#launch()
    return this.#running
  }

  /** A native decoder that is over its time still holds its thread: only a new process gets it back. */
  #endTooSlow(running: Running, { code }: ReadFailure): void {
    if (code === 'too-slow') this.#end(running, new WorkerGone('a file took too long', 'ended'))
  }

  /** Whoever needs it next starts another. What was asked of one that somebody else has ended already is left alone. */
  #end(running: Running, why: WorkerGone): void {
    const { owner } = running
    if (owner.#running === running) {
      owner.#running = null
      owner.#restarts++
    }
    running.connection.fail(why)
    running.process.kill()
  }

  #launch(): Running {
    const process = this.#start('encoder')
    const connection = connect<EncoderApi>(process, encoderMethods)
    const ready = connection.remote.open({ packFolder: this.#packFolder, threads: this.#threads })
    ready.catch(() => undefined)
    const running: Running = { process, connection, ready, owner: this }

    const stopWatching = watchSilence(connection, {
      silenceMs: this.#silenceMs,
      onSilent: () => this.#end(running, new WorkerGone('it did not answer any more', 'silent'))
    })
    process.onExit((code, signal) => {
      stopWatching()
      const words = process.lastWords().trim().split('\n').at(-1) ?? ''
      const how = `${signal ?? `exit code ${code ?? 'unknown'}`}${words === '' ? '' : `: ${words}`}`
      this.#end(running, new WorkerGone(how, 'itself'))
    })
    return running
  }
}

function cannotStart(gone: WorkerGone): EngineError {
  return new EngineError(
    'internal',
    `The encoder process ended ${config.startPausesMs.length + 1} times while it started, before it was given any file (${gone.message}). Your files and what is indexed already are unharmed. Close other programs if memory is short, and start again; if it goes on, install Reverie anew.`
  )
}
