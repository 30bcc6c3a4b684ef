/**
 * Collects single requests into batches, because a model runs eight pictures in less than twice the time of one. A batch
 * goes when it is full, when nothing else is on its way, or when its first request has waited long enough.
 */
export class Batcher<T, R> {
  readonly #run: (batch: readonly T[]) => Promise<readonly R[]>
  readonly #size: number
  readonly #waitMs: number
  #pending: { value: T; resolve: (result: R) => void; reject: (error: unknown) => void }[] = []
  #timer: NodeJS.Timeout | null = null
  #turn: Promise<void> = Promise.resolve()

  constructor(size: number, waitMs: number, run: (batch: readonly T[]) => Promise<readonly R[]>) {
    this.#size = size
    this.#waitMs = waitMs
    this.#run = run
  }

  add(value: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ value, resolve, reject })
      if (this.#pending.length >= this.#size) this.flush()
      else this.#timer ??= setTimeout(() => this.flush(), this.#waitMs)
    })
  }

  /** Sends what is there now. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const batch = this.#pending
    this.#pending = []
    if (batch.length === 0) return
    // One batch after the other: two at once would fight for the same cores and double the memory.
    this.#turn = this.#turn.then(async () => {
      try {
        const results = await this.#run(batch.map(({ value }) => value))
        batch.forEach(({ resolve }, i) => resolve(results[i] as R))
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    })
  }
}
