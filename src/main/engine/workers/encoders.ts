import { config } from '../base/config.ts'
import type { PackCard } from '../base/domain.ts'
import { EncoderProcess } from './encoder-process.ts'
import type { StartWorker } from './start-worker.ts'

/**
 * The model in use, in three encoder processes, because ONNX Runtime and some decoders block theirs: no question waits for
 * a picture, and neither waits for the library. All three have the same pack at any time.
 */
export class Encoders {
  /** Encodes the texts of questions, and nothing else. It stays, and sees no file but the model's. */
  readonly questions: EncoderProcess
  /** Opens the pictures that somebody looks at or asks with. */
  readonly pictures: EncoderProcess
  /** Reads and encodes the library, for a job. */
  readonly library: EncoderProcess
  #turn: Promise<unknown> = Promise.resolve()

  constructor(start: StartWorker, threads: number) {
    this.questions = new EncoderProcess(start, threads)
    this.pictures = new EncoderProcess(start, threads, { idleMs: config.picturesIdleMs })
    this.library = new EncoderProcess(start, threads, { idleMs: config.libraryIdleMs, isBulk: true })
  }

  /** As `EncoderProcess.usePack`. The others have the pack from the moment at which it is open in the first. */
  usePack(packFolder: string | null): Promise<PackCard | null> {
    return this.#followed(() => this.questions.usePack(packFolder))
  }

  /** As `EncoderProcess.useThreads`, for all of them. */
  useThreads(threads: number): Promise<void> {
    return this.#followed(() => this.questions.useThreads(threads))
  }

  #followed<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      const changed = await change()
      this.pictures.follow(this.questions)
      this.library.follow(this.questions)
      return changed
    })
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** As `EncoderProcess.takeOver`: all in one step. */
  takeOver(other: Encoders): void {
    this.questions.takeOver(other.questions)
    this.pictures.takeOver(other.pictures)
    this.library.takeOver(other.library)
  }

  close(): void {
    this.questions.close()
    this.pictures.close()
    this.library.close()
  }
}
