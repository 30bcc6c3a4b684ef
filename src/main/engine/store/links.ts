import type { ItemId, ItemKind, NoteLink } from '../base/domain.ts'
import type { Connection } from './connection.ts'
import type { LinkRows, StoredLink } from './store.ts'
import { paged } from './vectors-on-disk.ts'

const pageRows = 512

interface Row {
  link_id: number
  from_id: number
  kind: StoredLink['kind']
  target: string
  text: string
  part: number
  to_id: number | null
  is_guess: number
}

const columns = 'link_id, from_id, link.kind, target, text, part, to_id, is_guess'

export function createLinks(connection: Connection): LinkRows {
  const from = connection.prepare<[ItemId], Row>(
    `SELECT ${columns} FROM link WHERE from_id = ? ORDER BY start_utf16, link_id`
  )
  const meantAt = connection.prepare<[ItemId], { start_utf16: number; itemId: ItemId; kind: ItemKind }>(
    `SELECT start_utf16, item_id AS itemId, item.kind FROM link JOIN item ON item_id = to_id
     WHERE from_id = ? AND is_guess = 0 AND is_searchable = 1`
  )
  const to = connection.prepare<[ItemId], Row>(
    `SELECT ${columns} FROM link JOIN item ON item_id = from_id
     WHERE to_id = ? AND gone_since_ms IS NULL ORDER BY from_id, start_utf16, link_id`
  )
  const all = connection.prepare<[number, number], Row & { path: string; folder_id: number }>(
    `SELECT ${columns}, path, folder_id FROM link JOIN item ON item_id = from_id
     WHERE link_id > ? AND gone_since_ms IS NULL ORDER BY link_id LIMIT ?`
  )
  // An item that was removed in the meantime is no target.
  const resolve = connection.prepare<[ItemId | null, number, number]>(
    'UPDATE link SET to_id = (SELECT item_id FROM item WHERE item_id = ?), is_guess = ? WHERE link_id = ?'
  )

  return {
    from: itemId => from.all(itemId).map(storedLink),
    meantAt: itemId => new Map(meantAt.all(itemId).map(({ start_utf16, ...item }) => [start_utf16, item])),
    to: itemId => to.all(itemId).map(storedLink),

    *all() {
      for (const row of paged(
        0,
        after => all.all(after, pageRows),
        row => row.link_id
      )) {
        yield { ...storedLink(row), linkId: row.link_id, fromPath: row.path, folderId: row.folder_id }
      }
    },

    resolve(links) {
      connection.transaction(() => {
        for (const { linkId, toId, isGuess } of links) resolve.run(toId, Number(isGuess), linkId)
      })
    }
  }
}

export interface LinkSaving {
  remove(itemId: ItemId): void
  /**
   * Replaces an item's links, so many at a time. What a target was found to mean is kept until links are resolved again.
   * Each step is to be called before the next is asked for.
   */
  steps(itemId: ItemId, links: readonly NoteLink[], rows: number): Generator<() => void>
}

export function createLinkSaving(connection: Connection): LinkSaving {
  const known = connection.prepare<[ItemId], { target: string; to_id: number; is_guess: number }>(
    'SELECT target, to_id, is_guess FROM link WHERE from_id = ? AND to_id IS NOT NULL'
  )
  const count = connection.prepareValue<[ItemId], number>('SELECT count(*) FROM link WHERE from_id = ?')
  const remove = connection.prepare<[ItemId]>('DELETE FROM link WHERE from_id = ?')
  const removeSome = connection.prepare<[ItemId, number]>(
    'DELETE FROM link WHERE link_id IN (SELECT link_id FROM link WHERE from_id = ? LIMIT ?)'
  )
  const insert = connection.prepare<[ItemId, number, string, string, string, number, ItemId | null, number]>(
    'INSERT INTO link (from_id, start_utf16, kind, target, text, part, to_id, is_guess) VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
  )
  return {
    remove: itemId => void remove.run(itemId),

    *steps(itemId, links, rows) {
      const found = new Map(known.all(itemId).map(row => [row.target, row]))
      for (let left = count.get(itemId) ?? 0; left > 0; left -= rows) yield () => removeSome.run(itemId, rows)
      for (let from = 0; from < links.length; from += rows)
        yield () => {
          for (const { start, kind, target, text, part } of links.slice(from, from + rows)) {
            const { to_id = null, is_guess = 0 } = found.get(target) ?? {}
            insert.run(itemId, start, kind, target, text, part, to_id, is_guess)
          }
        }
    }
  }
}

function storedLink(row: Row): StoredLink {
  const { kind, target, text, part } = row
  return { fromId: row.from_id, kind, target, text, part, toId: row.to_id, isGuess: row.is_guess === 1 }
}
