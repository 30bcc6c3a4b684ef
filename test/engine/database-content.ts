import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { join } from 'node:path'

/**
 * All that a data folder says about its library, without what depends on the order in which files happened to be done
 * (row ids and sequences): two runs over the same files must give the same.
 */
export function databaseContent(dataFolder: string): Record<string, unknown[]> {
  const library = new Database(join(dataFolder, 'reverie.db'), { readonly: true })
  // What is deleted is kept for some days, in case it comes back: only here is it out of sight.
  library.exec('CREATE TEMP VIEW item AS SELECT * FROM main.item WHERE gone_since_ms IS NULL')
  const thumbnails = new Database(join(dataFolder, 'thumbnails.db'), { readonly: true })
  const rows = (sql: string): string[] =>
    library
      .prepare(sql)
      .all()
      .map(row => JSON.stringify(row, digest))
      .sort()
  const paths = new Map(
    (library.prepare('SELECT item_id, path FROM item').all() as { item_id: number; path: string }[]).map(row => [
      row.item_id,
      row.path
    ])
  )
  try {
    return {
      items:
        rows(`SELECT item.path, kind, status, is_searchable, size_bytes, modified_ms, sidecar_paths, sidecar_stamp, content_hash,
        format, title, date_local_ms, date_offset_minutes, date_source, failure_code, failure_reason FROM item`),
      photos: rows('SELECT item.path, photo.* FROM photo JOIN item USING (item_id)').map(withoutIds),
      texts: rows('SELECT item.path, part, text FROM photo_text JOIN item USING (item_id)'),
      passages: rows(
        'SELECT item.path, part, start_utf16, end_utf16, heading, text FROM passage JOIN item USING (item_id)'
      ),
      tags: rows('SELECT item.path, position, name FROM tag JOIN item USING (item_id)'),
      links: rows(`SELECT origin.path, start_utf16, link.kind, target, text, part, goal.path AS goal
        FROM link JOIN item origin ON from_id = origin.item_id LEFT JOIN item goal ON to_id = goal.item_id`),
      embeddings: rows(
        `SELECT item.path, part, turn_deg, name, vector FROM embedding JOIN item USING (item_id) JOIN encoder USING (encoder_id)`
      ),
      projections: rows(
        'SELECT item.path, part, name, vector FROM projection JOIN item USING (item_id) JOIN space USING (space_id)'
      ),
      encoded: rows('SELECT item.path, model_key FROM encoded JOIN item USING (item_id)'),
      words: rows('SELECT item.path, part FROM word_row JOIN item USING (item_id)'),
      thumbnails: (
        thumbnails.prepare('SELECT item_id, jpeg FROM thumbnail').all() as { item_id: number; jpeg: Buffer }[]
      )
        .flatMap(row =>
          paths.has(row.item_id) ? [`${paths.get(row.item_id) ?? ''} ${digest('', row.jpeg) as string}`] : []
        )
        .sort()
    }
  } finally {
    library.close()
    thumbnails.close()
  }
}

function digest(_: string, value: unknown): unknown {
  const bytes = Buffer.isBuffer(value)
    ? value
    : typeof value === 'object' && value !== null && (value as { type?: string }).type === 'Buffer'
      ? Buffer.from((value as unknown as { data: number[] }).data)
      : null
  return bytes === null ? value : createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}

function withoutIds(row: unknown): unknown {
  return String(row).replace(/"item_id":\d+,?/, '')
}
