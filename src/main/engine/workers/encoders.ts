import { config } from '../base/config.ts'
import type { PackCard } from '../base/domain.ts'
import { limit } from '../base/limit.ts'
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
  /** One change of pack or threads after the other. */
  readonly #inTurn = limit(1)

  constructor(start: StartWorker, threads: number) {
    this.questions = new EncoderProcess(start, threads)
    this.pictures = new EncoderProcess(start, threads, { idleMs: config.picturesIdleMs })
    this.library = new EncoderProcess(start, threads, { idleMs: config.libraryIdleMs, isBulk: true })
  }

  /** As `EncoderProcess.usePack`. The others have the pack from the moment at which it is open in the first. */
  usePack(packFolder: string | null): Promise<PackCard | null> {
    return this.#inTurn(async () => {
      const card = await this.questions.usePack(packFolder)
      this.#follow()
      return card
    })
  }

  /** As `EncoderProcess.useThreads`, for all of them. */
  useThreads(threads: number): Promise<void> {
    return this.#inTurn(async () => {
      // Those that follow give up their processes: not for the number that they have.
      if (this.questions.threads === threads) return
      await this.questions.useThreads(threads)
      this.#follow()
    })
  }

  #follow(): void {
    this.pictures.follow(this.questions)
    this.library.follow(this.questions)
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
