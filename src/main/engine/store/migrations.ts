import type Database from 'better-sqlite3'
import { EngineError } from '../../../shared/errors.ts'
import { aliasTables } from './alias-tables.ts'
import { carriedTables } from './carried-tables.ts'
import { containerTables } from './container-tables.ts'
import { exclusionTables } from './exclusion-tables.ts'
import { libraryTables } from './library-tables.ts'
import { linkTables } from './link-tables.ts'
import { precisionTables } from './precision-tables.ts'
import { saidTables } from './said-tables.ts'
import { neutralCaptionTables } from './neutral-tables.ts'
import { trainingTables } from './training-tables.ts'
import { turnTables } from './turn-tables.ts'
import { unreachableTables } from './unreachable-tables.ts'
import { wordListTables } from './word-list-tables.ts'
import { wordsOfAllApostrophes, wordTables } from './word-tables.ts'

export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** Append only: a released migration is never edited. The result is pinned in test/golden/schema.sql. */
export const libraryMigrations: readonly Migration[] = [
  { version: 1, name: 'items, what is read from them, and what is derived', sql: libraryTables },
  { version: 2, name: 'projector versions, what the user says of pairs, and the tokens of texts', sql: trainingTables },
  // An app that knows formats 1 and 2 only could not read projections as they are added: see [Note: int16 on disk].
  { version: 3, name: 'excluded files, verdicts that outlive their photo; projections as int16', sql: exclusionTables },
  { version: 4, name: 'files that are not there now, and what is kept of deleted ones', sql: unreachableTables },
  { version: 5, name: 'links that are guesses', sql: linkTables },
  { version: 6, name: 'what the person says of photos, notes and answers', sql: saidTables },
  { version: 7, name: 'neutral captions as text towers encode them', sql: neutralCaptionTables },
  { version: 8, name: 'turns that versions were judged by', sql: turnTables },
  { version: 9, name: 'words that are folded', sql: wordTables },
  { version: 10, name: 'where what was said came from', sql: carriedTables },
  { version: 11, name: 'posting lists of words', sql: wordListTables },
  { version: 12, name: 'how much of a date is known', sql: precisionTables },
  { version: 13, name: 'words whose apostrophes and hyphens are alike', sql: wordsOfAllApostrophes },
  { version: 14, name: 'other names of notes', sql: aliasTables },
  { version: 15, name: 'files that hold many notes', sql: containerTables }
]

export const thumbnailMigrations: readonly Migration[] = [
  {
    version: 1,
    name: 'thumbnails',
    sql: `
      CREATE TABLE origin (library_id TEXT NOT NULL) STRICT;   -- whose item ids these are: see thumbnails.ts
      CREATE TABLE thumbnail (
        item_id INTEGER PRIMARY KEY,
        jpeg    BLOB    NOT NULL
      ) STRICT;`
  }
]

/**
 * Runs what is missing in one transaction. Two processes may do this at once: the second waits and finds nothing to do.
 * @param prepare  sets what must be set outside a transaction, once it is certain that this database is ours
 * @throws EngineError database-newer, or database-corrupt when it is somebody else's database; nothing was changed then
 */
export function migrate(
  database: Database.Database,
  migrations: readonly Migration[],
  name: string,
  prepare: () => void
): void {
  const latest = migrations.at(-1)?.version ?? 0
  const version = (): number => database.pragma('user_version', { simple: true }) as number
  // One look: another process may make the tables between two.
  database.transaction(() => refuseOthers(database, version(), latest, name)).deferred()
  prepare()
  if (version() === latest) return
  database
    .transaction(() => {
      const from = version()
      refuseOthers(database, from, latest, name)
      for (const migration of migrations) if (migration.version > from) database.exec(migration.sql)
      database.pragma(`user_version = ${latest}`)
    })
    .immediate()
}

function refuseOthers(database: Database.Database, version: number, latest: number, name: string): void {
  if (version > latest) {
    throw new EngineError(
      'database-newer',
      `Reverie’s database ${name} was made by a newer version of the app: it has format ${version}, and this app knows ` +
        `formats up to ${latest}. Nothing was changed. Update Reverie, or choose another data folder.`,
      { name, version, latest }
    )
  }
  const tables = database.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get() ?? 0
  if (version === 0 && tables > 0) {
    throw new EngineError(
      'database-corrupt',
      `The file ${name} is a database, but not one of Reverie’s. Nothing in it was changed. Choose another data folder, ` +
        'or let Reverie set it aside and build a new one from your folders.',
      { name }
    )
  }
}
