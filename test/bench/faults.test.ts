import Database from 'better-sqlite3'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { indexAll, openRealEngine } from '../engine/real-engine.ts'
import { drawLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { table } from './faults/campaign.ts'
import { noDamage, type Damage } from './faults/damage.ts'
import { checkHurt, checkLibrary, expectationOf, type Expectation } from './faults/invariants.ts'
import { lookAt, type Look } from './faults/look.ts'
import { isGroupBusy, leftOfGroup, signal } from './faults/processes.ts'
import type { Ran } from './faults/run-actor.ts'
import { checkSaid, saidLine, statementsOn } from './faults/said.ts'
import { Speaker } from './faults/speaker.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
let look: Look
let expected: Expectation
const acknowledged: string[] = []

beforeAll(async () => {
  const library = await drawLibrary(join(folder, 'library'))
  const engine = await openRealEngine(data, [await buildDrawnPack(join(folder, 'models'))])
  await indexAll(engine, library.folder)
  await new Speaker(engine, data, statementsOn(library.folder, true), statement =>
    acknowledged.push(saidLine(statement))
  ).rest()
  await engine.idle()
  look = await lookAt(engine)
  await engine.close()
  expected = expectationOf(data, { refusals: [], bugs: [], jobs: [], wrongSums: [], steps: 0, milliseconds: 0, look })
})

let copies = 0
async function damageBy(sql: string, file = 'reverie.db', seen = look): Promise<Damage> {
  const copy = join(folder, `copy ${copies++}`)
  await cp(data, copy, { recursive: true })
  if (sql !== '') {
    const database = new Database(join(copy, file))
    database.exec(sql)
    database.close()
  } else await writeFile(join(copy, file), 'half')
  const damage = noDamage()
  checkLibrary(copy, seen, expected, {}, damage)
  return damage
}

const aPhoto = `(SELECT min(item_id) FROM item WHERE kind = 'photo' AND is_searchable = 1)`

test('an undisturbed library has no damage', () => {
  const damage = noDamage()
  checkLibrary(data, look, expected, {}, damage)
  expect(damage).toEqual(noDamage())
  expect(look.found.length).toBeGreaterThan(90)
})

test.each([
  ['item', `DELETE FROM item WHERE item_id = ${aPhoto}`, 'reverie.db'],
  ['embedding', `DELETE FROM embedding WHERE item_id = ${aPhoto}`, 'reverie.db'],
  ['projection', `DELETE FROM projection WHERE item_id = ${aPhoto}`, 'reverie.db'],
  ['passage’s words', `UPDATE passage SET text = 'other' WHERE rowid = (SELECT min(rowid) FROM passage)`, 'reverie.db'],
  ['caption', `UPDATE own_words SET caption = '' WHERE caption <> ''`, 'reverie.db'],
  ['verdict on an answer', 'DELETE FROM hit_verdict', 'reverie.db'],
  ['verdict on a pair', 'DELETE FROM pair_verdict', 'reverie.db'],
  ['thumbnail', 'DELETE FROM thumbnail', 'thumbnails.db']
])('a lost %s is damage', async (_, sql, file) => {
  expect((await damageBy(sql, file)).lost).not.toEqual([])
})

test('everything that was said and acknowledged is in the tables and beside them; what is missing in one of them is lost', async () => {
  expect(acknowledged.length).toBe(18)
  const damage = noDamage()
  checkSaid(data, acknowledged, damage)
  expect(damage).toEqual(noDamage())
  const copy = join(folder, `copy ${copies++}`)
  await cp(data, copy, { recursive: true })
  const said = JSON.parse(await readFile(join(copy, 'said.json'), 'utf8')) as { ownWords: unknown[] }
  await writeFile(join(copy, 'said.json'), JSON.stringify({ ...said, ownWords: said.ownWords.slice(1) }))
  checkSaid(copy, acknowledged, damage)
  expect(damage.lost).toHaveLength(1)
  checkLibrary(copy, look, expected, {}, damage)
  expect(damage.other).toHaveLength(1)
})

test('a part of a file that is left behind is damage, and so is an answer that differs', async () => {
  expect((await damageBy('', 'checkpoint.part')).other).toEqual(['files are left in the data folder: checkpoint.part'])
  const counts = { ...look.counts, waiting: 1 }
  const seen = { ...look, counts, found: look.found.slice(1), savedSearches: ['other'] }
  const damage = await damageBy('SELECT 1', 'reverie.db', seen)
  expect(damage.wrongCounts).toHaveLength(1)
  expect(damage.lost).toHaveLength(1)
  expect(damage.other).toHaveLength(1)
})

test('an engine that falls over, hangs, or leaves processes behind is damage; one that was killed may end', () => {
  const ran: Ran = {
    exitCode: 1,
    wasHurt: true,
    hung: false,
    left: [],
    report: null,
    lastWords: 'Error: bug'
  }
  const damageOf = (changes: Partial<Ran>, wasKilled: boolean): Damage => {
    const damage = noDamage()
    checkHurt({ ...ran, ...changes }, damage, wasKilled)
    return damage
  }
  expect(damageOf({}, true)).toEqual(noDamage())
  expect(damageOf({}, false).other[0]).toContain('Error: bug')
  expect(damageOf({ hung: true }, true).hangs).toHaveLength(1)
  expect(damageOf({ left: [7] }, true).other[0]).toContain('7')
})

test.skipIf(!existsSync('/proc/self/stat'))(
  'a process that works is told from one that waits for nothing',
  async () => {
    const started = ['for (;;) void 0', 'setInterval(() => undefined, 1e9)'].map(script =>
      spawn(process.execPath, ['-e', script], { detached: true, stdio: 'ignore' })
    )
    onTestFinished(() => started.forEach(({ pid }) => signal(pid ?? 0, 'SIGKILL')))
    const [works = 0, waits = 0] = started.map(({ pid }) => pid ?? 0)
    // Node itself works while it starts.
    await expect.poll(() => isGroupBusy(waits), { timeout: 60_000 }).toBe(false)
    expect(isGroupBusy(works)).toBe(true)
    expect(leftOfGroup(works)).toEqual([works])
  }
)

test('the table adds up, and names the seeds that were not survived', () => {
  const tally = { kind: 'stop', injected: 3, tooLate: 1, survived: 2, lost: 1, wrongCounts: 0, hangs: 0, other: 0 }
  const lines = table([
    { ...tally, failedSeeds: [12] },
    { ...tally, kind: 'clock', failedSeeds: [] }
  ])
  expect(lines[1]).toMatch(/^stop +3 +2 +1 +0 +0 +0 +1 +12$/)
  expect(lines.at(-1)).toMatch(/^all +6 +4 +2 +0 +0 +0 +2 *$/)
})
