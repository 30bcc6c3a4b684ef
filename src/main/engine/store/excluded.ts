import type { ExcludedEntry } from '../../../shared/excluding.ts'
import type { ExcludedPlaces, ExclusionChanges, FolderId, ItemId } from '../base/domain.ts'
import type { Connection } from './connection.ts'
import { everyId, type IdRange } from './id-range.ts'
import { absolutePath } from './paths.ts'

/** A file or folder that is excluded by itself, without what a scan finds anew: enough to exclude it in another database. */
export interface ExcludedPath {
  readonly path: string
  readonly isFolder: boolean
  readonly sizeBytes: number
  readonly modifiedMs: number
  readonly contentHash: string | null
}

/** What the person took out of the library. A path is excluded or an item, never both. */
export interface ExcludedRows {
  /** Names a file or folder, which counts from the next scan on. The same again gives the row that is there. @returns its id */
  add(folderId: FolderId, place: ExcludedPath, nowMs: number): number
  /** Excludes an item's file with what is known of it; the item itself is for `items.remove`. @returns undefined when there is no such item */
  addItem(itemId: ItemId, withinId: number | null, nowMs: number): number | undefined
  /** @param files  which of the files; folders are always all */
  inFolder(folderId: FolderId, files?: IdRange): ExcludedPlaces
  /** Of the row that was added last; 0 where there is none. */
  lastId(): number
  /** Whether this very path is excluded, or a folder above it. */
  covers(folderId: FolderId, path: string): boolean
  /** What a scan saw of them. */
  saveScan(folderId: FolderId, changes: ExclusionChanges, nowMs: number): void
  /** Forgets some of the files that a scan found in an excluded folder. @returns how many, at most `limit` */
  forgetWithin(excludedId: number, limit: number): number
  /** @returns the folders that had any of them */
  remove(excludedIds: readonly number[]): readonly FolderId[]
  /** Named ones, the newest first. */
  list(limit: number): readonly ExcludedEntry[]
  /** Of named ones. */
  total(): number
  /** Named ones of a folder, at or below any of these paths; '' is the whole folder. */
  namedBelow(folderId: FolderId, paths: ReadonlySet<string>): readonly number[]
  /** Every named one, for keeping beside the database. */
  named(): readonly (ExcludedPath & { readonly folder: string })[]
}

interface FileRow {
  excluded_id: number
  path: string
  size_bytes: number
  modified_ms: number
  content_hash: string | null
  within_id: number | null
  is_there: 0 | 1
  device: string | null
}

interface NamedRow {
  excluded_id: number
  folder_id: FolderId
  folder_path: string
  path: string
  is_folder: 0 | 1
  size_bytes: number
  modified_ms: number
  content_hash: string | null
  files: number
}

/** @param onChange  called before a change of what was named is committed */
export function createExcluded(connection: Connection, onChange: () => void): ExcludedRows {
  const add = connection.prepareValue<[FolderId, string, 0 | 1, number, number, string | null, number], number>(
    `INSERT INTO exclusion (folder_id, path, is_folder, within_id, size_bytes, modified_ms, content_hash, is_there, said_ms)
     VALUES (?, ?, ?, NULL, ?, ?, ?, 0, ?)
     ON CONFLICT (folder_id, path) DO UPDATE SET within_id = NULL RETURNING excluded_id`
  )
  const addItem = connection.prepareValue<[number | null, number, ItemId], number>(
    `INSERT INTO exclusion (folder_id, path, is_folder, within_id, size_bytes, modified_ms, content_hash, is_there, said_ms, device)
     SELECT folder_id, path, 0, ?, size_bytes, modified_ms, content_hash, 1, ?, device FROM item WHERE item_id = ?
     ON CONFLICT (folder_id, path) DO UPDATE
     SET within_id = CASE WHEN exclusion.within_id IS NULL THEN NULL ELSE excluded.within_id END, is_there = 1 RETURNING excluded_id`
  )
  const files = connection.prepare<[FolderId, number, number], FileRow>(
    `SELECT excluded_id, path, size_bytes, modified_ms, content_hash, within_id, is_there, device
     FROM exclusion WHERE +folder_id = ? AND excluded_id >= ? AND excluded_id < ? AND is_folder = 0 ORDER BY excluded_id`
  )
  const lastId = connection.prepareValue<[], number | null>('SELECT max(excluded_id) FROM exclusion')
  const folders = connection.prepare<[FolderId], { excludedId: number; path: string }>(
    'SELECT excluded_id AS excludedId, path FROM exclusion WHERE folder_id = ? AND is_folder = 1 ORDER BY excluded_id'
  )
  const at = connection.prepare<[FolderId, string], { is_folder: 0 | 1 }>(
    'SELECT is_folder FROM exclusion WHERE folder_id = ? AND path = ?'
  )
  const see = connection.prepare<[string, number, number, string | null, 0 | 1, string | null, number]>(
    `UPDATE OR REPLACE exclusion SET path = ?, size_bytes = ?, modified_ms = ?, content_hash = ?, is_there = ?,
       device = coalesce(?, device)
     WHERE excluded_id = ?`
  )
  const find = connection.prepare<[FolderId, string, number, number, number, string | null, number]>(
    `INSERT OR IGNORE INTO exclusion (folder_id, path, is_folder, within_id, size_bytes, modified_ms, content_hash, is_there, said_ms, device)
     SELECT ?, ?, 0, excluded_id, ?, ?, NULL, 1, ?, ? FROM exclusion WHERE excluded_id = ?`
  )
  const folderOf = connection.prepareValue<[number], FolderId>('SELECT folder_id FROM exclusion WHERE excluded_id = ?')
  const remove = connection.prepare<[number]>('DELETE FROM exclusion WHERE excluded_id = ?')
  const removeWithin = connection.prepare<[number, number]>(
    'DELETE FROM exclusion WHERE excluded_id IN (SELECT excluded_id FROM exclusion WHERE within_id = ? LIMIT ?)'
  )
  const namedColumns = `excluded_id, folder_id, folder.path AS folder_path, exclusion.path, is_folder, size_bytes, modified_ms, content_hash,
       CASE is_folder WHEN 0 THEN is_there
         ELSE (SELECT count(*) FROM exclusion AS inner WHERE inner.within_id = exclusion.excluded_id AND inner.is_there = 1) END AS files
     FROM exclusion JOIN folder USING (folder_id) WHERE within_id IS NULL`
  const list = connection.prepare<[number], NamedRow>(
    `SELECT ${namedColumns} ORDER BY said_ms DESC, excluded_id DESC LIMIT ?`
  )
  const named = connection.prepare<[], NamedRow>(`SELECT ${namedColumns} ORDER BY excluded_id`)
  const total = connection.prepareValue<[], number>('SELECT count(*) FROM exclusion WHERE within_id IS NULL')
  const namedIn = connection.prepare<[FolderId], { excluded_id: number; path: string }>(
    'SELECT excluded_id, path FROM exclusion WHERE folder_id = ? AND within_id IS NULL ORDER BY excluded_id'
  )
  const change = connection.changing(onChange)

  return {
    add: (folderId, { path, isFolder, sizeBytes, modifiedMs, contentHash }, nowMs) =>
      change(() => add.get(folderId, path, isFolder ? 1 : 0, sizeBytes, modifiedMs, contentHash, nowMs) ?? 0),

    // What a folder takes with it is nothing that was named.
    addItem: (itemId, withinId, nowMs) =>
      withinId === null
        ? change(() => addItem.get(withinId, nowMs, itemId))
        : connection.transaction(() => addItem.get(withinId, nowMs, itemId)),

    inFolder: (folderId, { from, to } = everyId) => ({
      files: files.all(folderId, from, to).map(row => ({
        excludedId: row.excluded_id,
        path: row.path,
        sizeBytes: row.size_bytes,
        modifiedMs: row.modified_ms,
        contentHash: row.content_hash,
        withinId: row.within_id,
        isThere: row.is_there === 1,
        device: row.device
      })),
      folders: folders.all(folderId)
    }),

    lastId: () => lastId.get() ?? 0,

    covers(folderId, path) {
      if (at.get(folderId, path) !== undefined) return true
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
        if (at.get(folderId, path.slice(0, end))?.is_folder === 1) return true
      return false
    },

    saveScan(folderId, { seen, found, gone }, nowMs) {
      connection.transaction(() => {
        for (const { excludedId, path, sizeBytes, modifiedMs, contentHash, isThere, device } of seen)
          see.run(path, sizeBytes, modifiedMs, contentHash, isThere ? 1 : 0, device ?? null, excludedId)
        for (const { withinId, file } of found)
          find.run(folderId, file.path, file.sizeBytes, file.modifiedMs, nowMs, file.device ?? null, withinId)
        for (const excludedId of gone) remove.run(excludedId)
        if (seen.some(({ withinId }) => withinId === null)) connection.beforeCommit(onChange)
      })
    },

    forgetWithin: (excludedId, limit) => removeWithin.run(excludedId, limit).changes,

    remove: excludedIds =>
      change(() => {
        const had = excludedIds.flatMap(excludedId => folderOf.get(excludedId) ?? [])
        for (const excludedId of excludedIds) remove.run(excludedId)
        return [...new Set(had)]
      }),

    list: limit =>
      list.all(limit).map(row => ({
        excludedId: row.excluded_id,
        kind: row.is_folder === 1 ? 'folder' : 'file',
        folderId: row.folder_id,
        path: absolutePath(row.folder_path, row.path),
        files: row.files
      })),

    total: () => total.get() ?? 0,

    namedBelow: (folderId, paths) =>
      namedIn
        .all(folderId)
        .filter(row => isAtOrBelow(row.path, paths))
        .map(row => row.excluded_id),

    named: () =>
      named.all().map(row => ({
        folder: row.folder_path,
        path: row.path,
        isFolder: row.is_folder === 1,
        sizeBytes: row.size_bytes,
        modifiedMs: row.modified_ms,
        contentHash: row.content_hash
      }))
  }
}

function isAtOrBelow(path: string, paths: ReadonlySet<string>): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1))
    if (paths.has(path.slice(0, end))) return true
  return paths.has('')
}
