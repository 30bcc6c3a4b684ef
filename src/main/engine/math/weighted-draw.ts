/**
 * Draws without replacement: each next one in proportion to its weight among those that are left. A draw takes time in the logarithm of
 * their number: a binary tree holds in each node the sum of the weights below it.
 *
 * @see Wong & Easton, An efficient method for weighted sampling without replacement, SIAM J. Comput. 9(1), 1980
 */
export class WeightedDraw {
  /** How many have a weight. */
  readonly size: number
  /** Node i has the children 2i and 2i + 1; the last half are the weights themselves. */
  readonly #sums: Float64Array
  readonly #leaves: number

  /** @param weights  finite, ≥ 0; what has 0 is never drawn */
  constructor(weights: ArrayLike<number>) {
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, weights.length)))
    this.#sums = new Float64Array(2 * this.#leaves)
    this.#sums.set(weights, this.#leaves)
    this.size = this.#sums.filter(weight => weight > 0).length
    for (let node = this.#leaves - 1; node >= 1; node--) this.#add(node)
  }

  /**
   * @param uniform  0 ≤ x < 1, asked once for each
   * @returns positions in the weights, as drawn: `count` of them, or all that have a weight where there are fewer
   */
  draw(count: number, uniform: () => number): number[] {
    const drawn: { readonly position: number; readonly weight: number }[] = []
    for (let left = Math.min(count, this.size); left > 0; left--) {
      const position = this.#find(uniform() * this.#sumOf(1))
      drawn.push({ position, weight: this.#sumOf(this.#leaves + position) })
      this.#weigh(position, 0)
    }
    for (const { position, weight } of drawn) this.#weigh(position, weight)
    return drawn.map(({ position }) => position)
  }

  /** Where the weights before a position, added up, come to `target`. */
  #find(target: number): number {
    let [node, rest] = [1, target]
    while (node < this.#leaves) {
      const left = this.#sumOf(2 * node)
      // Rounding may leave a rest where no weight is.
      const isRight = rest >= left && this.#sumOf(2 * node + 1) > 0
      if (isRight) rest -= left
      node = 2 * node + (isRight ? 1 : 0)
    }
    return node - this.#leaves
  }

  /** Sums are added up anew and not changed by the difference, so no rounding stays behind. */
  #weigh(position: number, weight: number): void {
    this.#sums[this.#leaves + position] = weight
    for (let node = (this.#leaves + position) >> 1; node >= 1; node >>= 1) this.#add(node)
  }

  #add(node: number): void {
    this.#sums[node] = this.#sumOf(2 * node) + this.#sumOf(2 * node + 1)
  }

  #sumOf(node: number): number {
    return this.#sums[node] ?? 0
  }
}
