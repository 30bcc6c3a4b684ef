import type { ItemId, VectorKey } from '../domain.ts'

export const noRow = -1

/**
 * Which vector each row of a gallery is, and which rows an item has. Rows are numbered 0…size−1 without holes: removing one
 * moves the last row into its place. An item's rows are chained, newest first, so a million items cost no million arrays.
 */
export class RowKeys {
  size = 0
  #itemIds = new Uint32Array(1024)
  #parts = new Int32Array(1024)
  #sequences = new Float64Array(1024)
  #next = new Int32Array(1024)
  readonly #first = new Map<ItemId, number>()

  itemId(row: number): ItemId {
    return this.#itemIds[row] ?? 0
  }

  part(row: number): number {
    return this.#parts[row] ?? 0
  }

  sequence(row: number): number {
    return this.#sequences[row] ?? 0
  }

  /** Its newest row; `noRow` when it has none. */
  first(itemId: ItemId): number {
    return this.#first.get(itemId) ?? noRow
  }

  /** The same item's row before this one; `noRow` after the last. */
  next(row: number): number {
    return this.#next[row] ?? noRow
  }

  find({ itemId, part }: VectorKey): number | undefined {
    for (let row = this.first(itemId); row !== noRow; row = this.next(row)) {
      if (this.#parts[row] === part) return row
    }
    return undefined
  }

  /** @returns the new row's number, always the last. @throws RangeError for an item id outside 0…2³²−1 */
  append(itemId: ItemId, part: number, sequence: number): number {
    if (!Number.isInteger(itemId) || itemId < 0 || itemId > 0xffff_ffff) {
      throw new RangeError(`An item id is a whole number of 32 bits, not ${itemId}.`)
    }
    const row = this.size++
    if (row === this.#itemIds.length) this.#grow()
    this.#itemIds[row] = itemId
    this.#parts[row] = part
    this.#next[row] = this.#first.get(itemId) ?? noRow
    this.#first.set(itemId, row)
    this.#sequences[row] = sequence
    return row
  }

  setSequence(row: number, sequence: number): void {
    this.#sequences[row] = sequence
  }

  /** @returns the row that now stands at this number (it was the last), or undefined when the last itself was removed */
  remove(row: number): number | undefined {
    this.#relink(row, this.#next[row] ?? noRow)
    const last = --this.size
    if (row === last) return undefined
    this.#relink(last, row)
    this.#itemIds[row] = this.itemId(last)
    this.#parts[row] = this.part(last)
    this.#sequences[row] = this.sequence(last)
    this.#next[row] = this.#next[last] ?? noRow
    return last
  }

  /** Whatever pointed to `row` points to `target` from now on. */
  #relink(row: number, target: number): void {
    const itemId = this.itemId(row)
    let before = this.#first.get(itemId) ?? noRow
    if (before === row) {
      if (target === noRow) this.#first.delete(itemId)
      else this.#first.set(itemId, target)
      return
    }
    while (this.#next[before] !== row) before = this.#next[before] ?? noRow
    this.#next[before] = target
  }

  #grow(): void {
    const capacity = this.#itemIds.length * 2
    this.#itemIds = copied(this.#itemIds, new Uint32Array(capacity))
    this.#parts = copied(this.#parts, new Int32Array(capacity))
    this.#sequences = copied(this.#sequences, new Float64Array(capacity))
    this.#next = copied(this.#next, new Int32Array(capacity))
  }
}

function copied<T extends Uint32Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
