/**
 * Time as an event loop lived through it. A look that comes late (the loop was blocked, the machine asleep, the process
 * stopped) adds no more than a look in time would have, so what nobody could do in the meantime is held against nobody.
 */
export class LivedTime {
  readonly #everyMs: number
  #lastMs: number
  #livedMs = 0
  #wasLate = false

  /** @param everyMs  between two looks that are in time */
  constructor(everyMs: number, nowMs: number) {
    this.#everyMs = everyMs
    this.#lastMs = nowMs
  }

  /** Milliseconds so far. */
  get livedMs(): number {
    return this.#livedMs
  }

  /** Whether the last look came at least a whole interval too late. */
  get wasLate(): boolean {
    return this.#wasLate
  }

  /** To be called about every `everyMs`. @returns milliseconds so far */
  look(nowMs: number): number {
    const passedMs = nowMs - this.#lastMs
    this.#lastMs = nowMs
    this.#wasLate = passedMs >= 2 * this.#everyMs
    // A clock that was set back adds nothing.
    this.#livedMs += Math.max(0, Math.min(passedMs, 2 * this.#everyMs))
    return this.#livedMs
  }
}
