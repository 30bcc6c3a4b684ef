import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openStore } from '../../src/main/engine/store/database.ts'
import { libraryMigrations, thumbnailMigrations } from '../../src/main/engine/store/migrations.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'

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

test('two may open a new library at once', () => {
  const folder = newFolder()
  const [one, other] = [openStore({ folder }), openStore({ folder })]
  one.settings.set('colour', 'dark')
  expect(other.settings.get('colour')).toBe('dark')
  one.close()
  other.close()
})
