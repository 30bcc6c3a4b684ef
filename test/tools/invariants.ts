import Database from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What must hold of a data folder after any fault, whatever was interrupted. The checks read the databases directly and share
 * no code with the store, so that a fault in the store's own counting is found too.
 */

/** One file of the library as the database knows it. */
interface KnownItem {
  readonly itemId: number
  /** Absolute: chosen folder, '/', relative path. */
  readonly path: string
  readonly kind: 'photo' | 'note'
  readonly contentHash: string | null
  /** What was read of the file is found by searches. */
  readonly isSearchable: boolean
  /** Upright embeddings, of all encoders. */
  readonly embeddings: number
  readonly hasThumbnail: boolean
}

/** All that may not be lost. */
export interface LibrarySnapshot {
  readonly items: readonly KnownItem[]
  /** What the person decided, one line each: exclusions, verdicts, saved searches, settings. */
  readonly decisions: readonly string[]
}

/** Reads it all. @param dataFolder  of an engine that is closed, or at least not in the middle of a write */
export function snapshot(dataFolder: string): LibrarySnapshot {
  return withDatabases(dataFolder, ({ rows, thumbnails, hasGone }) => ({
    items: rows<Omit<KnownItem, 'isSearchable' | 'hasThumbnail'> & { isSearchable: 0 | 1 }>(
      `SELECT item_id AS itemId, folder.path || '/' || item.path AS path, kind, content_hash AS contentHash,
         is_searchable AS isSearchable,
         (SELECT count(*) FROM embedding WHERE embedding.item_id = item.item_id AND turn_deg = 0) AS embeddings
       FROM item JOIN folder USING (folder_id) ${hasGone ? 'WHERE gone_since_ms IS NULL' : ''} ORDER BY item_id`
    ).map(item => ({ ...item, isSearchable: item.isSearchable === 1, hasThumbnail: thumbnails.has(item.itemId) })),
    decisions: [
      ...rows<{ line: string }>(
        `SELECT 'excluded ' || folder.path || '/' || exclusion.path AS line FROM exclusion JOIN folder USING (folder_id)
         WHERE within_id IS NULL`
      ),
      ...rows<{ line: string }>(
        `SELECT DISTINCT 'verdict ' || content_hash || ' ' || text_folded || ' ' || verdict AS line FROM (
           SELECT content_hash, text_folded, verdict FROM pair_verdict JOIN item ON item_id = photo_id
           UNION SELECT content_hash, text_folded, verdict FROM kept_verdict) WHERE content_hash IS NOT NULL`
      ),
      ...rows<{ line: string }>(
        `SELECT 'setting ' || name || ' ' || value AS line FROM setting WHERE name IN ('settings', 'activePack')
         UNION ALL SELECT 'saved ' || saved.value FROM setting, json_each(setting.value, '$.saved') AS saved
           WHERE setting.name = 'searches'`
      )
    ]
      .map(({ line }) => line)
      .sort()
  }))
}

/**
 * What of a library is there no more, one sentence each; [] when nothing was lost.
 *
 * @param mayBeGone  absolute paths of files that were deleted on purpose meanwhile
 * @param mayDiffer  absolute paths of files whose content was changed meanwhile: they may be known by their old or new content
 */
export function lostSince(
  before: LibrarySnapshot,
  after: LibrarySnapshot,
  { mayBeGone = [], mayDiffer = [] }: { mayBeGone?: readonly string[]; mayDiffer?: readonly string[] } = {}
): string[] {
  const gone = new Set(mayBeGone)
  const changed = new Set(mayDiffer)
  const now = new Map(after.items.map(item => [item.itemId, item]))
  const decisions = new Set(after.decisions)
  return [
    ...before.items.flatMap(item => {
      const { itemId, path } = item
      const same = now.get(itemId)
      if (gone.has(path)) return []
      if (same === undefined) return [`the item of ${path} is lost`]
      if (changed.has(path)) return []
      return [
        ...(item.isSearchable && !same.isSearchable ? [`what was read of ${path} is lost`] : []),
        ...(item.contentHash !== null && same.contentHash !== item.contentHash
          ? [`${path} is known by another content`]
          : []),
        ...(same.embeddings < item.embeddings
          ? [`${path} has ${same.embeddings} embeddings, and had ${item.embeddings}`]
          : []),
        ...(item.hasThumbnail && !same.hasThumbnail ? [`the thumbnail of ${path} is lost`] : [])
      ]
    }),
    ...before.decisions.filter(line => !decisions.has(line)).map(line => `the decision “${line}” is lost`)
  ]
}

/** What counts say: each number that the contract gives, from the library's status or from one of its folders. */
interface GivenCounts {
  readonly eligible: number
  readonly indexed: number
  readonly failed: number
  readonly waiting: number
  readonly excluded: number
  /** Absent before format 4. */
  readonly unreachable?: number | undefined
}

/** Whether numbers add up. @param counts  as `library`, a folder of it, or `reverie … --json` gives them */
export function wrongCounts(counts: GivenCounts, whose = 'library'): string[] {
  const { eligible, indexed, failed, waiting, excluded, unreachable = 0 } = counts
  const sum = indexed + failed + waiting + unreachable + excluded
  return [
    ...(eligible === sum ? [] : [`${whose}: eligible is ${eligible}, and its parts add up to ${sum}`]),
    ...Object.entries({ eligible, indexed, failed, waiting, unreachable, excluded })
      .filter(([, count]) => !Number.isInteger(count) || count < 0)
      .map(([name, count]) => `${whose}: ${name} is ${count}`)
  ]
}

/** What is broken in a data folder at rest, one sentence each; [] when all holds. */
export function brokenInvariants(dataFolder: string): string[] {
  return withDatabases(dataFolder, ({ rows, thumbnails, hasGone, check }) => {
    const stays = hasGone ? 'gone_since_ms IS NULL' : '1'
    const paths = (what: string, sql: string): string[] =>
      rows<{ path: string }>(sql).map(({ path }) => `${what}: ${path}`)
    return [
      ...check,
      ...paths(
        'an indexed photo has no reading',
        `SELECT path FROM item WHERE is_searchable = 1 AND kind = 'photo' AND item_id NOT IN (SELECT item_id FROM photo)`
      ),
      ...paths(
        'a searchable item has no words',
        `SELECT path FROM item WHERE is_searchable = 1 AND item_id NOT IN (SELECT item_id FROM word_row WHERE part = -1)`
      ),
      ...paths(
        'a passage has no words',
        `SELECT item.path || ' part ' || part AS path FROM passage JOIN item USING (item_id) WHERE is_searchable = 1
           AND NOT EXISTS (SELECT 1 FROM word_row WHERE word_row.item_id = passage.item_id AND word_row.part = passage.part)`
      ),
      ...paths(
        // Words of long notes that leave in steps are written down as such, and no question meets them: test/store/leaving.test.ts.
        'an item that is not searchable has words',
        `SELECT DISTINCT path FROM item JOIN word_row USING (item_id) WHERE is_searchable = 0 AND item_id NOT IN
           (SELECT json_extract(value, '$[0]') FROM json_each((SELECT value FROM setting WHERE name = 'leaving')))`
      ),
      ...paths(
        'an item that is not searchable has embeddings',
        `SELECT DISTINCT path FROM item JOIN embedding USING (item_id) WHERE is_searchable = 0`
      ),
      ...wrongSegments(rows),
      // A model's key names its towers, image first: a photo that a model has encoded has its picture.
      ...paths(
        'an encoded photo has no picture embedding',
        `SELECT path FROM item JOIN encoded USING (item_id) WHERE kind = 'photo' AND is_searchable = 1 AND NOT EXISTS
           (SELECT 1 FROM embedding JOIN encoder USING (encoder_id) WHERE embedding.item_id = item.item_id
              AND part = 0 AND turn_deg = 0 AND instr(model_key, encoder.name) > 0)`
      ),
      ...paths(
        'a projection has no embedding that it was made from',
        `SELECT DISTINCT path FROM projection JOIN item USING (item_id) WHERE NOT EXISTS
           (SELECT 1 FROM embedding WHERE embedding.item_id = projection.item_id AND embedding.part = projection.part AND turn_deg = 0)`
      ),
      ...paths(
        'a failed file has no reason',
        `SELECT path FROM item WHERE status = 'failed' AND trim(coalesce(failure_reason, '')) = ''`
      ),
      ...paths(
        'a file is an item and excluded',
        `SELECT item.path FROM item JOIN exclusion USING (folder_id, path) WHERE is_folder = 0 AND ${stays}`
      ),
      ...rows<{ itemId: number; path: string }>(
        `SELECT item_id AS itemId, path FROM item WHERE is_searchable = 1 AND kind = 'photo'`
      ).flatMap(({ itemId, path }) => (thumbnails.has(itemId) ? [] : [`an indexed photo has no thumbnail: ${path}`]))
    ]
  })
}

/** Posting lists that do not say what the rows of the word index say; formats before 11 have none. */
function wrongSegments(rows: Opened['rows']): string[] {
  if (rows(`SELECT 1 FROM sqlite_schema WHERE name = 'word_segment'`).length === 0) return []
  const segments = rows<{ after_id: number; last_id: number; word_ids: Buffer }>(
    'SELECT after_id, last_id, word_ids FROM word_segment WHERE is_complete = 1 ORDER BY after_id'
  )
  const held = new Set<number>()
  const wrong: string[] = []
  let upTo = 0
  for (const { after_id: after, last_id: last, word_ids: ids } of segments) {
    if (after !== upTo) wrong.push(`a word segment begins after ${after} and not after ${upTo}`)
    upTo = last
    for (let at = 0; at < ids.length; at += 4) held.add(ids.readUInt32LE(at))
  }
  const there = new Set(rows<{ word_id: number }>('SELECT word_id FROM word_row').map(row => row.word_id))
  const gone = new Set(rows<{ word_id: number }>('SELECT word_id FROM word_gone').map(row => row.word_id))
  return [
    ...wrong,
    ...[...there].flatMap(id => (id <= upTo && !held.has(id) ? [`row ${id} of the words is in no segment`] : [])),
    ...[...held].flatMap(id =>
      there.has(id) || gone.has(id) ? [] : [`a word segment holds row ${id}, which is gone`]
    ),
    ...rows<{ segment_id: number }>(
      `SELECT segment_id FROM word_segment WHERE is_complete = 1 AND length(first_terms) > 4
         AND segment_id NOT IN (SELECT segment_id FROM word_block)`
    ).map(({ segment_id: id }) => `word segment ${id} has no lists`)
  ]
}

interface Opened {
  readonly rows: <T>(sql: string) => T[]
  /** Items that have one. */
  readonly thumbnails: ReadonlySet<number>
  /** Whether this format keeps what was deleted for a while. */
  readonly hasGone: boolean
  /** What SQLite itself finds wrong. */
  readonly check: readonly string[]
}

function withDatabases<T>(dataFolder: string, read: (opened: Opened) => T): T {
  const library = new Database(join(dataFolder, 'reverie.db'), { readonly: true })
  const thumbnailsPath = join(dataFolder, 'thumbnails.db')
  const thumbnails = existsSync(thumbnailsPath) ? new Database(thumbnailsPath, { readonly: true }) : null
  try {
    const rows = <R>(sql: string): R[] => library.prepare(sql).all() as R[]
    const columns = rows<{ name: string }>('PRAGMA table_info(item)').map(({ name }) => name)
    return library.transaction(() =>
      read({
        rows,
        thumbnails: new Set(thumbnails?.prepare<[], number>('SELECT item_id FROM thumbnail').pluck().all() ?? []),
        hasGone: columns.includes('gone_since_ms'),
        check: [library, ...(thumbnails === null ? [] : [thumbnails])].flatMap(database => [
          ...(database.pragma('integrity_check') as { integrity_check: string }[])
            .map(row => row.integrity_check)
            .filter(found => found !== 'ok'),
          ...(database.pragma('foreign_key_check') as { table: string }[]).map(
            ({ table }) => `a row of ${table} refers to nothing`
          )
        ])
      })
    )()
  } finally {
    library.close()
    thumbnails?.close()
  }
}
