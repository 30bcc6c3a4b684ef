import type {
  DatePrecision,
  DateSource,
  FailureCode,
  FolderId,
  ItemId,
  ItemKind,
  ItemState,
  ItemStatus,
  KnownFile,
  Told,
  Unreachable
} from '../base/domain.ts'
import type { Counts } from '../../../shared/library.ts'
import type { FailedItem } from '../../../shared/items.ts'
import type { Connection } from './connection.ts'
import { everyId } from './id-range.ts'
import { absolutePath, pathWithin } from './paths.ts'
import type { ItemRows, WorkItem } from './store.ts'
import { paged } from './vectors-on-disk.ts'

type Reads = Pick<
  ItemRows,
  | 'inFolder'
  | 'lastId'
  | 'exists'
  | 'waiting'
  | 'unencoded'
  | 'countUnencoded'
  | 'countUnencodedHere'
  | 'countRead'
  | 'reading'
  | 'told'
  | 'isWaiting'
  | 'isEncoded'
  | 'counts'
  | 'countByKind'
  | 'countLong'
  | 'failures'
  | 'findPath'
  | 'below'
  | 'findContent'
  | 'each'
>

const pageRows = 512

interface FileRow {
  item_id: ItemId
  folder_id: FolderId
  path: string
  size_bytes: number
  modified_ms: number
  sidecar_paths: string
  sidecar_stamp: string
  content_hash: string | null
  device: string | null
  unreachable_place: string | null
  unreachable_reason: string | null
}

const fileColumns = `item.item_id, item.folder_id, item.path, item.size_bytes, item.modified_ms, item.sidecar_paths,
  item.sidecar_stamp, item.content_hash, item.device, item.unreachable_place, item.unreachable_reason`

interface EachRow {
  item_id: ItemId
  kind: ItemKind
  folder_id: FolderId
  path: string
  content_hash: string | null
  date_local_ms: number
  date_source: DateSource
  date_precision: DatePrecision | null
  perceptual_hash: string | null
  title: string | null
  aliases: string | null
  description: string | null
  keywords: string
}

/** What indexing asks about items. */
export function createItemReads(connection: Connection): Reads {
  const inFolder = connection.prepare<
    [FolderId, ItemId, ItemId],
    FileRow & { status: ItemStatus; there_since: number; missing_since: number | null }
  >(
    `SELECT ${fileColumns}, status, there_since, missing_since FROM item
     WHERE +folder_id = ? AND item_id >= ? AND item_id < ? AND gone_since_ms IS NULL ORDER BY item_id`
  )
  const lastId = connection.prepareValue<[], ItemId | null>('SELECT max(item_id) FROM item')
  const exists = connection.prepareValue<[ItemId], 1>('SELECT 1 FROM item WHERE item_id = ? AND gone_since_ms IS NULL')
  const reading = connection.prepare<[ItemId], { content_hash: string | null; is_searchable: 0 | 1 }>(
    'SELECT content_hash, is_searchable FROM item WHERE item_id = ?'
  )
  const told = connection.prepare<[ItemId], Told>(
    `SELECT kind, format, title, date_source AS dateSource FROM item WHERE item_id = ? AND is_searchable = 1`
  )
  const canBeRead = 'item.gone_since_ms IS NULL AND item.unreachable_reason IS NULL'
  const isWaiting = connection.prepareValue<[ItemId], 1>(
    `SELECT 1 FROM item WHERE item_id = ? AND status = 'waiting' AND ${canBeRead}`
  )
  const waiting = connection.prepare<[ItemId, number], FileRow & { folder_path: string }>(
    `SELECT ${fileColumns}, folder.path AS folder_path FROM item JOIN folder USING (folder_id)
     WHERE item.status = 'waiting' AND ${canBeRead} AND item.item_id > ? ORDER BY item.item_id LIMIT ?`
  )
  const isUnencoded = `item.status = 'indexed' AND item.reread_code IS NULL
    AND NOT EXISTS (SELECT 1 FROM encoded WHERE encoded.item_id = item.item_id AND encoded.model_key = ?)`
  const unencoded = connection.prepare<[string, ItemId, ItemId], FileRow & { folder_path: string }>(
    `SELECT ${fileColumns}, folder.path AS folder_path FROM item JOIN folder USING (folder_id)
     WHERE ${isUnencoded} AND item.item_id >= ? AND item.item_id < ? ORDER BY item.item_id`
  )
  const countUnencoded = connection.prepareValue<[string], number>(`SELECT count(*) FROM item WHERE ${isUnencoded}`)
  const countUnencodedHere = connection.prepareValue<[string, ItemId, ItemId], number>(
    `SELECT count(*) FROM item WHERE ${isUnencoded} AND ${canBeRead} AND item.item_id >= ? AND item.item_id < ?`
  )
  const countRead = connection.prepareValue<[], number>(
    `SELECT count(*) FROM item WHERE status = 'indexed' AND reread_code IS NULL`
  )
  const isEncoded = connection.prepareValue<[ItemId, string], 1>(
    'SELECT 1 FROM encoded WHERE item_id = ? AND model_key = ?'
  )
  const counts = connection.prepare<[], StateCount>('SELECT state, count(*) AS count FROM item GROUP BY state')
  const countsIn = connection.prepare<[FolderId], StateCount>(
    'SELECT state, count(*) AS count FROM item WHERE folder_id = ? GROUP BY state'
  )
  const excluded = connection.prepareValue<[], number>(
    'SELECT count(*) FROM exclusion WHERE is_folder = 0 AND is_there = 1'
  )
  const excludedIn = connection.prepareValue<[FolderId], number>(
    'SELECT count(*) FROM exclusion WHERE folder_id = ? AND is_folder = 0 AND is_there = 1'
  )
  const below = connection.prepareValue<[FolderId, string, string], ItemId>(
    'SELECT item_id FROM item WHERE folder_id = ? AND path > ? AND path < ? AND gone_since_ms IS NULL ORDER BY item_id'
  )
  // So many passages take more bytes than this, whatever the format: most notes need not be looked into.
  const countLong = connection.prepareValue<[number], number>(
    `SELECT count(*) FROM item WHERE is_searchable = 1 AND kind = 'note' AND size_bytes >= 4000
       AND EXISTS (SELECT 1 FROM passage WHERE passage.item_id = item.item_id AND part = ?)`
  )
  const countKind = connection.prepareValue<[ItemKind], number>(
    'SELECT count(*) FROM item WHERE is_searchable = 1 AND kind = ?'
  )
  const failures = connection.prepare<
    [number],
    { item_id: ItemId; folder_id: FolderId; folder_path: string; path: string; code: FailureCode; reason: string }
  >(
    `SELECT item_id, folder_id, folder.path AS folder_path, item.path, coalesce(failure_code, reread_code) AS code,
       coalesce(failure_reason, reread_reason) AS reason
     FROM item JOIN folder USING (folder_id) WHERE state = 'failed' ORDER BY item_id LIMIT ?`
  )
  const folders = connection.prepare<[], { folder_id: FolderId; path: string }>('SELECT folder_id, path FROM folder')
  const findPath = connection.prepareValue<[FolderId, string], ItemId>(
    'SELECT item_id FROM item WHERE folder_id = ? AND path = ? AND gone_since_ms IS NULL'
  )
  const findContent = connection.prepareValue<[string], ItemId>(
    'SELECT item_id FROM item WHERE content_hash = ? AND is_searchable = 1 ORDER BY item_id'
  )
  const each = connection.prepare<[ItemId, number], EachRow>(
    `SELECT item.item_id, kind, folder_id, path, content_hash, date_local_ms, date_source, date_precision, perceptual_hash, title, aliases,
       coalesce(nullif(caption, ''), description) AS description,
       (SELECT json_group_array(name ORDER BY position) FROM tag WHERE tag.item_id = item.item_id) AS keywords
     FROM item LEFT JOIN photo USING (item_id) LEFT JOIN own_words USING (content_hash)
     WHERE is_searchable = 1 AND item.item_id > ? ORDER BY item.item_id LIMIT ?`
  )

  return {
    inFolder: (folderId, { from, to } = everyId) =>
      inFolder.all(folderId, from, to).map(row => ({
        ...knownFile(row),
        status: row.status,
        presence: { thereSince: row.there_since, missingSince: row.missing_since }
      })),
    lastId: () => lastId.get() ?? 0,
    exists: itemId => exists.get(itemId) === 1,
    waiting: (afterId, limit) => waiting.all(afterId, limit).map(workItem),
    unencoded: (modelKey, { from, to } = everyId) => unencoded.all(modelKey, from, to).map(workItem),
    countUnencoded: modelKey => countUnencoded.get(modelKey) ?? 0,
    countUnencodedHere: (modelKey, { from, to }) => countUnencodedHere.get(modelKey, from, to) ?? 0,
    countRead: () => countRead.get() ?? 0,
    reading(itemId) {
      const row = reading.get(itemId)
      return row && { contentHash: row.content_hash, isSearchable: row.is_searchable === 1 }
    },
    told: itemId => told.get(itemId),
    isWaiting: itemId => isWaiting.get(itemId) === 1,
    isEncoded: (itemId, modelKey) => isEncoded.get(itemId, modelKey) === 1,
    counts: folderId =>
      folderId === undefined
        ? addUp(counts.all(), excluded.get() ?? 0)
        : addUp(countsIn.all(folderId), excludedIn.get(folderId) ?? 0),
    // All that begins with the path and '/': in the order of bytes '0' comes next.
    below: (folderId, path) => below.all(folderId, `${path}/`, `${path}0`),
    countLong: passages => countLong.get(passages) ?? 0,
    countByKind: () => ({ photos: countKind.get('photo') ?? 0, notes: countKind.get('note') ?? 0 }),

    failures: limit =>
      failures.all(limit).map((row): FailedItem => ({
        itemId: row.item_id,
        folderId: row.folder_id,
        path: absolutePath(row.folder_path, row.path),
        code: row.code,
        reason: row.reason
      })),

    findPath(path) {
      for (const folder of folders.all()) {
        const within = pathWithin(folder.path, path)
        if (within === undefined) continue
        // A path that was typed may be in another Unicode form than the file system's.
        for (const spelling of [within, within.normalize('NFC'), within.normalize('NFD')]) {
          const itemId = findPath.get(folder.folder_id, spelling)
          if (itemId !== undefined) return itemId
        }
      }
      return undefined
    },

    findContent: contentHash => findContent.all(contentHash),

    *each() {
      for (const row of paged(
        0,
        after => each.all(after, pageRows),
        row => row.item_id
      )) {
        const {
          item_id: itemId,
          kind,
          folder_id: folderId,
          path,
          content_hash: contentHash,
          date_local_ms: dateMs,
          date_source: dateSource,
          date_precision: datePrecision,
          perceptual_hash: perceptualHash,
          title,
          description
        } = row
        const keywords = JSON.parse(row.keywords) as string[]
        yield {
          ...{ itemId, kind, folderId, path, contentHash, dateMs, dateSource, datePrecision },
          ...{ perceptualHash, title, description, keywords },
          aliases: row.aliases === null ? [] : (JSON.parse(row.aliases) as string[])
        }
      }
    }
  }
}

function knownFile(row: FileRow): Omit<KnownFile, 'status'> & { unreachable: Unreachable | null } {
  return {
    itemId: row.item_id,
    path: row.path,
    sizeBytes: row.size_bytes,
    modifiedMs: row.modified_ms,
    sidecarPaths: JSON.parse(row.sidecar_paths) as string[],
    sidecarStamp: row.sidecar_stamp,
    contentHash: row.content_hash,
    device: row.device,
    unreachable:
      row.unreachable_reason === null ? null : { place: row.unreachable_place ?? '', reason: row.unreachable_reason }
  }
}

function workItem(row: FileRow & { folder_path: string }): WorkItem {
  return { ...knownFile(row), folderId: row.folder_id, folderPath: row.folder_path }
}

interface StateCount {
  state: ItemState | 'deleted'
  count: number
}

/** The one place where the counts are made. */
function addUp(rows: readonly StateCount[], excluded: number): Counts {
  const of = (state: ItemState): number => rows.find(row => row.state === state)?.count ?? 0
  const [indexed, failed, waiting, unreachable] = [of('indexed'), of('failed'), of('waiting'), of('unreachable')]
  const eligible = indexed + failed + waiting + unreachable + excluded
  return { eligible, indexed, failed, waiting, unreachable, excluded }
}
