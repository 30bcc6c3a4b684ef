import type { ItemId } from '../base/domain.ts'
import type { Connection } from './connection.ts'
import { paged } from './vectors-on-disk.ts'

const pageRows = 1000

export interface ThumbnailRows {
  save(rows: readonly { itemId: ItemId; jpeg: Uint8Array }[]): void
  get(itemId: ItemId): Uint8Array | undefined
  remove(itemIds: readonly ItemId[]): void
  /** Thumbnails of items that no longer exist. */
  sweep(existing: ReadonlySet<ItemId>): void
}

/**
 * Thumbnails lie in a database of their own: they are large, derived and never searched. Their item ids mean one library
 * only, so those of another one (the library's database was set aside, or deleted) are thrown away here.
 */
export function createThumbnails(connection: Connection, libraryId: string): ThumbnailRows {
  const save = connection.prepare<[ItemId, Uint8Array]>(
    'INSERT INTO thumbnail (item_id, jpeg) VALUES (?, ?) ON CONFLICT (item_id) DO UPDATE SET jpeg = excluded.jpeg'
  )
  const get = connection.prepareValue<[ItemId], Buffer>('SELECT jpeg FROM thumbnail WHERE item_id = ?')
  const ids = connection.prepareValue<[ItemId, number], ItemId>(
    'SELECT item_id FROM thumbnail WHERE item_id > ? ORDER BY item_id LIMIT ?'
  )
  const remove = connection.prepare<[ItemId]>('DELETE FROM thumbnail WHERE item_id = ?')
  belongTo(libraryId, connection)

  return {
    save(rows) {
      connection.transaction(() => {
        for (const { itemId, jpeg } of rows) save.run(itemId, jpeg)
      })
    },

    get: itemId => get.get(itemId),

    remove(itemIds) {
      connection.transaction(() => {
        for (const itemId of itemIds) remove.run(itemId)
      })
    },

    sweep(existing) {
      const all = paged(
        0,
        after => ids.all(after, pageRows),
        id => id
      )
      connection.transaction(() => {
        for (const itemId of all) if (!existing.has(itemId)) remove.run(itemId)
      })
    }
  }
}

function belongTo(libraryId: string, connection: Connection): void {
  const origin = connection.prepareValue<[], string>('SELECT library_id FROM origin')
  if (origin.get() === libraryId) return
  const statements = ['DELETE FROM thumbnail', 'DELETE FROM origin'].map(sql => connection.prepare<[]>(sql))
  const insert = connection.prepare<[string]>('INSERT INTO origin (library_id) VALUES (?)')
  connection.transaction(() => {
    for (const statement of statements) statement.run()
    insert.run(libraryId)
  })
}
