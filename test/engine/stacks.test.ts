import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Hit, SearchQuery } from '../../src/shared/searching.ts'
import { foldStacks } from '../../src/shared/stacks.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import { drawAlike, type DrawnAlike } from '../stages/library/drawn/alike.ts'
import { drawLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
let drawn: DrawnAlike
let engine: Engine

beforeAll(async () => {
  drawn = await drawAlike(await drawLibrary(join(folder, 'library')))
  engine = await openRealEngine(join(folder, 'data'), [await buildDrawnPack(join(folder, 'models'))])
  await indexAll(engine, drawn.library.folder)
})

afterAll(() => engine.close())

const at = (path: string): string => join(drawn.library.folder, path)
const inside = ({ path }: Hit): string => path.slice(drawn.library.folder.length + 1)
const ask = async (query: Partial<SearchQuery>): Promise<readonly Hit[]> =>
  (await engine.client.search({ text: 'type:photo', limit: 1000, withStacks: true, ...query })).hits
/** The stacks of an answer, each by its photos' paths. */
const stacksOf = (hits: readonly Hit[]): string[][] =>
  foldStacks(hits)
    .filter(({ length }) => length > 1)
    .map(stack => stack.map(inside).sort())
const sorted = (paths: readonly string[]): string[] => [...paths].sort()

test('copies and frames of a burst are stacked, and none of the other drawn photos is', async () => {
  const stacks = stacksOf(await ask({}))
  expect(stacks).toHaveLength(2)
  expect(stacks).toContainEqual(sorted(drawn.copies))
  expect(stacks).toContainEqual(sorted(drawn.burst))
})

test('all hits are there in their order, whether stacks are asked for or not', async () => {
  for (const text of ['type:photo', 'a boat at night']) {
    const [plain, stacked] = [await ask({ text, withStacks: false }), await ask({ text })]
    expect(stacked.map(hit => ({ ...hit, stack: undefined }))).toEqual(plain)
    expect(plain.some(hit => 'stack' in hit)).toBe(false)
  }
})

test('a stack has the name of the best of it, by match and from words alone too', async () => {
  const best = engine.findPath(at(drawn.copies[0]!))!
  for (const query of [{ text: `like:${best} type:photo` }, { text: '"shared"', wordsOnly: true }]) {
    const hits = await ask(query)
    const stack = foldStacks(hits).find(([first]) => drawn.copies.includes(inside(first)))!
    expect(sorted(stack.map(inside))).toEqual(sorted(drawn.copies.slice(1)))
    expect(stack.map(hit => hit.stack)).toEqual(stack.map(() => stack[0].itemId))
  }
})

test('of the photos of a stack only those that are found count', async () => {
  expect(stacksOf(await ask({ text: 'in:Burst' }))).toEqual([sorted(drawn.burst)])
  const [first] = await ask({ text: 'in:Burst', limit: 1 })
  expect(first?.stack).toBeUndefined()
})

test('without a model the hash alone decides: less is stacked, never more', async () => {
  await engine.client.activateModel({ packId: null })
  const stacks = stacksOf(await ask({}))
  await engine.client.activateModel({ packId: 'drawn' })
  await engine.idle()
  for (const stack of stacks)
    expect([drawn.copies, drawn.burst].some(whole => stack.every(path => whole.includes(path)))).toBe(true)
  expect(stacksOf(await ask({}))).toHaveLength(2)
})

test('a photo that is deleted, or has another picture now, leaves its stack', async () => {
  await rm(at('Burst/2.jpg'))
  await copyFile(at(drawn.library.photos[3]!.path), at('Burst/4.jpg'))
  await indexAll(engine)
  const stacks = stacksOf(await ask({ text: 'in:Burst' }))
  expect(stacks).toEqual([['Burst/1.jpg', 'Burst/3.jpg', 'Burst/5.jpg']])
  // What it shows now is in the library twice.
  expect(stacksOf(await ask({}))).toContainEqual(sorted([drawn.library.photos[3]!.path, 'Burst/4.jpg']))
})
