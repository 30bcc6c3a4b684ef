import type { FailureCode } from '../../domain.ts'

/** Thrown inside the readers of notes when a file cannot be read; `readNote` turns it into a `ReadFailure`. Never leaves this folder. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: FailureCode

  constructor(code: FailureCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Counts from the moment it is made. Readers ask it between pages and sections: what runs without a pause cannot be interrupted. */
export class Deadline {
  readonly #endMs: number
  readonly #maxMs: number

  constructor(maxMs: number) {
    this.#maxMs = maxMs
    this.#endMs = performance.now() + maxMs
  }

  get remainingMs(): number {
    return Math.max(0, this.#endMs - performance.now())
  }

  /** @throws Refusal too-slow */
  check(): void {
    if (this.remainingMs <= 0) throw this.refusal()
  }

  refusal(): Refusal {
    return new Refusal(
      'too-slow',
      `Reading this note took longer than ${Math.round(this.#maxMs / 1000)} seconds, so it was left out.`
    )
  }
}
