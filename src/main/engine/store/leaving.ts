import type { ItemId } from '../base/domain.ts'
import type { Connection } from './connection.ts'

/** Rows of words that go or come in one transaction: 5 to 15 ms. */
const stepRows = 96
/** Items of more rows of words do so in steps. */
const atOnce = 256

/**
 * What happens to an item of which the rows go in steps.
 * `removed`: it is deleted. `unread`: nothing that was read of it stays. `aside`: only its words go. `back`: its words come again, and
 * go again if that does not come to its end.
 */
type How = 'removed' | 'unread' | 'aside' | 'back'

/**
 * [Note: leaving in steps] Taking away the words of a note of 20,000 passages takes half a second, writing them two. So an item with
 * that many is not searchable from the first transaction on, which also takes away its vectors and writes down here that its words
 * are still in the index; no question meets words of an item that stands here. A process that is killed leaves it here, and the
 * next run goes on.
 */
export interface LeavingRows {
  isLong(itemId: ItemId): boolean
  /** Items whose words are not to be found. */
  ids(): ReadonlySet<ItemId>
  /** Takes a few rows away. @returns false when there was nothing left */
  step(): boolean
  /** What another process began to bring back, and did not, leaves again. */
  recover(): void
}

/** Where they are written down. */
interface LeavingSetting {
  get(name: 'leaving'): unknown
  set(name: 'leaving', value: unknown): void
}

export interface Leaving extends LeavingRows {
  begin(itemId: ItemId, how: How): void
  end(itemId: ItemId): void
  is(itemId: ItemId, how: How): boolean
  /** Of the parts of an item, those that are written in one step. */
  readonly stepRows: number
  readonly atOnce: number
}

export function createLeaving(connection: Connection, settings: LeavingSetting): Leaving {
  const isLong = connection.prepareValue<[ItemId, number], 1>(
    'SELECT 1 FROM word_row WHERE item_id = ? LIMIT 1 OFFSET ?'
  )
  const removeWords = connection.prepare<[ItemId, number]>(
    'DELETE FROM word_row WHERE word_id IN (SELECT word_id FROM word_row WHERE item_id = ? LIMIT ?)'
  )
  const removePassages = connection.prepare<[{ itemId: ItemId; rows: number }]>(
    `DELETE FROM passage WHERE item_id = @itemId
       AND part IN (SELECT part FROM passage WHERE item_id = @itemId ORDER BY part LIMIT @rows)`
  )
  const remove = connection.prepare<[ItemId]>('DELETE FROM item WHERE item_id = ?')
  /** Those that this process brings back. */
  const coming = new Set<ItemId>()

  const all = (): (readonly [ItemId, How])[] =>
    (settings.get('leaving') as (readonly [ItemId, How])[] | undefined) ?? []
  const save = (entries: readonly (readonly [ItemId, How])[]): void =>
    settings.set('leaving', entries.length === 0 ? undefined : entries)

  return {
    stepRows,
    atOnce,
    isLong: itemId => isLong.get(itemId, atOnce) === 1,
    ids: () => new Set(all().map(([itemId]) => itemId)),
    is: (itemId, how) => all().some(entry => entry[0] === itemId && entry[1] === how),

    begin(itemId, how) {
      connection.transaction(() => save([...all().filter(entry => entry[0] !== itemId), [itemId, how]]))
      if (how === 'back') coming.add(itemId)
      else coming.delete(itemId)
    },

    end(itemId) {
      connection.transaction(() => save(all().filter(entry => entry[0] !== itemId)))
      coming.delete(itemId)
    },

    step() {
      if (all().length === 0) return false
      return connection.transaction(() => {
        const entries = all()
        const first = entries.find(([, how]) => how !== 'back')
        if (first === undefined) return false
        const [itemId, how] = first
        if (removeWords.run(itemId, stepRows).changes > 0) return true
        if (how !== 'aside' && removePassages.run({ itemId, rows: stepRows }).changes > 0) return true
        if (how === 'removed') remove.run(itemId)
        save(entries.filter(entry => entry !== first))
        return true
      })
    },

    recover() {
      connection.transaction(() => {
        const entries = all()
        const left = entries.map(([itemId, how]) =>
          how === 'back' && !coming.has(itemId) ? ([itemId, 'aside'] as const) : ([itemId, how] as const)
        )
        if (left.some((entry, i) => entry[1] !== entries[i]?.[1])) save(left)
      })
    }
  }
}
