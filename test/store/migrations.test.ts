import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openLibrary } from '../../src/main/engine/features/indexing/open-library.ts'
import { openStore } from '../../src/main/engine/store/database.ts'
import { libraryMigrations, thumbnailMigrations } from '../../src/main/engine/store/migrations.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { addFiles, note, takeBack, words } from './drawn.ts'

const root = temporaryFolder()
const newFolder = (): string => mkdtempSync(join(root, 'data-'))

/** Without the tables that FTS5 keeps its index in: they belong to SQLite's version, not to us. */
function schema(path: string): string {
  const database = new Database(path, { readonly: true })
  const statements = database
    .prepare<[], string>(
      `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'word_index_%' ORDER BY rowid`
    )
    .pluck()
    .all()
  database.close()
  return statements.map(sql => `${sql.replace(/^ {6}/gm, '')};\n`).join('\n')
}

test('a new library has the schema that is written down', async () => {
  const folder = newFolder()
  openStore({ folder }).close()
  const text = ['reverie.db', 'thumbnails.db'].map(name => `-- ${name}\n\n${schema(join(folder, name))}`).join('\n')
  await expect(text).toMatchFileSnapshot('../golden/schema.sql')
})

test('versions count from one without a gap, and an opened library has the last', () => {
  for (const migrations of [libraryMigrations, thumbnailMigrations]) {
    expect(migrations.map(migration => migration.version)).toEqual(migrations.map((_, i) => i + 1))
  }
  const folder = newFolder()
  openStore({ folder }).close()
  const database = new Database(join(folder, 'reverie.db'))
  expect(database.pragma('user_version', { simple: true })).toBe(libraryMigrations.length)
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
  database.close()
})

test('a library from a newer app is refused, and not a byte of it changes', () => {
  const folder = newFolder()
  openStore({ folder }).close()
  const path = join(folder, 'reverie.db')
  const database = new Database(path)
  database.pragma('user_version = 99')
  database.close()
  const before = readFileSync(path)

  expect(() => openStore({ folder })).toThrow(
    expect.objectContaining({
      code: 'database-newer',
      message: expect.stringMatching(/format 99.*Nothing was changed/s) as string
    })
  )
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('somebody else’s database is left alone', () => {
  const folder = newFolder()
  const path = join(folder, 'reverie.db')
  const database = new Database(path)
  database.exec('CREATE TABLE recipes (name TEXT)')
  database.close()
  const before = readFileSync(path)

  expect(() => openStore({ folder })).toThrow(expect.objectContaining({ code: 'database-corrupt' }))
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('a library of format 2 is opened, and its projections of float32 are read beside those that are added', () => {
  const folder = newFolder()
  const database = new Database(join(folder, 'reverie.db'))
  for (const { version, sql } of libraryMigrations) if (version <= 2) database.exec(sql)
  database.pragma('user_version = 2')
  const [x, y] = [Float32Array.of(0.6, 0.8, 0), Float32Array.of(0, 0, -1)]
  database.exec(`
    INSERT INTO folder (path, path_folded, added_ms) VALUES ('/p', '/p', 0);
    INSERT INTO item (folder_id, path, path_folded, kind, status, size_bytes, modified_ms, sidecar_paths, sidecar_stamp)
      VALUES (1, 'a.jpg', 'a.jpg', 'photo', 'waiting', 1, 1, '[]', '');
    INSERT INTO space (name, dimension) VALUES ('p:image', 3)`)
  database
    .prepare('INSERT INTO projection (item_id, part, space_id, vector) VALUES (1, 0, 1, ?)')
    .run(Buffer.from(x.buffer))
  database.close()

  const store = openStore({ folder })
  store.projections.save('p:image', [{ itemId: 1, part: 1, vector: y }])
  expect([...store.projections.each('p:image')].map(({ vector }) => vector)).toEqual([x, y])
  expect(store.projections.fetch('p:image', [2, 1])).toEqual(Float32Array.of(...y, ...x))
  expect(store.projections.of('p:image', 1).map(({ vector }) => vector)).toEqual([x, y])
  const stored = [...store.projections.eachStored('p:image')].map(({ vector }) => vector)
  expect(stored).toEqual([Int16Array.of(19_660, 26_214, 0), Int16Array.of(0, 0, -32_767)])
  store.close()
})

test('a library of format 3 is opened: what it knows is there, and what failed for a disk is read again', () => {
  const folder = newFolder()
  const database = new Database(join(folder, 'reverie.db'))
  for (const { version, sql } of libraryMigrations) if (version <= 3) database.exec(sql)
  database.pragma('user_version = 3')
  database.exec(`
    INSERT INTO folder (path, path_folded, added_ms) VALUES ('/p', '/p', 0);
    INSERT INTO item (folder_id, path, path_folded, kind, status, is_searchable, size_bytes, modified_ms, sidecar_paths,
        sidecar_stamp, content_hash, date_local_ms, failure_code, failure_reason)
      VALUES (1, 'a.jpg', 'a.jpg', 'photo', 'indexed', 1, 1, 1, '[]', '', 'hash', 5, NULL, NULL),
             (1, 'b.jpg', 'b.jpg', 'photo', 'failed', 0, 1, 1, '[]', '', NULL, NULL, 'cannot-open', 'EIO'),
             (1, 'c.jpg', 'c.jpg', 'photo', 'failed', 0, 1, 1, '[]', '', 'c', NULL, 'corrupt', 'It is damaged.');
    INSERT INTO exclusion (folder_id, path, is_folder, size_bytes, modified_ms, content_hash, is_there, said_ms)
      VALUES (1, 'd.jpg', 0, 1, 1, NULL, 1, 5);
    INSERT INTO encoder (name, dimension) VALUES ('tower', 3)`)
  database
    .prepare('INSERT INTO embedding (item_id, part, turn_deg, encoder_id, vector) VALUES (1, 0, 0, 1, ?)')
    .run(Buffer.from(Float32Array.of(0.6, 0.8, 0).buffer))
  database.close()

  const store = openStore({ folder })
  expect(store.items.counts()).toEqual({ eligible: 4, indexed: 1, failed: 1, waiting: 1, unreachable: 0, excluded: 1 })
  expect(store.items.waiting(0, 9).map(({ path }) => path)).toEqual(['b.jpg'])
  expect(store.items.inFolder(1)).toMatchObject([
    { path: 'a.jpg', device: null, presence: { thereSince: 0, missingSince: null }, unreachable: null },
    { path: 'b.jpg' },
    { path: 'c.jpg' }
  ])
  store.items.setAside([1, 3], 7)
  expect([...store.embeddings.each('tower')]).toEqual([])
  expect(store.items.counts()).toMatchObject({ eligible: 2, indexed: 0, failed: 0 })
  expect(takeBack(store, 1)).toBe(true)
  expect([...store.embeddings.each('tower')].map(({ vector }) => vector)).toEqual([Float32Array.of(0.6, 0.8, 0)])
  store.close()
})

test('links of format 4 are resolved anew when the library is opened, once, and nothing is encoded again', () => {
  const folder = newFolder()
  const database = new Database(join(folder, 'reverie.db'))
  for (const { version, sql } of libraryMigrations) if (version <= 4) database.exec(sql)
  database.pragma('user_version = 4')
  const item = (path: string, kind: string) =>
    `(1, '${path}', '${path}', '${kind}', 'indexed', 1, 1, 1, '[]', '', '${path}', 5)`
  // As format 4 resolved them: to the nearest file of the name, whatever place the address said.
  database.exec(`
    INSERT INTO folder (path, path_folded, added_ms) VALUES ('/p', '/p', 0);
    INSERT INTO item (folder_id, path, path_folded, kind, status, is_searchable, size_bytes, modified_ms, sidecar_paths,
        sidecar_stamp, content_hash, date_local_ms)
      VALUES ${item('fish/fish.md', 'note')}, ${item('egg/done.jpg', 'photo')}, ${item('meat/done.jpg', 'photo')},
             ${item('meat/raw.jpg', 'photo')}, ${item('fish/pan.jpg', 'photo')};
    INSERT INTO encoded (item_id, model_key) VALUES (1, 'model');
    INSERT INTO link (from_id, start_utf16, kind, target, text, part, to_id)
      VALUES (1, 1, 'embed', './done.jpg', '', 0, 2), (1, 2, 'embed', './raw.jpg', '', 0, 4), (1, 3, 'embed', './pan.jpg', '', 0, 5)`)
  database.close()

  const open = (): [string, number | null, boolean][] => {
    const { store } = openLibrary(folder, { rebuild: false })
    const links = store.links
      .from(1)
      .map(({ target, toId, isGuess }): [string, number | null, boolean] => [target, toId, isGuess])
    expect(store.items.unencoded('model').map(({ itemId }) => itemId)).not.toContain(1)
    store.close()
    return links
  }
  const today = [
    ['./done.jpg', null, false],
    ['./raw.jpg', 4, true],
    ['./pan.jpg', 5, false]
  ]
  expect(open()).toEqual(today)
  const written = new Database(join(folder, 'reverie.db'))
  written.exec('UPDATE link SET to_id = NULL')
  written.close()
  expect(open().map(([, toId]) => toId)).toEqual([null, null, null])
})

test.each([
  ['8', 'words that are folded'],
  ['12', 'words whose apostrophes and hyphens are alike']
])('words of format %s are folded a few at a time, from the texts that are there', (_, migration) => {
  const folder = newFolder()
  const before = openStore({ folder })
  const ids = addFiles(before, '/n', ...Array.from({ length: 5 }, (_, i) => `${i}.md`))
  ids.forEach((id, i) => before.items.saveReading(id, note(`${i}`, [`Łódź ${i}`], { title: '' })))
  before.close()
  // As an older format wrote them.
  const database = new Database(join(folder, 'reverie.db'))
  database.exec(`
    DELETE FROM word_index;
    INSERT INTO word_index (rowid, name, text)
      SELECT word_id, iif(part = -1, item_id || '.md', ''), iif(part = -1, '', 'Łódź ' || (item_id - 1)) FROM word_row;
    DELETE FROM setting WHERE name = 'oldWordRows'`)
  database.exec(libraryMigrations.find(({ name }) => name === migration)!.sql)
  database.close()

  const found = (store: Store) => store.words.search(words('lodz'), 9).length
  const first = openStore({ folder })
  expect(found(first)).toBe(0)
  expect(first.words.renew(4)).toBe(true)
  expect(found(first)).toBe(2)
  first.items.remove([ids[3]!])
  first.close()
  const next = openStore({ folder })
  expect([next.words.renew(4), next.words.renew(4), next.words.renew(4)]).toEqual([true, false, false])
  expect(found(next)).toBe(4)
  expect(next.words.search(words('3'), 9)).toEqual([])
  expect(next.settings.get('oldWordRows')).toBeUndefined()
  next.close()
})

test('two may open a new library at once', () => {
  const folder = newFolder()
  const [one, other] = [openStore({ folder }), openStore({ folder })]
  one.settings.set('devices', 'dark')
  expect(other.settings.get('devices')).toBe('dark')
  one.close()
  other.close()
})
