import { createHash } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../../src/main/engine/engine.ts'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { indexedLibrary } from '../tools/indexed-library.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
let models = ''
let library: DrawnLibrary
let engine: Engine

beforeAll(async () => {
  library = await indexedLibrary(join(folder, 'library'), data)
  models = await buildDrawnPack(join(folder, 'models'))
  engine = await openRealEngine(data, [models])
})

afterAll(() => engine.close())

const at = (path: string): string => join(library.folder, path)
const photos = (): string[] => [...new Set(library.pairs.map(({ photo }) => photo))]
const idOf = (path: string): number => engine.findPath(at(path)) ?? 0
const first = async (text: string) => (await engine.client.search({ text })).hits[0]

test('a caption and a tag are found by words at once, and by meaning when they are encoded', async () => {
  const [path = ''] = photos()
  const itemId = idOf(path)
  const { items, before } = await engine.client.say({
    itemIds: [itemId],
    caption: 'Zwetschgenknödel',
    addTags: ['Küche']
  })
  expect(items).toBe(1)
  const wordsOnly = await engine.client.search({ text: 'zwetschgenknödel', wordsOnly: true })
  const { marks } = await engine.client.item({ itemId, text: 'zwetschgenknödel' })
  expect(marks).toEqual({ caption: [[0, 'Zwetschgenknödel'.length]], description: [] })
  expect((await engine.client.item({ itemId })).marks.caption).toEqual([])
  expect(wordsOnly.hits[0]).toMatchObject({ itemId, reasons: [{ kind: 'words', field: 'description' }] })
  expect((await engine.client.search({ text: 'tag:küche' })).hits.map(hit => hit.itemId)).toEqual([itemId])
  expect((await engine.client.suggest({ text: 'tag:kü', caret: 6 })).suggestions[0]?.label).toBe('Küche')
  await engine.idle()
  // Of the drawn pack's words: nothing of the caption stands in the question, so only its meaning can find it.
  const words = library.pairs.find(({ photo }) => photo !== path)?.text ?? ''
  await engine.client.say({ itemIds: [itemId], caption: words })
  await engine.idle()
  const hit = (await engine.client.search({ text: words, limit: 1000 })).hits.find(one => one.itemId === itemId)
  expect(hit?.reasons.map(({ kind }) => kind)).toContain('meaning')
  expect((await engine.client.library({})).unencoded).toBe(0)

  await engine.client.putWords({ words: before })
  await engine.idle()
  expect((await engine.client.item({ itemId })).own).toEqual({
    ...{ caption: null, addedTags: [], removedTags: [], isFavourite: false }
  })
  expect((await engine.client.search({ text: 'zwetschgenknödel', wordsOnly: true })).hits).toEqual([])
})

test('what was said of several is listed, survives a move of the file, a rebuild and a restart', async () => {
  const [one = '', two = ''] = photos()
  const itemIds = [idOf(one), idOf(two)]
  await engine.client.say({ itemIds, isFavourite: true, addTags: ['Summer'] })
  expect(await engine.client.said({})).toMatchObject({
    total: 2,
    entries: [{ addedTags: ['Summer'], isFavourite: true }, { items: [{}] }]
  })
  await rename(at(one), at('moved elsewhere.jpg'))
  await engine.client.rebuildLibrary({})
  await engine.idle()
  expect((await engine.client.search({ text: 'is:favourite tag:summer' })).hits).toHaveLength(2)
  expect((await engine.client.library({})).unencoded).toBe(0)
  await engine.close()
  await writeFile(join(data, 'reverie.db'), 'lost')
  await rm(join(data, 'reverie.db-wal'), { force: true })
  engine = await openRealEngine(data, [models], { rebuild: true, log: () => undefined })
  await indexAll(engine)
  const { hits } = await engine.client.search({ text: 'is:favourite' })
  expect(hits.map(hit => hit.path).sort()).toEqual([at('moved elsewhere.jpg'), at(two)].sort())
  expect(hits.every(hit => hit.isFavourite)).toBe(true)
  expect((await engine.client.item({ itemId: hits[0]?.itemId ?? 0 })).tags).toContain('Summer')
  await rename(at('moved elsewhere.jpg'), at(one))
  await indexAll(engine)
})

test('what was said as the program ended is encoded by the next run, and no picture is encoded again for it', async () => {
  const itemId = idOf(photos()[0] ?? '')
  const calls: string[] = []
  await engine.close()
  engine = await openRealEngine(data)
  await engine.client.say({ itemIds: [itemId], addTags: ['evening'] })
  await engine.close()
  engine = await openRealEngine(data, [models], { onCall: name => void calls.push(name) })
  await indexAll(engine)
  expect(calls).toContain('encodeTexts')
  expect(calls).not.toContain('read')
  expect((await engine.client.library({})).unencoded).toBe(0)
  expect((await first('tag:evening'))?.itemId).toBe(itemId)
})

test('what was said of a file that is gone is listed, exported, taken back and put again, and found once the file is back', async () => {
  const path = photos()[2] ?? ''
  await engine.client.say({ itemIds: [idOf(path)], caption: 'Sommersprossen', isFavourite: true })
  await rename(at(path), join(folder, 'aside'))
  await indexAll(engine)
  const entryOf = async () => (await engine.client.said({})).entries.find(({ caption }) => caption === 'Sommersprossen')
  const { contentHash, items } = (await entryOf())!
  expect(items).toEqual([])
  const taken = { contentHash, caption: null, addedTags: [], removedTags: [], isFavourite: false }
  const { items: changed, before } = await engine.client.putWords({ words: [taken] })
  expect(changed).toBe(1)
  expect(await entryOf()).toBeUndefined()
  expect(JSON.stringify(await engine.client.exportSaid({}))).not.toContain('Sommersprossen')
  await engine.client.putWords({ words: before })
  expect(await entryOf()).toMatchObject({ contentHash, isFavourite: true })

  await rename(join(folder, 'aside'), at(path))
  await indexAll(engine)
  expect((await first('sommersprossen'))?.path).toBe(at(path))
  await engine.client.putWords({ words: [taken] })
  await engine.idle()
  expect((await engine.client.search({ text: 'sommersprossen', wordsOnly: true })).hits).toEqual([])
})

test('what cannot be said is refused in words, and nothing is changed', async () => {
  const notePath = library.pairs.find(({ note }) => note !== null)?.note ?? ''
  const noteId = idOf(notePath)
  const photoId = idOf(photos()[0] ?? '')
  const refused = async (input: object): Promise<string> => {
    const error: unknown = await engine.call('say', input).catch((thrown: unknown) => thrown)
    const { code, message } = error as { code: string; message: string }
    return `${code}: ${message}`
  }
  const before = await engine.client.said({})
  expect(await refused({ itemIds: [999_999], isFavourite: true })).toMatch(/^not-found: None of this is in the library/)
  expect(await refused({ itemIds: [noteId], caption: 'x' })).toMatch(/^bad-input: A caption is for photos/)
  expect(await refused({ itemIds: [photoId] })).toBe('bad-input: say: says nothing')
  expect(await refused({ itemIds: [photoId], caption: ' \n ' })).toBe('bad-input: say: caption: must not be empty')
  expect(await refused({ itemIds: [photoId], caption: 'x'.repeat(10_001) })).toMatch(
    /caption: must not be longer than 10,000/
  )
  expect(await refused({ itemIds: [photoId], caption: 'a\u0007b' })).toMatch(
    /caption: must not contain control characters/
  )
  expect(await refused({ itemIds: [photoId], addTags: ['two\nlines'] })).toMatch(/addTags.0: must not contain control/)
  expect(await refused({ itemIds: [photoId], addTags: ['x'.repeat(201)] })).toMatch(
    /addTags.0: must not be longer than 200/
  )
  expect(await refused({ itemIds: [photoId], addTags: ['\ud800'] })).toMatch(/addTags.0: must be whole characters/)
  const words = { caption: 'x', addedTags: [], removedTags: [], isFavourite: false }
  await expect(engine.call('putWords', { words: [{ contentHash: '../x', ...words }] })).rejects.toThrow(
    /must be a sha256/
  )
  const contentHash = createHash('sha256')
    .update(await readFile(at(notePath)))
    .digest('hex')
  await expect(engine.call('putWords', { words: [{ contentHash, ...words }] })).rejects.toThrow(
    /^A caption is for photos/
  )
  const many = Array.from({ length: 300 }, (_, i) => `tag ${i}`)
  await engine.client.say({ itemIds: [noteId], addTags: many })
  expect(await refused({ itemIds: [noteId], addTags: ['one more'] })).toMatch(/^bad-input: .* at most 300 tags/)
  await engine.client.say({ itemIds: [noteId], removeTags: many })
  expect(await engine.client.said({})).toEqual(before)
})
