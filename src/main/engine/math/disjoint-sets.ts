/** Union and find, with paths halved on the way. */
export class DisjointSets {
  readonly #parent: Int32Array

  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, i) => i)
  }

  join(a: number, b: number): void {
    const [one, other] = [this.#rootOf(a), this.#rootOf(b)]
    this.#parent[Math.max(one, other)] = Math.min(one, other)
  }

  /** Joins all that have one key. @returns those with a key that none before them has, as they are met */
  joinEqual(keyed: Iterable<readonly [key: string | number, element: number]>): number[] {
    const first = new Map<string | number, number>()
    for (const [key, element] of keyed) {
      const known = first.get(key)
      if (known === undefined) first.set(key, element)
      else this.join(known, element)
    }
    return [...first.values()]
  }

  areJoined(a: number, b: number): boolean {
    return this.#rootOf(a) === this.#rootOf(b)
  }

  /** [n] the sets' numbers, from 0 in the order they are met. */
  numbered(): Int32Array {
    const numbers = new Map<number, number>()
    return Int32Array.from(this.#parent.keys(), i => {
      const root = this.#rootOf(i)
      const number = numbers.get(root) ?? numbers.size
      numbers.set(root, number)
      return number
    })
  }

  #rootOf(i: number): number {
    let at = i
    for (let above = this.#parent[at] ?? at; above !== at; above = this.#parent[at] ?? at)
      at = this.#parent[at] = this.#parent[above] ?? above
    return at
  }
}
