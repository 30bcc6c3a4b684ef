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
import type { StartWorker, WorkerProcess } from './start-worker.ts'

/** The process died, or was killed because it hung, while a call was under way. */
class WorkerGone extends Error {
  override readonly name = 'WorkerGone'
  readonly wasSilent: boolean

  constructor(message: string, wasSilent: boolean) {
    super(message)
    this.wasSilent = wasSilent
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
      const output = await this.#call('read', input, signal, asked)
      // A native decoder that is over its time still holds its thread: only a new process gets it back.
      if (output.reading.kind === 'failure' && output.reading.code === 'too-slow')
        this.#restart('a file took too long', false)
      return output
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
      output = await this.#call('encodeTurned', input, signal, asked)
      if (output !== null && 'kind' in output && output.code === 'too-slow')
        this.#restart('a file took too long', false)
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

  /** @param asked  the pack that is meant, as `packChanges` counts them; null when any will do */
  async #call<K extends keyof EncoderApi & string>(
    name: K,
    input: Parameters<EncoderApi[K]>[0],
    signal: AbortSignal | undefined,
    asked: number | null
  ): Promise<Awaited<ReturnType<EncoderApi[K]>>> {
    const running = await this.#ready()
    this.#refuseOther(asked)
    return running.connection.remote[name](input, signal)
  }

  /** A process whose model is open; one that was restarted for somebody else's file meanwhile is waited for again. */
  async #ready(): Promise<Running> {
    for (let attempt = 1; ; attempt++) {
      const running = this.#alive()
      try {
        await running.ready
        return running
      } catch (error) {
        if (!(error instanceof WorkerGone)) throw error
        if (attempt === 3) throw cannotStart(error)
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
      const alone = this.#launch()
      try {
        await alone.ready.catch((error: unknown) => {
          throw error instanceof WorkerGone ? cannotStart(error) : error
        })
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
    if (!gone.wasSilent)
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

  #restart(why: string, wasSilent: boolean): void {
    const old = this.#running
    if (old === null) return
    this.#running = null
    this.#restarts++
    old.connection.fail(new WorkerGone(why, wasSilent))
    old.process.kill()
  }

  #launch(): Running {
    const process = this.#start('encoder')
    const connection = connect<EncoderApi>(process, encoderMethods)
    const ready = connection.remote.open({ packFolder: this.#packFolder, threads: this.#threads })
    ready.catch(() => undefined)
    const running: Running = { process, connection, ready, owner: this }

    const watch = setInterval(() => {
      if (performance.now() - connection.lastHeardMs() < this.#silenceMs) return
      if (running.owner.#running === running) running.owner.#restart('it did not answer any more', true)
      else {
        connection.fail(new WorkerGone('it did not answer any more', true))
        process.kill()
      }
    }, 1000)
    watch.unref()
    process.onExit((code, signal) => {
      clearInterval(watch)
      const { owner } = running
      if (owner.#running === running) {
        owner.#running = null
        owner.#restarts++
      }
      const words = process.lastWords().trim().split('\n').at(-1) ?? ''
      connection.fail(
        new WorkerGone(`${signal ?? `exit code ${code ?? 'unknown'}`}${words === '' ? '' : `: ${words}`}`, false)
      )
    })
    return running
  }
}

function cannotStart(gone: WorkerGone): EngineError {
  return new EngineError(
    'internal',
    `The encoder process could not be started (${gone.message}). Your files and what is indexed already are unharmed. Starting Reverie again, or reinstalling it, may help.`
  )
}
