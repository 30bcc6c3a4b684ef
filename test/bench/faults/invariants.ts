import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { join } from 'node:path'
import { databaseContent } from '../../engine/database-content.ts'
import { brokenInvariants, lostSince, snapshot, type LibrarySnapshot } from '../../tools/invariants.ts'
import { filesBelow } from './files-below.ts'
import type { Damage } from './damage.ts'
import type { Look } from './look.ts'
import type { Report } from './plan.ts'
import type { Ran } from './run-actor.ts'
import { checkSaid, checkSaidAtRest, pathsCarriedTo, readTables, saidInTables } from './said.ts'

/** What an undisturbed run leaves. */
export interface Expectation {
  readonly content: Readonly<Record<string, readonly unknown[]>>
  readonly look: Look
  readonly files: readonly string[]
  /** Own words and verdicts: see said.ts. */
  readonly said: readonly string[]
}

export function expectationOf(data: string, { look }: Report): Expectation {
  if (look === null) throw new Error('An undisturbed run was not looked at.')
  return { content: databaseContent(data), look, files: filesOf(data), said: saidInTables(data) }
}

/** What may differ after a fault of some kind, by name of a table of the content or of a part of the look. */
export interface Allowances {
  readonly content?: readonly string[]
  readonly look?: readonly (keyof Look)[]
  /**
   * What was said may be there of more than one content: a file that was another one for a while took it along, as one that is
   * edited does. If that content is some file's, it counts for that file as well.
   */
  readonly hasMoreSaid?: boolean
  /**
   * Rows of a model or version that does not answer: projections that the next switch deletes, or what a model that was in use
   * before keeps of a file that it was given last. They take room, and no question meets them.
   */
  readonly hasMoreDerived?: boolean
  /** Files of the data folder that may be there beside the expected ones. */
  readonly files?: RegExp
}

/** A run that was left in peace must end well, whatever came before it. */
export function checkRan(ran: Ran, damage: Damage, mayBeRefused = false): void {
  if (ran.hung) damage.hangs.push('a process did not end in time')
  if (ran.left.length > 0) damage.other.push(`processes ${ran.left.join(', ')} did not end with their engine`)
  if (ran.report !== null) damage.wrongCounts.push(...new Set(ran.report.wrongSums))
  for (const bug of ran.report?.bugs ?? []) damage.other.push(`not said in a sentence: ${fewLines(bug)}`)
  if (mayBeRefused || ran.hung) return
  if (ran.exitCode !== 0 || ran.report === null)
    damage.other.push(`the process ended with ${ran.exitCode ?? 'a signal'}: ${fewLines(ran.lastWords)}`)
  for (const { deed, code, message } of ran.report?.refusals ?? [])
    damage.other.push(`${deed} was refused (${code}): ${message}`)
  for (const { kind, outcome, code, message } of ran.report?.jobs ?? [])
    if (outcome !== 'finished')
      damage.other.push(`the job ${kind} ended as ${outcome ?? 'nothing'} (${code}): ${message}`)
}

/** An engine that was hurt may refuse, and say why; it may not fall over. */
export function checkHurt(ran: Ran, damage: Damage, wasKilled: boolean): void {
  checkRan(ran, damage, true)
  if (ran.hung || wasKilled) return
  if (ran.exitCode !== 0)
    damage.other.push(`the engine fell over (${ran.exitCode ?? 'a signal'}): ${fewLines(ran.lastWords)}`)
}

/** What is refused for a fault is refused in the words for that fault. */
export function checkCodes({ report }: Ran, codes: readonly string[], damage: Damage): void {
  const refused = (report?.jobs ?? []).filter(({ outcome }) => outcome === 'error')
  for (const { code, message } of [...(report?.refusals ?? []), ...refused])
    if (!codes.includes(code)) damage.other.push(`refused as ${code}: ${message}`)
}

const derived: ReadonlySet<string> = new Set(['embeddings', 'projections', 'encoded'])
/** Where the person's words count. */
const withWords: ReadonlySet<string> = new Set(['tags', 'texts', ...derived])

/** Compares everything that is stored, and everything that is seen, with an undisturbed run. */
export function checkLibrary(
  data: string,
  look: Look | null,
  expected: Expectation,
  allowed: Allowances,
  damage: Damage
): void {
  checkAtRest(data, allowed, damage)
  const content = databaseContent(data)
  const carriedTo = allowed.hasMoreSaid === true ? pathsCarriedTo(data) : new Set<string>()
  for (const [table, rows] of Object.entries(expected.content)) {
    if (allowed.content?.includes(table) === true) continue
    const isElsewhere = (row: unknown): boolean =>
      carriedTo.size > 0 && withWords.has(table) && carriedTo.has((JSON.parse(String(row)) as { path: string }).path)
    const now = new Set(content[table] ?? [])
    const before = new Set(rows)
    const gone = rows.filter(row => !now.has(row) && !isElsewhere(row))
    const more = (content[table] ?? []).filter(row => !before.has(row) && !isElsewhere(row))
    if (gone.length > 0) damage.lost.push(`${gone.length} of ${rows.length} ${table}, as ${brief(gone[0])}`)
    if (allowed.hasMoreDerived === true && derived.has(table)) continue
    if (more.length > 0) damage.other.push(`${more.length} ${table} too many, as ${brief(more[0])}`)
  }
  checkSaid(data, expected.said, damage)
  checkSaidAtRest(data, damage)
  const unexpected = saidInTables(data).filter(line => !expected.said.includes(line))
  if (unexpected.length > 0 && allowed.hasMoreSaid !== true)
    damage.other.push(`${unexpected.length} more things were said, as ${brief(unexpected[0])}`)
  const lookAllowed =
    carriedTo.size === 0 ? allowed : { ...allowed, look: [...(allowed.look ?? []), 'answers' as const] }
  if (look !== null) compareLooks(look, expected.look, lookAllowed, damage)
  const files = filesOf(data).filter(file => !expected.files.includes(file) && allowed.files?.test(file) !== true)
  if (files.length > 0) damage.other.push(`files are left in the data folder: ${files.join(', ')}`)
}

function compareLooks(look: Look, expected: Look, allowed: Allowances, damage: Damage): void {
  for (const part of Object.keys(expected) as (keyof Look)[]) {
    if (allowed.look?.includes(part) === true || isDeepStrictEqual(look[part], expected[part])) continue
    if (part === 'verdicts' && allowed.hasMoreSaid === true)
      if (expected.verdicts.every(verdict => look.verdicts.includes(verdict))) continue
    const said = `${part}: ${difference(look[part], expected[part])}`
    if (part === 'counts') damage.wrongCounts.push(said)
    else if (part === 'found') damage.lost.push(said)
    else damage.other.push(said)
  }
}

function difference(now: unknown, expected: unknown): string {
  if (!Array.isArray(now) || !Array.isArray(expected)) return `${brief(now)} instead of ${brief(expected)}`
  const without = (from: unknown[], these: unknown[]): unknown[] => from.filter(one => !these.includes(one))
  return `missing ${brief(without(expected, now))}, too many ${brief(without(now, expected))}`
}

/** What must hold of every data folder at rest. @param allowed  of the fault's kind: thumbnails may be gone where their rows may differ */
export function checkAtRest(data: string, allowed: Allowances, damage: Damage): void {
  const mayLackThumbnails = allowed.content?.includes('thumbnails') === true
  const broken = brokenInvariants(data)
  damage.other.push(...broken.filter(said => !(mayLackThumbnails && said.includes('has no thumbnail'))))
}

/** What was known before a fault, and must be known at every moment after it. */
export function checkNothingLost(before: LibrarySnapshot, data: string, allowed: Allowances, damage: Damage): void {
  const mayLackThumbnails = allowed.content?.includes('thumbnails') === true
  const lost = lostSince(before, snapshot(data))
  damage.lost.push(...lost.filter(said => !(mayLackThumbnails && said.startsWith('the thumbnail'))))
}

/** What the person has said, and which version and model answer, as the tables have it. */
export function decisionsOf(data: string): Record<string, unknown> {
  const database = new Database(join(data, 'reverie.db'))
  try {
    const rows = (sql: string): string[] =>
      database
        .prepare(sql)
        .all()
        .map(row => JSON.stringify(row))
        .sort()
    return {
      exclusions: rows('SELECT path, is_folder FROM exclusion WHERE within_id IS NULL'),
      verdicts: rows(`SELECT content_hash, text_folded, verdict FROM pair_verdict JOIN item ON item_id = photo_id
        UNION SELECT content_hash, text_folded, verdict FROM kept_verdict`),
      settings: rows(`SELECT name, value FROM setting WHERE name IN ('settings', 'activePack', 'searches')`),
      active: rows('SELECT version_id FROM active_projector')
    }
  } finally {
    database.close()
  }
}

/** Absolute paths of files that are kept although they cannot be reached; the contract names only places, which may be whole folders. */
export function unreachableIn(data: string): string[] {
  const sql = `SELECT folder.path || '/' || item.path FROM item JOIN folder USING (folder_id)
     WHERE unreachable_reason IS NOT NULL AND gone_since_ms IS NULL`
  return readTables(data, database => database.prepare<[], string>(sql).pluck().all())
}

/** Every name below a data folder that stays when no process has it open. */
function filesOf(data: string): string[] {
  return filesBelow(data)
    .filter(path => !/-(wal|shm)$/.test(path))
    .map(path => path.slice(data.length + 1))
}

/** Every file of a library with its content and what else a program could change of it. */
export function treeOf(library: string): string[] {
  return filesBelow(library).map(path => {
    const { mode, size, mtimeMs } = statSync(path)
    return `${path} ${mode} ${size} ${mtimeMs} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`
  })
}

const briefCharacters = 240

function brief(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > briefCharacters ? `${text.slice(0, briefCharacters)}…` : text
}

function fewLines(words: string): string {
  return words.split('\n').slice(0, 12).join(' | ')
}
