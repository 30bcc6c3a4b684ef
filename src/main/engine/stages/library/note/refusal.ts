import type { FailureCode } from '../../../base/domain.ts'

/** Thrown inside the readers of notes when a file cannot be read; `readNote` turns it into a `ReadFailure`. Never leaves this folder. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: FailureCode

  constructor(code: FailureCode, message: string) {
    super(message)
    this.code = code
  }
}

/** How long a note may have the thread at a time: what decodes beside it, and the engine's questions, wait for no longer. */
const turnMs = 10

/** Counts from the moment it is made. Readers ask it between pages and sections: what runs without a pause cannot be interrupted. */
export class Deadline {
  #endMs: number
  #turnSinceMs = performance.now()
  readonly #maxMs: number
  readonly #clock: () => number

  /** @param clock  in milliseconds, from whenever */
  constructor(maxMs: number, clock: () => number = () => performance.now()) {
    this.#maxMs = maxMs
    this.#clock = clock
    this.#endMs = clock() + maxMs
  }

  get remainingMs(): number {
    return Math.max(0, this.#endMs - this.#clock())
  }

  /** @throws Refusal too-slow */
  check(): void {
    if (this.remainingMs <= 0) throw this.refusal()
  }

  /** Between two pieces of work: lets others have the thread when this note has had it for a while. Their time is not its own. */
  async giveWay(): Promise<void> {
    this.check()
    if (performance.now() - this.#turnSinceMs < turnMs) return
    const leftMs = this.#clock()
    await new Promise(resolve => setImmediate(resolve))
    this.#endMs += this.#clock() - leftMs
    this.#turnSinceMs = performance.now()
  }

  refusal(): Refusal {
    return new Refusal(
      'too-slow',
      `Reading this note took longer than ${Math.round(this.#maxMs / 1000)} seconds, so it was left out.`
    )
  }
}
