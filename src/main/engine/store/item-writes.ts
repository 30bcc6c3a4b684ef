import type { FolderId, FoundFile, ItemId } from '../base/domain.ts'
import type { Connection } from './connection.ts'
import { createForgetting } from './embeddings.ts'
import { createFileDates } from './file-dates.ts'
import { createFollowing } from './following.ts'
import type { Leaving } from './leaving.ts'
import { foldPath } from './paths.ts'
import type { ItemRows } from './store.ts'
import { createWordIndex } from './word-index.ts'

type Writes = Pick<
  ItemRows,
  | 'add'
  | 'markChanged'
  | 'relocate'
  | 'remove'
  | 'forgetLongReading'
  | 'saveFailure'
  | 'saveRereadFailure'
  | 'retry'
  | 'readAgain'
  | 'markEncoded'
  | 'forgetEncoded'
>

interface FileColumns {
  path: string
  pathFolded: string
  sizeBytes: number
  modifiedMs: number
  sidecarPaths: string
  sidecarStamp: string
  device: string | null
}

const setFile = `path = @path, path_folded = @pathFolded, size_bytes = @sizeBytes, modified_ms = @modifiedMs,
  sidecar_paths = @sidecarPaths, sidecar_stamp = @sidecarStamp, device = coalesce(@device, device)`

const isRetried = 'failure_code = NULL, failure_reason = NULL, reread_code = NULL, reread_reason = NULL'

/** Items of one step, so that a search that waits goes first. */
const pageRows = 2000

/**
 * What happens to an item's row apart from reading its file.
 *
 * @param onDecisions  called before a commit in which what was said goes on to another content
 */
export function createItemWrites(connection: Connection, leaving: Leaving, onDecisions: () => void): Writes {
  const insert = connection.prepare<[FileColumns & { folderId: FolderId; kind: string; scan: number }]>(
    `INSERT INTO item (folder_id, path, path_folded, kind, status, size_bytes, modified_ms, sidecar_paths, sidecar_stamp, device,
       there_since)
     VALUES (@folderId, @path, @pathFolded, @kind, 'waiting', @sizeBytes, @modifiedMs, @sidecarPaths, @sidecarStamp,
       @device, @scan)`
  )
  const place = connection.prepare<[ItemId], { folder_id: FolderId; path: string; content_hash: string | null }>(
    'SELECT folder_id, path, content_hash FROM item WHERE item_id = ?'
  )
  const displace = connection.prepare<[FolderId, string, ItemId]>(
    `UPDATE item SET path = '//displaced/' || item_id || '/' || path WHERE folder_id = ? AND path = ? AND item_id <> ?`
  )
  const relocate = connection.prepare<[FileColumns & { itemId: ItemId }]>(
    `UPDATE item SET ${setFile} WHERE item_id = @itemId`
  )
  const markChanged = connection.prepare<[FileColumns & { itemId: ItemId }]>(
    `UPDATE item SET ${setFile}, status = 'waiting', ${isRetried} WHERE item_id = @itemId`
  )
  const remove = connection.prepare<[ItemId]>('DELETE FROM item WHERE item_id = ?')
  const fail = connection.prepare<
    [Record<'code' | 'reason' | 'kind', string> & { hash: string | null; itemId: ItemId }]
  >(
    `UPDATE item SET status = 'failed', kind = @kind, is_searchable = 0, failure_code = @code, failure_reason = @reason,
       reread_code = NULL, reread_reason = NULL, content_hash = @hash, format = NULL, title = NULL, date_local_ms = NULL, date_offset_minutes = NULL, date_source = NULL, date_precision = NULL, aliases = NULL, file_tags = NULL
     WHERE item_id = @itemId`
  )
  const forgetReading = connection.prepareDeletions('photo', 'photo_text', 'tag')
  const forgetPassages = connection.prepareDeletions('passage')
  const forgetKept = connection.prepareDeletions('kept_embedding')
  const forgetLinksTo = connection.prepare<[ItemId]>('UPDATE link SET to_id = NULL WHERE to_id = ?')
  const hide = connection.prepare<[{ itemId: ItemId; goneMs: number | null }]>(
    `UPDATE item SET status = 'waiting', is_searchable = 0, reread_code = NULL, reread_reason = NULL,
       gone_since_ms = coalesce(gone_since_ms, @goneMs), gone_status = coalesce(gone_status, iif(@goneMs IS NULL, NULL, status))
     WHERE item_id = @itemId`
  )
  const forgetLinks = connection.prepare<[ItemId]>('DELETE FROM link WHERE from_id = ?')
  const failAgain = connection.prepare<[string, string, ItemId]>(
    `UPDATE item SET status = 'indexed', reread_code = ?, reread_reason = ? WHERE item_id = ? AND is_searchable = 1`
  )
  const retryAll = connection.prepare<[]>(`UPDATE item SET status = 'waiting', ${isRetried} WHERE state = 'failed'`)
  const retryOne = connection.prepare<[ItemId]>(
    `UPDATE item SET status = 'waiting', ${isRetried} WHERE state = 'failed' AND item_id = ?`
  )
  const lastInFolder = connection.prepareValue<[FolderId, ItemId, number], ItemId | null>(
    'SELECT max(item_id) FROM (SELECT item_id FROM item WHERE folder_id = ? AND item_id > ? ORDER BY item_id LIMIT ?)'
  )
  const readAgain = connection.prepare<[FolderId, ItemId, ItemId]>(
    `UPDATE item SET status = 'waiting', ${isRetried}
     WHERE folder_id = ? AND item_id > ? AND item_id <= ? AND gone_since_ms IS NULL AND unreachable_reason IS NULL`
  )
  const markEncoded = connection.prepare<[ItemId, string]>(
    'INSERT OR IGNORE INTO encoded (item_id, model_key) VALUES (?, ?)'
  )
  const lastOfPage = connection.prepareValue<[ItemId], ItemId | null>(
    'SELECT max(item_id) FROM (SELECT item_id FROM encoded WHERE item_id > ? ORDER BY item_id LIMIT 4096)'
  )
  const forgetEncoded = connection.prepare<[ItemId, ItemId, string]>(
    'DELETE FROM encoded WHERE item_id > ? AND item_id <= ? AND instr(model_key, ?) > 0'
  )
  const forgetting = createForgetting(connection)
  const words = createWordIndex(connection)
  const followFileTime = createFileDates(connection)
  const following = createFollowing(connection, onDecisions)

  /**
   * Two files may have swapped names, and rows are written one after the other: whoever still holds the path steps aside.
   * If its own new place is never told, the next scan does not find it, and it is gone.
   */
  function makeRoom(folderId: FolderId, path: string, itemId: ItemId): void {
    displace.run(folderId, path, itemId)
  }

  function move(itemId: ItemId, file: FoundFile, update: typeof relocate): void {
    connection.transaction(() => {
      const before = place.get(itemId)
      if (before === undefined) return
      if (before.path !== file.path) makeRoom(before.folder_id, file.path, itemId)
      update.run({ itemId, ...fileColumns(file) })
      followFileTime(itemId)
      if (before.path !== file.path) words.replaceHead(itemId)
    })
  }

  return {
    add(folderId, files, scan = 0) {
      connection.transaction(() => {
        for (const file of files) {
          makeRoom(folderId, file.path, 0)
          insert.run({ folderId, kind: kindByName(file.path), scan, ...fileColumns(file) })
        }
      })
    },

    markChanged: (itemId, file) => move(itemId, file, markChanged),
    relocate: (itemId, file) => move(itemId, file, relocate),

    remove(itemIds) {
      connection.transaction(() => {
        for (const itemId of itemIds) {
          if (!leaving.isLong(itemId)) remove.run(itemId)
          else {
            forgetting.item(itemId)
            forgetKept(itemId)
            for (const statement of [forgetLinks, forgetLinksTo]) statement.run(itemId)
            hide.run({ itemId, goneMs: Date.now() })
            leaving.begin(itemId, 'removed')
          }
        }
      })
    },

    forgetLongReading(itemId) {
      return connection.transaction(() => {
        if (!leaving.isLong(itemId)) return false
        forgetting.item(itemId)
        hide.run({ itemId, goneMs: null })
        leaving.begin(itemId, 'unread')
        return true
      })
    },

    saveFailure(itemId, { code, reason, contentHash }) {
      connection.transaction(() => {
        forgetting.item(itemId)
        forgetReading(itemId)
        forgetLinks.run(itemId)
        if (leaving.isLong(itemId)) leaving.begin(itemId, 'unread')
        else {
          forgetPassages(itemId)
          words.removeAll(itemId)
        }
        const known = place.get(itemId)
        if (known !== undefined) following.follow({ itemId, contentHash: known.content_hash }, contentHash)
        const { path = '' } = known ?? {}
        fail.run({ itemId, code, reason, hash: contentHash, kind: kindByName(path) })
      })
    },

    saveRereadFailure: (itemId, { code, reason }) => void failAgain.run(code, reason, itemId),

    retry(itemIds) {
      if (itemIds === null) return retryAll.run().changes
      return connection.transaction(() => itemIds.reduce((count, itemId) => count + retryOne.run(itemId).changes, 0))
    },

    readAgain(folderId, afterId) {
      return connection.transaction(() => {
        const last = lastInFolder.get(folderId, afterId, pageRows) ?? null
        if (last !== null) readAgain.run(folderId, afterId, last)
        return last
      })
    },

    markEncoded: (itemId, modelKey) => void markEncoded.run(itemId, modelKey),

    forgetEncoded(partOfKey, afterId) {
      return connection.transaction(() => {
        const last = lastOfPage.get(afterId) ?? null
        if (last !== null) forgetEncoded.run(afterId, last, partOfKey)
        return last
      })
    }
  }
}

function fileColumns(file: FoundFile): FileColumns {
  return {
    path: file.path,
    pathFolded: foldPath(file.path),
    sizeBytes: file.sizeBytes,
    modifiedMs: file.modifiedMs,
    sidecarPaths: JSON.stringify(file.sidecarPaths),
    sidecarStamp: file.sidecarStamp,
    device: file.device ?? null
  }
}

/** A guess that holds as long as the file was not read: then what the bytes are decides. */
function kindByName(path: string): 'photo' | 'note' {
  return /\.(md|markdown|mdown|txt|text|html?|xhtml|pdf|docx)$/i.test(path) ? 'note' : 'photo'
}
