import { posix } from 'node:path'
import type { ItemDetail, ItemSummary } from '../../../shared/items.ts'
import type {
  DatePrecision,
  DateSource,
  FolderId,
  ItemId,
  ItemKind,
  ItemState,
  NoteFormat,
  PhotoFormat
} from '../base/domain.ts'
import type { Connection } from './connection.ts'
import { absolutePath } from './paths.ts'
import type { ItemRows, PhotoLook } from './store.ts'

interface SummaryRow {
  item_id: ItemId
  kind: ItemKind
  folder_id: FolderId
  folder_path: string
  path: string
  title: string | null
  date_local_ms: number | null
  date_source: DateSource | null
  date_precision: DatePrecision | null
  modified_ms: number
  width_px: number | null
  height_px: number | null
  thumbhash: Buffer | null
  first_photo_id: ItemId | null
  unreachable_reason: string | null
  is_favourite: 0 | 1 | null
}

interface DetailRow extends SummaryRow {
  status: ItemState
  format: PhotoFormat | NoteFormat | null
  size_bytes: number
  date_offset_minutes: number | null
  latitude: number | null
  longitude: number | null
  camera: string | null
  lens: string | null
  description: string | null
  caption: string | null
  added_tags: string | null
  removed_tags: string | null
}

interface RelatedRow {
  item_id: ItemId
  is_guess: number
}

interface LookRow {
  item_id: ItemId
  perceptual_hash: string
  thumbhash: Buffer
  content_hash: string
  width_px: number
  height_px: number
  camera: string | null
  date_local_ms: number
  date_source: DateSource
  date_precision: DatePrecision | null
}

const summaryColumns = `item.item_id, item.kind, item.folder_id, folder.path AS folder_path, item.path, item.title,
  item.date_local_ms, item.date_source, item.date_precision, item.modified_ms, photo.width_px, photo.height_px, photo.thumbhash,
  item.unreachable_reason, own_words.is_favourite,
  (SELECT to_id FROM link JOIN item AS shown ON shown.item_id = link.to_id
   WHERE link.from_id = item.item_id AND link.kind = 'embed' AND link.is_guess = 0 AND shown.kind = 'photo'
     AND shown.is_searchable = 1
   ORDER BY link.start_utf16, link.link_id LIMIT 1) AS first_photo_id`

const tables = `item JOIN folder ON folder.folder_id = item.folder_id LEFT JOIN photo ON photo.item_id = item.item_id
  LEFT JOIN own_words ON own_words.content_hash = item.content_hash`

/** Items as a person sees them. */
export function createItemDetails(
  connection: Connection
): Pick<ItemRows, 'get' | 'summaries' | 'kinds' | 'looks' | 'passageRange'> {
  const detail = connection.prepare<[ItemId], DetailRow>(
    `SELECT ${summaryColumns}, item.state AS status, item.format, item.size_bytes, item.date_offset_minutes,
       photo.latitude, photo.longitude, photo.camera, photo.lens, photo.description,
       nullif(own_words.caption, '') AS caption, own_words.added_tags, own_words.removed_tags
     FROM ${tables} WHERE item.item_id = ? AND item.gone_since_ms IS NULL`
  )
  // One statement for a page of hits, in the order they were asked in.
  const asked = connection.prepare<[string], SummaryRow>(
    `SELECT ${summaryColumns} FROM json_each(?) AS asked CROSS JOIN ${tables}
     WHERE item.item_id = asked.value AND item.gone_since_ms IS NULL ORDER BY asked.key`
  )
  const looks = connection.prepare<[string], LookRow>(
    `SELECT item_id, perceptual_hash, thumbhash, content_hash, width_px, height_px, camera, date_local_ms, date_source, date_precision
     FROM json_each(?) AS asked JOIN photo ON photo.item_id = asked.value JOIN item USING (item_id)
     WHERE is_searchable = 1`
  )
  const tags = connection.prepareValue<[ItemId], string>('SELECT name FROM tag WHERE item_id = ? ORDER BY position')
  const passages = connection.prepare<[ItemId], ItemDetail['passages'][number]>(
    'SELECT part, heading, text FROM passage WHERE item_id = ? ORDER BY part'
  )
  const passageRange = connection.prepare<[ItemId, number], { start: number; end: number }>(
    'SELECT start_utf16 AS start, end_utf16 AS end FROM passage WHERE item_id = ? AND part = ?'
  )
  const photosOf = connection.prepare<[ItemId], RelatedRow>(
    `SELECT to_id AS item_id, is_guess FROM link JOIN item ON item_id = to_id
     WHERE from_id = ? AND item.kind = 'photo' ORDER BY start_utf16, link_id`
  )
  const notesOf = connection.prepare<[ItemId], RelatedRow>(
    `SELECT from_id AS item_id, is_guess FROM link JOIN item ON item_id = from_id
     WHERE to_id = ? AND item.kind = 'note' AND gone_since_ms IS NULL ORDER BY from_id, start_utf16, link_id`
  )

  const kinds = connection.prepare<[string], { itemId: ItemId; kind: ItemKind }>(
    `SELECT item_id AS itemId, kind FROM json_each(?) AS asked JOIN item ON item_id = asked.value WHERE gone_since_ms IS NULL`
  )

  function summaries(itemIds: readonly ItemId[]): Map<ItemId, ItemSummary> {
    return new Map(asked.all(JSON.stringify(itemIds)).map(row => [row.item_id, summaryOf(row)]))
  }

  /** Each once, in the order they are met; a guess only where no other link leads there. */
  function relatedItems(rows: readonly RelatedRow[]): ItemDetail['related'] {
    const certain = new Set(rows.flatMap(row => (row.is_guess === 1 ? [] : row.item_id)))
    return [...summaries(rows.map(row => row.item_id)).values()].map(item =>
      certain.has(item.itemId) ? item : { ...item, isGuess: true }
    )
  }

  return {
    summaries,

    kinds: itemIds => new Map(kinds.all(JSON.stringify(itemIds)).map(({ itemId, kind }) => [itemId, kind])),
    passageRange: (itemId, part) => passageRange.get(itemId, part),

    looks: itemIds => new Map(looks.all(JSON.stringify(itemIds)).map(row => [row.item_id, lookOf(row)])),

    get(itemId) {
      const row = detail.get(itemId)
      if (row === undefined) return undefined
      const related = (row.kind === 'photo' ? notesOf : photosOf).all(itemId)
      return {
        ...summaryOf(row),
        status: row.status,
        format: row.format,
        sizeBytes: row.size_bytes,
        dateSource: row.date_source ?? 'file',
        dateOffsetMinutes: row.date_offset_minutes,
        latitude: row.latitude,
        longitude: row.longitude,
        camera: row.camera,
        lens: row.lens,
        description: row.description,
        own: {
          caption: row.caption,
          addedTags: JSON.parse(row.added_tags ?? '[]') as string[],
          removedTags: JSON.parse(row.removed_tags ?? '[]') as string[],
          isFavourite: row.is_favourite === 1
        },
        tags: tags.all(itemId),
        passages: passages.all(itemId),
        related: relatedItems(related)
      }
    }
  }
}

function lookOf(row: LookRow): PhotoLook {
  return {
    perceptualHash: row.perceptual_hash,
    thumbhash: row.thumbhash,
    contentHash: row.content_hash,
    widthPx: row.width_px,
    heightPx: row.height_px,
    camera: row.camera,
    dateMs: row.date_local_ms,
    dateSource: row.date_source,
    datePrecision: row.date_precision
  }
}

/** Until it was read, an item is called by its file's name and dated by its file's time. */
function summaryOf(row: SummaryRow): ItemSummary {
  return {
    itemId: row.item_id,
    kind: row.kind,
    folderId: row.folder_id,
    path: absolutePath(row.folder_path, row.path),
    title: row.title === null || row.title === '' ? posix.basename(row.path) : row.title,
    dateMs: row.date_local_ms ?? row.modified_ms,
    widthPx: row.width_px,
    heightPx: row.height_px,
    thumbhash: row.thumbhash?.toString('base64') ?? null,
    ...(row.date_local_ms === null || row.date_source === null ? {} : { dateSource: row.date_source }),
    ...(row.date_precision === null ? {} : { datePrecision: row.date_precision }),
    ...(row.first_photo_id === null ? {} : { firstPhotoId: row.first_photo_id }),
    ...(row.unreachable_reason === null ? {} : { unreachable: row.unreachable_reason }),
    ...(row.is_favourite === 1 ? { isFavourite: true } : {})
  }
}
