import type { ItemId, VectorKey } from '../../base/domain.ts'
import { golden, mixed } from '../../math/random.ts'

export const noRow = -1

/**
 * Which vector each row of a gallery is, and which rows an item has. Rows are numbered 0…size−1 without holes: removing one
 * moves the last row into its place. An item's rows are chained, newest first, so a million items cost no million arrays.
 */
export class RowKeys {
  size = 0
  #largestId = 0
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

  /** @returns the new row's number, always the last. @throws RangeError for an item id outside 0…2²⁷−1 */
  append(itemId: ItemId, part: number, sequence: number): number {
    if (!Number.isInteger(itemId) || itemId < 0 || itemId >= 2 ** 27) {
      throw new RangeError(`An item id is a whole number of at most 27 bits, not ${itemId}.`)
    }
    const row = this.size++
    if (row === this.#itemIds.length) this.#grow()
    this.#itemIds[row] = itemId
    this.#largestId = Math.max(this.#largestId, itemId)
    this.#parts[row] = part
    this.#next[row] = this.#first.get(itemId) ?? noRow
    this.#first.set(itemId, row)
    this.#sequences[row] = sequence
    return row
  }

  /**
   * Which rows belong to these items. By a table of all item ids, hence their bound: three times as fast as looking each one up.
   *
   * @param mask  written: 1 for rows from `from` on that do, 0 for those that do not
   * @returns how many do
   */
  mark(allowed: Uint8Array, from: number, mask: Uint8Array): number {
    let count = 0
    for (let i = 0; i < mask.length; i++) {
      const isAllowed = allowed[this.#itemIds[from + i] ?? 0] ?? 0
      mask[i] = isAllowed
      count += isAllowed
    }
    return count
  }

  /** 1 at the ids of these items. */
  tableOf(itemIds: ReadonlySet<ItemId>): Uint8Array {
    const table = new Uint8Array(this.#largestId + 1)
    for (const itemId of itemIds) if (itemId < table.length) table[itemId] = 1
    return table
  }

  /**
   * Some rows, all where there are no more than that: of the same keys always the same, in whatever order they came.
   * @returns ascending by item and part
   */
  sample(most: number): number[] {
    const rows: number[] = []
    const places: number[] = []
    for (let row = 0; row < this.size; row++) {
      const place = mixed(this.itemId(row) ^ Math.imul(this.part(row) + 1, golden))
      if (rows.length === most && place >= (places.at(-1) ?? 0)) continue
      const at = places.findLastIndex(other => other <= place) + 1
      rows.splice(at, 0, row)
      places.splice(at, 0, place)
      if (rows.length > most) {
        rows.pop()
        places.pop()
      }
    }
    return rows.sort((a, b) => this.itemId(a) - this.itemId(b) || this.part(a) - this.part(b))
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
