import Database from 'better-sqlite3'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { indexAll, openRealEngine } from '../engine/real-engine.ts'
import { drawLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from './drawn-pack.ts'
import { brokenInvariants, lostSince, snapshot, wrongCounts } from './invariants.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')

beforeAll(async () => {
  const library = await drawLibrary(join(folder, 'library'))
  const engine = await openRealEngine(data, [await buildDrawnPack(join(folder, 'models'))])
  await indexAll(engine, library.folder)
  const { folders, ...counts } = await engine.client.library({})
  expect([wrongCounts(counts), ...folders.map(one => wrongCounts(one, one.path))].flat()).toEqual([])
  await engine.close()
})

/** A copy of the data folder in which somebody wrote by hand. */
async function damaged(name: string, sql: string, file = 'reverie.db'): Promise<string> {
  const copy = join(folder, name)
  await cp(data, copy, { recursive: true })
  const database = new Database(join(copy, file))
  database.exec(sql)
  database.close()
  return copy
}

test('an indexed library holds, and has lost nothing of itself', () => {
  expect(brokenInvariants(data)).toEqual([])
  expect(lostSince(snapshot(data), snapshot(data))).toEqual([])
  expect(snapshot(data).items.length).toBeGreaterThan(20)
})

const photo = `(SELECT min(item_id) FROM item WHERE kind = 'photo' AND is_searchable = 1)`

test.each([
  ['words', `DELETE FROM word_row WHERE item_id = ${photo}`, /has no words/],
  ['picture', `DELETE FROM embedding WHERE item_id = ${photo}`, /no picture embedding/],
  ['reading', `DELETE FROM photo WHERE item_id = ${photo}`, /no reading/]
])('a lost %s is noticed', async (name, sql, said) => {
  expect(brokenInvariants(await damaged(name, sql)).join('\n')).toMatch(said)
})

test('a lost thumbnail is noticed, and a lost item, reading and decision', async () => {
  const before = snapshot(data)
  const without = await damaged('thumbnails', 'DELETE FROM thumbnail', 'thumbnails.db')
  expect(brokenInvariants(without)[0]).toMatch(/no thumbnail/)
  expect(lostSince(before, snapshot(without))[0]).toMatch(/the thumbnail of .* is lost/)

  const lost = lostSince(before, snapshot(await damaged('item', `DELETE FROM item WHERE item_id = ${photo}`)))
  expect(lost).toEqual([expect.stringMatching(/^the item of .* is lost$/)])
  const path = /^the item of (.*) is lost$/.exec(lost[0] ?? '')?.[1] ?? ''
  expect(lostSince(before, snapshot(join(folder, 'item')), { mayBeGone: [path] })).toEqual([])

  const decided = { ...before, decisions: [...before.decisions, 'excluded /a/b'] }
  expect(lostSince(decided, before)).toEqual(['the decision “excluded /a/b” is lost'])
})

test('a saved search is a decision, whatever its words are', async () => {
  const saved = `INSERT OR REPLACE INTO setting VALUES ('searches', '{"recent":["gone soon"],"saved":["\\"a boat\\" type:photo"]}')`
  expect(snapshot(await damaged('saved', saved)).decisions).toEqual(['saved "a boat" type:photo'])
})

test('counts that do not add up are noticed', () => {
  const counts = { eligible: 3, indexed: 1, failed: 0, waiting: 1, excluded: 1 }
  expect(wrongCounts(counts)).toEqual([])
  expect(wrongCounts({ ...counts, waiting: 0 })).toHaveLength(1)
  expect(wrongCounts({ ...counts, eligible: 4, unreachable: 1 })).toEqual([])
})
