import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { Connection } from '../../src/main/engine/store/connection.ts'
import { createStore } from '../../src/main/engine/store/database.ts'
import { libraryMigrations, thumbnailMigrations } from '../../src/main/engine/store/migrations.ts'

const everyFilter = {
  kind: 'photo',
  folders: ['a'],
  afterMs: 1,
  beforeMs: 2,
  camera: 'x',
  near: { latitude: 1, longitude: 2, radiusKm: 3 },
  tags: ['t']
} as const

function planner(): { sources: readonly string[]; plan: (sql: string) => string[] } {
  const library = new Connection(':memory:', libraryMigrations)
  const store = createStore(library, new Connection(':memory:', thumbnailMigrations))
  store.items.newest(9, {})
  store.items.oldest(9, {})
  for (const [name, value] of Object.entries(everyFilter)) {
    store.items.matching({ [name]: value })
    store.items.newest(9, { [name]: value })
  }
  store.items.matching({ isFailed: true })
  store.items.matching({ isFavourite: true })
  const database = new Database(':memory:')
  for (const { sql } of libraryMigrations) database.exec(sql)
  return {
    sources: library.sources,
    plan: sql =>
      database
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replace(/\?|@\w+/g, '1')}`)
        .all()
        .map(({ detail }) => detail)
  }
}

/** Reads of all there is, on purpose, and tables of a few rows. */
const mayBeScanned = [
  /^SCAN folder/, // a handful
  /^SCAN (json_each|asked VIRTUAL TABLE)/, // what was asked for
  /^SCAN pragma_data_version VIRTUAL TABLE/, // whether another process wrote
  /^SCAN word_index VIRTUAL TABLE/, // FTS5's own index
  /^SCAN (item|photo) USING (COVERING )?INDEX/, // counts, and parts of names
  /^SCAN (item|link|photo)$/, // pages of everything, by rowid; signs that are no words
  /^SCAN word_segment$/, // a few dozen
  /^SCAN word_row( USING COVERING INDEX \w+)?$/, // how many there are
  /^SCAN (passage|tag)$/, // signs that are no words
  /^SCAN tag USING INDEX tag_by_name$/, // every tag, read once after the library has changed
  /^SCAN exclusion$/, // how many were excluded, and all that were named
  /^SCAN (pair_verdict|kept_verdict|own_words|hit_verdict)( USING (COVERING )?INDEX \w+)?$/ // all that the user said
]
/** Which statements may walk a whole table by rowid. */
const walks = [
  /json_group_array/,
  /^SELECT link_id, from_id, .* LIMIT \?$/s,
  /instr\(/,
  /FROM item WHERE is_searchable = 1$/,
  // Values that filters are completed with: read once after the library has changed.
  /AS name, count\(|AS folder_path, rtrim\(/
]

test('no statement reads a whole table unless it is asked for everything', () => {
  const { sources, plan } = planner()
  expect(sources.length).toBeGreaterThan(60)
  for (const sql of sources) {
    for (const detail of plan(sql).filter(line => line.startsWith('SCAN'))) {
      expect(
        mayBeScanned.some(allowed => allowed.test(detail)),
        `${detail}\n${sql}`
      ).toBe(true)
      if (/^SCAN (item|link|photo|passage|tag)$/.test(detail)) {
        expect(
          walks.some(walk => walk.test(sql)),
          `${detail}\n${sql}`
        ).toBe(true)
      }
    }
  }
})

test('what is asked all the time goes by its own index', () => {
  const { sources, plan } = planner()
  const planOf = (...parts: string[]): string => {
    const sql = sources.find(source => parts.every(part => source.includes(part)))
    expect(sql, parts.join(' … ')).toBeDefined()
    return plan(sql!).join('\n')
  }
  expect(planOf(`status = 'waiting'`, 'LIMIT')).toMatch(
    /SEARCH item USING INDEX item_by_status \(status=\? AND rowid>\?\)/
  )
  expect(planOf('NOT EXISTS', 'folder_path', 'item.item_id < ?')).toMatch(
    /SEARCH item USING INDEX item_by_status \(status=\? AND rowid>\? AND rowid<\?\)[^]*SEARCH encoded USING (COVERING INDEX|PRIMARY KEY)/
  )
  // A few rows by their ids, whatever is asked of them: see known-files.ts.
  for (const part of ['there_since, missing_since FROM item', 'SELECT size_bytes', '+item.content_hash IS NULL'])
    expect(planOf(part, 'item_id < ?')).toMatch(/SEARCH item USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)/)
  expect(planOf('unreachable_place IS NOT @place')).toMatch(/INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)/)
  expect(planOf('within_id, is_there, device', 'excluded_id < ?')).toMatch(/INTEGER PRIMARY KEY/)
  expect(planOf('FROM embedding', 'ORDER BY sequence')).toMatch(
    /USING INDEX embedding_by_encoder \(encoder_id=\? AND turn_deg=\? AND sequence>\?\)/
  )
  expect(planOf('SELECT sequence, item_id, part FROM projection')).toMatch(/USING COVERING INDEX projection_by_space/)
  expect(planOf('SELECT vector FROM projection WHERE sequence')).toMatch(/USING INTEGER PRIMARY KEY/)
  expect(planOf('is_searchable = 1 ORDER BY date_local_ms DESC')).toMatch(
    /^SCAN item USING (COVERING )?INDEX item_by_date$/
  )
  expect(planOf('is_searchable = 1 ORDER BY date_local_ms, item_id')).toMatch(
    /^SCAN item USING (COVERING )?INDEX item_by_date$/
  )
  expect(planOf('date_local_ms >= ?', 'ORDER BY +item_id')).toMatch(
    /SEARCH item USING (COVERING )?INDEX item_by_date \(date_local_ms>\?\)/
  )
  expect(planOf('latitude BETWEEN', 'ORDER BY +item_id')).toMatch(
    /SEARCH photo USING COVERING INDEX photo_by_place \(latitude>\? AND latitude<\?\)/
  )
  expect(planOf('FROM tag WHERE folded', 'ORDER BY +item_id')).toMatch(/SEARCH tag USING COVERING INDEX tag_by_name/)
  expect(planOf('word_index MATCH', 'ORDER BY rank')).not.toMatch(/TEMP B-TREE/)
})
