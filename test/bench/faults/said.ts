import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { openLibrary } from '../../../src/main/engine/features/indexing/open-library.ts'
import { collectDecisions, readDecisions } from '../../../src/main/engine/store/decisions.ts'
import { filesBelow } from './files-below.ts'
import type { Damage } from './damage.ts'

/** What a person says of a file while the engine works. Each says the same however often, and no two say something of the same. */
export type Statement = {
  /** Absolute. */
  readonly path: string
  /** Of the file: what is said is kept by it. */
  readonly contentHash: string
} & (
  | { readonly says: 'words'; readonly caption?: string; readonly tag?: string }
  | { readonly says: 'hit'; readonly question: string; readonly verdict: 'right' | 'wrong' }
  /** That a photo and a text do not belong together. */
  | { readonly says: 'pair'; readonly text: string }
)

/** Works leave some of these out or let them in, another disk is away at times, and the rest is never read. */
const untold = /^(?:\.|Diary|Web|Private|Messages|Trip to the coast)|^Notes\/keys|IMG_900/

/**
 * Statements on files of a library, in the order of their paths, some of each kind.
 * @param teaches  also what is learned from; what is said at another moment is learned otherwise
 */
export function statementsOn(library: string, teaches: boolean): readonly Statement[] {
  const seen = new Set<string>()
  const files = filesBelow(library).flatMap(path => {
    const contentHash = createHash('sha256').update(readFileSync(path)).digest('hex')
    if (untold.test(path.slice(library.length + 1)) || seen.has(contentHash)) return []
    seen.add(contentHash)
    return [{ path, contentHash }]
  })
  const photos = files.filter(({ path }) => path.endsWith('.jpg')).slice(0, 4)
  const notes = files.filter(({ path }) => /\.(md|txt)$/.test(path)).slice(0, 3)
  return [
    ...photos.map((file, i): Statement => ({
      ...{ ...file, says: 'words' },
      ...(teaches ? { caption: `Seen by me, number ${i}`, tag: `mine ${i}` } : {})
    })),
    ...notes.map((file, i): Statement => ({ ...file, says: 'words', ...(teaches ? { tag: `noted ${i}` } : {}) })),
    ...[...photos, ...notes].map((file, i): Statement => ({
      ...{ ...file, says: 'hit', question: `a question of mine ${i % 3}` },
      verdict: i % 2 === 0 ? 'right' : 'wrong'
    })),
    ...(teaches ? photos.map((file): Statement => ({ ...file, says: 'pair', text: 'no such thing' })) : [])
  ]
}

/** A statement as the lists below have it. */
export function saidLine(statement: Statement): string {
  const { contentHash } = statement
  if (statement.says === 'words') return wordsLine(contentHash, statement.caption ?? null, tagsOf(statement), true)
  if (statement.says === 'hit') return `hit ${contentHash} ${statement.question} ${statement.verdict}`
  return `pair ${contentHash} ${statement.text} rejected`
}

function tagsOf({ tag }: { readonly tag?: string }): readonly string[] {
  return tag === undefined ? [] : [tag]
}

function wordsLine(contentHash: string, caption: string | null, tags: readonly string[], isFavourite: boolean): string {
  return `words ${contentHash} ${JSON.stringify([caption, tags, isFavourite])}`
}

/** Reads a data folder's tables without the store's own code. */
export function readTables<T>(data: string, read: (database: Database.Database) => T): T {
  const database = new Database(join(data, 'reverie.db'), { readonly: true })
  try {
    return read(database)
  } finally {
    database.close()
  }
}

/** By which content an item is known now; null for one that was not hashed yet. */
export function contentOf(data: string, itemId: number): string | null {
  const sql = 'SELECT content_hash FROM item WHERE item_id = ?'
  return readTables(data, database => database.prepare<[number], string | null>(sql).pluck().get(itemId) ?? null)
}

/** Files of which own words count that were said of another content, which went on to theirs. */
export function pathsCarriedTo(data: string): ReadonlySet<string> {
  const sql = 'SELECT path FROM item JOIN own_words USING (content_hash) WHERE carried_from IS NOT NULL'
  return new Set(readTables(data, database => database.prepare<[], string>(sql).pluck().all()))
}

/** Own words and verdicts as the tables have them, a line each. */
export function saidInTables(data: string): readonly string[] {
  return readTables(data, database => {
    const lines = (sql: string): string[] => database.prepare<[], string>(sql).pluck().all()
    const words = database
      .prepare<[], { content_hash: string; caption: string; added_tags: string; is_favourite: 0 | 1 }>(
        'SELECT content_hash, caption, added_tags, is_favourite FROM own_words'
      )
      .all()
    return [
      ...words.map(row =>
        wordsLine(
          row.content_hash,
          row.caption === '' ? null : row.caption,
          JSON.parse(row.added_tags) as string[],
          row.is_favourite === 1
        )
      ),
      ...lines(`SELECT 'hit ' || content_hash || ' ' || text || ' ' || verdict FROM hit_verdict`),
      ...lines(`SELECT DISTINCT 'pair ' || content_hash || ' ' || text || ' ' || verdict FROM (
        SELECT content_hash, text, verdict FROM pair_verdict JOIN item ON item_id = photo_id
        UNION SELECT content_hash, text, verdict FROM kept_verdict) WHERE content_hash IS NOT NULL`)
    ].sort()
  })
}

/** The same as the file beside the database has it. */
function saidBeside(data: string): readonly string[] {
  const { ownWords, hitVerdicts, verdicts } = JSON.parse(readFileSync(join(data, 'said.json'), 'utf8')) as ReturnType<
    typeof readDecisions
  >
  return [
    ...ownWords.map(one => wordsLine(one.contentHash, one.caption, one.addedTags, one.isFavourite)),
    ...hitVerdicts.map(one => `hit ${one.contentHash} ${one.text} ${one.verdict}`),
    ...verdicts.map(one => `pair ${one.contentHash} ${one.text} ${one.verdict}`)
  ].sort()
}

/** What must be there at every moment: what was said before, and all that the engine has acknowledged since. */
export function checkSaid(data: string, mustBeThere: readonly string[], damage: Damage): void {
  for (const [where, lines] of [
    ['the tables', saidInTables(data)],
    ['said.json', saidBeside(data)]
  ] as const) {
    const there = new Set(lines)
    for (const line of mustBeThere) if (!there.has(line)) damage.lost.push(`what was said is not in ${where}: ${line}`)
  }
}

/** After an undisturbed run the file beside says the same as the tables, and a database that is built from it does too. */
export function checkSaidAtRest(data: string, damage: Damage): void {
  const [tables, beside] = [saidInTables(data), saidBeside(data)]
  if (!isDeepStrictEqual(tables, beside))
    damage.other.push(`said.json says ${JSON.stringify(beside)}, the tables ${JSON.stringify(tables)}`)
  const other = mkdtempSync(`${data}-`)
  try {
    for (const name of ['said.json', 'folders.json'])
      if (existsSync(join(data, name))) cpSync(join(data, name), join(other, name))
    writeFileSync(join(other, 'reverie.db'), 'This is no database.')
    const { store } = openLibrary(other, { rebuild: true })
    const rebuilt = collectDecisions(store)
    store.close()
    if (!isDeepStrictEqual(rebuilt, readDecisions(data)))
      damage.lost.push(`a database that was built from said.json says ${JSON.stringify(rebuilt)}`)
  } finally {
    rmSync(other, { recursive: true, force: true })
  }
}
