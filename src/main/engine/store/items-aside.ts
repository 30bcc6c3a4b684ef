import type { FolderId, ItemId } from '../base/domain.ts'
import type { Steps } from '../base/give-way.ts'
import type { Connection } from './connection.ts'
import { createFileDates } from './file-dates.ts'
import { createMerging } from './own-words.ts'
import type { Leaving } from './leaving.ts'
import type { ItemRows } from './store.ts'
import { headPart } from './row-texts.ts'
import { createWordIndex } from './word-index.ts'

type Aside = Pick<
  ItemRows,
  'setAside' | 'takeBackInSteps' | 'asideLike' | 'sizesAside' | 'asideIn' | 'asideBefore' | 'forgottenAt' | 'unread'
>

interface FileRow {
  itemId: ItemId
  folderId: FolderId
  folderPath: string
  path: string
  sizeBytes: number
  modifiedMs: number
  sidecarPaths: string
  sidecarStamp: string
  device: string | null
}

interface PlaceRow {
  folder_id: FolderId
  path: string
  path_folded: string
  size_bytes: number
  modified_ms: number
  sidecar_paths: string
  device: string | null
  there_since: number
}

/** Items whose files were deleted, or that the person forgot: nothing of them is found, and what was read is kept for a while. */
export function createItemsAside(connection: Connection, leaving: Leaving): Aside {
  const isSearchable = connection.prepareValue<[ItemId], 0 | 1>(
    'SELECT is_searchable FROM item WHERE item_id = ? AND gone_since_ms IS NULL'
  )
  const remove = connection.prepare<[ItemId]>('DELETE FROM item WHERE item_id = ?')
  const columns = 'item_id, part, turn_deg, encoder_id, vector, tokens'
  const putAway = [
    `INSERT OR REPLACE INTO kept_embedding (${columns}) SELECT ${columns} FROM embedding WHERE item_id = ?`,
    'DELETE FROM embedding WHERE item_id = ?',
    'DELETE FROM projection WHERE item_id = ?',
    'UPDATE link SET to_id = NULL WHERE to_id = ?'
  ].map(sql => connection.prepare<[ItemId]>(sql))
  const markGone = connection.prepare<[number, number | null, ItemId]>(
    `UPDATE item SET gone_since_ms = ?, forgotten_ms = ?, gone_status = status, status = 'waiting', is_searchable = 0
     WHERE item_id = ?`
  )

  const isAside = connection.prepareValue<[ItemId], 1>(
    'SELECT 1 FROM item WHERE item_id = ? AND gone_since_ms IS NOT NULL'
  )
  const bringBack = [
    // New rows have new sequences: galleries follow them.
    `INSERT OR REPLACE INTO embedding (${columns}) SELECT ${columns} FROM kept_embedding WHERE item_id = ?`,
    'DELETE FROM kept_embedding WHERE item_id = ?',
    `UPDATE item SET status = gone_status, is_searchable = 1, gone_since_ms = NULL, gone_status = NULL, forgotten_ms = NULL
     WHERE item_id = ?`
  ].map(sql => connection.prepare<[ItemId]>(sql))
  const placeOf = connection.prepare<[ItemId], PlaceRow>(
    `SELECT folder_id, path, path_folded, size_bytes, modified_ms, sidecar_paths, device, there_since
     FROM item WHERE item_id = ?`
  )
  // The stamp stays that of the sidecars that were read: where they are others now, they are read again.
  const move = connection.prepare<[PlaceRow & { itemId: ItemId }]>(
    `UPDATE item SET folder_id = @folder_id, path = @path, path_folded = @path_folded, size_bytes = @size_bytes,
       modified_ms = @modified_ms, sidecar_paths = @sidecar_paths, device = @device, there_since = @there_since,
       missing_since = NULL, unreachable_place = NULL, unreachable_reason = NULL WHERE item_id = @itemId`
  )
  const passages = connection.prepareValue<[ItemId], number>('SELECT part FROM passage WHERE item_id = ? ORDER BY part')

  const asideLike = connection.prepare<[string], ReturnType<Aside['asideLike']>[number]>(
    `SELECT item_id AS itemId, path, sidecar_stamp AS sidecarStamp
     FROM item WHERE content_hash = ? AND gone_since_ms IS NOT NULL ORDER BY gone_since_ms DESC, item_id DESC`
  )
  const sizesAside = connection.prepareValue<[number, number], number>(
    'SELECT size_bytes FROM item WHERE item_id >= ? AND item_id < ? AND +gone_since_ms IS NOT NULL'
  )
  const asideIn = connection.prepareValue<[FolderId], ItemId>(
    'SELECT item_id FROM item WHERE gone_since_ms IS NOT NULL AND +folder_id = ? ORDER BY +item_id'
  )
  const asideBefore = connection.prepareValue<[number], ItemId>(
    'SELECT item_id FROM item WHERE gone_since_ms IS NOT NULL AND gone_since_ms < ? ORDER BY +item_id'
  )
  // What has lost its path to another file has nothing to come back to but its content.
  const forgottenAt = connection.prepareValue<[number | null], ItemId>(
    `SELECT item_id FROM item WHERE gone_since_ms IS NOT NULL AND forgotten_ms = coalesce(?, forgotten_ms)
       AND substr(path, 1, 2) <> '//' ORDER BY +item_id`
  )
  const unread = connection.prepare<[number, number], FileRow>(
    `SELECT item.item_id AS itemId, item.folder_id AS folderId, folder.path AS folderPath, item.path,
       item.size_bytes AS sizeBytes, item.modified_ms AS modifiedMs, item.sidecar_paths AS sidecarPaths,
       item.sidecar_stamp AS sidecarStamp, item.device
     FROM item JOIN folder USING (folder_id)
     WHERE item.item_id >= ? AND item.item_id < ? AND +item.status = 'waiting' AND +item.content_hash IS NULL
       AND item.unreachable_reason IS NULL
     ORDER BY item.item_id`
  )
  const words = createWordIndex(connection)
  const merging = createMerging(connection)
  const followFileTime = createFileDates(connection)

  /** @returns whether it could be */
  function writeWords(itemId: ItemId, parts: readonly number[]): boolean {
    return connection.transaction(() => {
      if (!leaving.is(itemId, 'back')) return false
      for (const part of parts) words.write(itemId, part)
      return true
    })
  }

  function* takeBackInSteps(itemId: ItemId, freshId?: ItemId): Steps<boolean> {
    const parts = passages.all(itemId)
    const isLong = parts.length > leaving.atOnce
    if (isAside.get(itemId) === undefined || leaving.ids().has(itemId)) return false
    try {
      if (isLong) {
        leaving.begin(itemId, 'back')
        for (let from = 0; from < parts.length; from += leaving.stepRows) {
          yield
          if (!writeWords(itemId, parts.slice(from, from + leaving.stepRows))) return false
        }
        yield
      }
      return connection.transaction(() => {
        if (isAside.get(itemId) === undefined || leaving.is(itemId, 'back') !== isLong) return false
        const place = freshId === undefined ? undefined : placeOf.get(freshId)
        if (freshId !== undefined && place !== undefined) {
          remove.run(freshId)
          move.run({ ...place, itemId })
          followFileTime(itemId)
        }
        for (const statement of bringBack) statement.run(itemId)
        if (!isLong) words.removeAll(itemId)
        // The person may have said something of its content meanwhile.
        merging.settle(itemId)
        for (const part of isLong ? [headPart] : [headPart, ...parts]) words.write(itemId, part)
        if (isLong) leaving.end(itemId)
        return true
      })
    } finally {
      if (isLong && leaving.is(itemId, 'back')) leaving.begin(itemId, 'aside')
    }
  }

  return {
    setAside(itemIds, nowMs, { forgottenMs = null } = {}) {
      return connection.transaction(() => {
        const removed: ItemId[] = []
        for (const itemId of itemIds) {
          const wasRead = isSearchable.get(itemId)
          if (wasRead === 0) {
            // Nothing was read of it, so there is nothing to keep.
            remove.run(itemId)
            removed.push(itemId)
          } else if (wasRead === 1) {
            if (leaving.isLong(itemId)) leaving.begin(itemId, 'aside')
            else words.removeAll(itemId)
            for (const statement of putAway) statement.run(itemId)
            markGone.run(nowMs, forgottenMs, itemId)
          }
        }
        return removed
      })
    },

    takeBackInSteps,

    asideLike: contentHash => asideLike.all(contentHash),
    sizesAside: ({ from, to }) => sizesAside.all(from, to),
    asideIn: folderId => asideIn.all(folderId),
    asideBefore: beforeMs => asideBefore.all(beforeMs),
    forgottenAt: forgottenMs => forgottenAt.all(forgottenMs),
    unread: ({ from, to }) =>
      unread.all(from, to).map(({ sidecarPaths, ...file }) => ({
        ...file,
        sidecarPaths: JSON.parse(sidecarPaths) as string[],
        contentHash: null,
        unreachable: null
      }))
  }
}
