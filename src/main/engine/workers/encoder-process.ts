import { config } from '../base/config.ts'
import type { EncodedText, ReadFailure } from '../base/domain.ts'
import type { PlacedBlock } from '../../../shared/notes.ts'
import { limit } from '../base/limit.ts'
import { EngineError } from '../../../shared/errors.ts'
import type {
  EncoderApi,
  PictureInput,
  PictureOutput,
  ReadInput,
  ReadMore,
  ReadOutput,
  RotatedInput,
  ShowInput
} from './encoder-api.ts'
import type { ContainedFile } from './contained-notes.ts'
import { KeptEncoder, WorkerGone, type Running } from './kept-encoder.ts'
import type { MergeInput, MergeOutput } from './merge-sidecar.ts'
import { joined } from './note-parts.ts'
import type { Remote } from './port.ts'

/** What makes vectors of the library. */
export type LibraryEncoder = Pick<EncoderProcess, 'read' | 'listContained' | 'encodeTexts' | 'encodeRotated'>

/**
 * What an encoder process can be asked. A crash or a hang costs one file: all files that were under way are read again, one
 * at a time in a process of their own, and the one that kills that too is the one that fails.
 */
export class EncoderProcess extends KeptEncoder {
  readonly #quarantined = limit(1)

  /**
   * The same encoder for as long as it has the pack that it has now. Whoever saves what it made would otherwise save rows
   * of the next model as rows of this one. @throws EngineError busy from each call, once another pack is in use
   */
  bound(): LibraryEncoder {
    const asked = this.packChanges
    return {
      read: (input, signal) => this.read(input, signal, asked),
      listContained: (path, signal) => this.listContained(path, signal),
      encodeTexts: (texts, signal) => this.encodeTexts(texts, signal, asked),
      encodeRotated: (input, signal) => this.encodeRotated(input, signal, asked)
    }
  }

  /** Never throws for a bad file, not even for one that takes the process down. */
  async read(input: ReadInput, signal?: AbortSignal, asked: number | null = null): Promise<ReadOutput> {
    try {
      return await this.ask(asked, async running => {
        const output = await readWhole(running.connection.remote, input, signal)
        this.#endTooSlow(running, output.reading)
        return output
      })
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error
      return this.#alone(
        remote => readWhole(remote, input, signal),
        gone => ({ reading: this.#crashed(gone), picture: null, texts: [] }),
        signal,
        asked
      )
    }
  }

  /** The notes in a file of many. Never throws for a bad file, as `read`. It needs no model. @param path  absolute */
  async listContained(path: string, signal?: AbortSignal): Promise<readonly ContainedFile[] | ReadFailure> {
    try {
      return await this.askUnopened(async running => {
        const listed = await running.connection.remote.listContained({ path }, signal)
        this.#endTooSlow(running, listed)
        return listed
      })
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error
      return this.#alone<readonly ContainedFile[] | ReadFailure>(
        remote => remote.listContained({ path }, signal),
        gone => this.#crashed(gone),
        signal,
        null
      )
    }
  }

  /** Many go in several messages, so that none of them holds anybody up. */
  async encodeTexts(
    texts: readonly string[],
    signal?: AbortSignal,
    asked: number | null = null
  ): Promise<(EncodedText | null)[]> {
    const encoded: (EncodedText | null)[] = []
    for (let at = 0; at === 0 || at < texts.length; at += config.messagePassages) {
      const some = texts.slice(at, at + config.messagePassages)
      encoded.push(
        ...(await this.#twice(() =>
          this.ask(asked, ({ connection }) => connection.remote.encodeTexts({ texts: some }, signal))
        ))
      )
    }
    return encoded
  }

  /** One unit row [d] for each rotation; null for a photo that cannot be read or of which the model makes nothing, even one that takes the process down. */
  async encodeRotated(
    input: RotatedInput,
    signal?: AbortSignal,
    asked: number | null = null
  ): Promise<readonly Float32Array[] | null> {
    let output: readonly Float32Array[] | ReadFailure | null
    try {
      output = await this.ask(asked, async running => {
        const rotated = await running.connection.remote.encodeRotated(input, signal)
        this.#endTooSlow(running, rotated)
        return rotated
      })
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error
      output = await this.#alone(
        remote => remote.encodeRotated(input, signal),
        () => null,
        signal,
        asked
      )
    }
    return output === null || 'kind' in output ? null : output
  }

  /** Never throws for a bad picture, as `read`. */
  async openPicture(input: PictureInput, signal?: AbortSignal): Promise<PictureOutput | ReadFailure> {
    const asked = this.packChanges
    try {
      return await this.ask(asked, async running => {
        const opened = await running.connection.remote.openPicture(input, signal)
        this.#endTooSlow(running, opened)
        return opened
      })
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error
      return this.#alone<PictureOutput | ReadFailure>(
        remote => remote.openPicture(input, signal),
        gone => this.#crashed(gone),
        signal,
        asked
      )
    }
  }

  /** Never throws for a bad picture, as `read`. It needs no model, and does not wait until one is open. */
  async render(path: string, maximumPx: number, signal?: AbortSignal): Promise<Uint8Array | ReadFailure> {
    const input = { path, maximumPx }
    try {
      return await this.askUnopened(async running => {
        const rendered = await running.connection.remote.render(input, signal)
        this.#endTooSlow(running, rendered)
        return rendered
      })
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error
      return this.#alone<Uint8Array | ReadFailure>(
        remote => remote.render(input, signal),
        gone => this.#crashed(gone),
        signal,
        null
      )
    }
  }

  /** null for a note that cannot be shown from its file, even one that takes the process down. It needs no model either. */
  async showNote(input: ShowInput, signal?: AbortSignal): Promise<readonly PlacedBlock[] | null> {
    try {
      const shown = await this.askUnopened(async running => {
        const answer = await running.connection.remote.showNote(input, signal)
        this.#endTooSlow(running, answer)
        return answer
      })
      return shown === null || 'kind' in shown ? null : shown
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error
      return null
    }
  }

  /** Needs no model. A sidecar that takes the process down is left as it is. */
  async mergeSidecar(input: MergeInput): Promise<MergeOutput> {
    try {
      return await this.askUnopened(({ connection }) => connection.remote.mergeSidecar(input))
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error
      // A change of model ends the process too: asked once more, in one of its own.
      return this.#alone<MergeOutput>(
        remote => remote.mergeSidecar(input),
        () => ({ kind: 'refused', reason: `The sidecar ${input.path} could not be read. It was left as it is.` }),
        undefined,
        null
      )
    }
  }

  /** For what is nobody's fault: when a file took the process down, it is simply asked again. */
  async #twice<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error
    }
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error
      throw new EngineError('internal', `The encoder process ended twice while working on this: ${error.message}`)
    }
  }

  /** Suspects are read one after the other, each in a process that has nothing else to do. */
  #alone<T>(
    ask: (remote: Remote<EncoderApi>) => Promise<T>,
    whenGone: (gone: WorkerGone) => T,
    signal: AbortSignal | undefined,
    asked: number | null
  ): Promise<T> {
    return this.#quarantined(async () => {
      signal?.throwIfAborted()
      try {
        return await this.askAlone(asked, ({ connection }) => ask(connection.remote))
      } catch (error) {
        if (!(error instanceof WorkerGone)) throw error
        return whenGone(error)
      }
    })
  }

  /** A native decoder that is over its time still holds its thread: only a new process gets it back. */
  #endTooSlow(running: Running, answer: object | null): void {
    if (answer !== null && (answer as Partial<ReadFailure>).code === 'too-slow')
      this.end(running, new WorkerGone('a file took too long', 'ended'))
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
      reason: `Reading this file was given up after ${this.silenceMs / 1000} seconds.`
    }
  }
}

/** A long note comes in several messages, so that none of them holds the engine up. */
async function readWhole(remote: Remote<EncoderApi>, input: ReadInput, signal?: AbortSignal): Promise<ReadOutput> {
  const { readId, ...first } = await remote.read(input, signal)
  if (readId === null || first.reading.kind !== 'note') return first
  const more: ReadMore[] = []
  try {
    do more.push(await remote.readMore({ readId }, signal))
    while (more.at(-1)?.isLast === false)
  } catch (error) {
    remote.stopReading({ readId }).catch(() => undefined)
    throw error
  }
  return {
    ...first,
    reading: joined(first.reading, more),
    texts: [first, ...more].flatMap(({ texts }) => texts)
  }
}
