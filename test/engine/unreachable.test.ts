import {
  appendFile,
  copyFile,
  cp,
  mkdir,
  readFile,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
  writeFile
} from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Counts } from '../../src/shared/library.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import { drawLibrary, type DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { brokenInvariants, lostSince, snapshot, wrongCounts } from '../tools/invariants.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const root = temporaryFolder()
const indexed = join(root, 'indexed')
let drawn: DrawnLibrary
let models = ''
const folder = join(root, 'story')
const data = join(folder, 'data')
const library = join(folder, 'library')
let engine: Engine
let isOpen = false
/** Is asked before each file is read, and may hold it back. */
let beforeRead: (() => void | Promise<void>) | null = null

beforeAll(async () => {
  drawn = await drawLibrary(join(root, 'drawn'))
  models = await buildDrawnPack(join(root, 'models'))
  await drawSmall()
  await open()
  await indexAll(engine, library)
  expect(await counts()).toEqual({ eligible: 16, indexed: 16, failed: 0, waiting: 0, unreachable: 0, excluded: 0 })
  await close()
  await rename(folder, indexed)
})

/** Each story begins with the indexed library, at the place where it was indexed. */
beforeEach(async () => {
  await close()
  await rm(folder, { recursive: true, force: true })
  await cp(indexed, folder, { recursive: true, preserveTimestamps: true })
  beforeRead = null
  await open()
})

afterAll(() => close())

/** A small library: photos in three folders, and two notes that show some. */
async function drawSmall(): Promise<void> {
  const photos = drawn.photos.filter(({ path }) => path.endsWith('.jpg'))
  for (const [place, from, count] of [
    ['', 0, 2],
    ['card', 2, 8],
    ['trips/coast', 10, 4]
  ] as const) {
    await mkdir(at(place), { recursive: true })
    for (const [i, { path }] of photos.slice(from, from + count).entries())
      await copyFile(join(drawn.folder, path), at(join(place, `photo ${i}.jpg`)))
  }
  await writeFile(
    at('trips/coast/diary.md'),
    '# The quiet lighthouse\n\n![](photo%200.jpg)\n\nIt was a zanzibar morning.\n'
  )
  await writeFile(at('note.md'), '# Harbour\n\nAll about hedgehogs.\n\n![](card/photo%200.jpg)\n')
}

async function close(): Promise<void> {
  if (isOpen) await engine.close()
  isOpen = false
}

async function open(): Promise<void> {
  await close()
  isOpen = true
  engine = await openRealEngine(data, [models], { onCall: name => (name === 'read' ? beforeRead?.() : undefined) })
}

const at = (path: string): string => join(library, path)
const idOf = (path: string): number => engine.findPath(at(path)) ?? 0

async function counts(): Promise<Counts> {
  const { folders, ...all } = await engine.client.library({})
  expect([all, ...folders].flatMap(one => wrongCounts(one))).toEqual([])
  const { eligible, indexed, failed, waiting, unreachable, excluded } = all
  return { eligible, indexed, failed, waiting, unreachable, excluded }
}

/** Everything is still known and found, as it was. */
async function expectNothingLost(before: ReturnType<typeof snapshot>): Promise<void> {
  await engine.idle()
  expect(lostSince(before, snapshot(data))).toEqual([])
  expect(brokenInvariants(data)).toEqual([])
}

async function found(text: string): Promise<string[]> {
  const { hits } = await engine.client.search({ text, limit: 1000 })
  return hits.map(({ path }) => path.slice(library.length + 1)).sort()
}

test('a library of a few files whose folder is empty now, then has a stray file, then comes back: nothing was lost or encoded', async () => {
  const before = snapshot(data)
  await rename(library, `${library} away`)
  await mkdir(library)
  for (const stray of [null, null, 'stray.md', null]) {
    if (stray !== null) await writeFile(at(stray), 'Saved while the disk was away.')
    await indexAll(engine)
    expect(await counts()).toMatchObject({ unreachable: 16, failed: 0, waiting: 0 })
    await expectNothingLost(before)
  }
  expect(await found('"zanzibar"')).toEqual(['trips/coast/diary.md'])
  expect((await engine.client.search({ text: '"zanzibar"' })).hits[0]?.unreachable).toMatch(/^[A-Z].*\.$/)
  expect(await found('is:unreachable')).toHaveLength(16)
  expect(await found('is:failed')).toEqual([])
  await rename(library, `${library} stray`)
  await rename(`${library} away`, library)
  expect(await indexAll(engine)).toBe(0)
  // The stray file is not there now, and was never seen together with the others: it is in doubt.
  expect(await counts()).toMatchObject({ indexed: 16, unreachable: 1 })
  await expectNothingLost(before)
})

test('a folder inside the library that is empty now keeps its photos; the note that shows one still leads there', async () => {
  const before = snapshot(data)
  await rename(at('card'), join(folder, 'card away'))
  await mkdir(at('card'))
  await indexAll(engine)
  expect(await counts()).toMatchObject({ indexed: 8, unreachable: 8 })
  const { folders } = await engine.client.library({})
  expect(folders[0]?.isReachable).toBe(true)
  expect(await engine.client.unreachable({})).toMatchObject({ total: 8, places: [{ path: at('card'), files: 8 }] })
  const note = await engine.client.item({ itemId: idOf('note.md') })
  expect(note.related.map(({ path }) => path)).toEqual([at('card/photo 0.jpg')])
  expect(note.related[0]?.unreachable).toBeDefined()
  expect(await engine.client.item({ itemId: idOf('card/photo 0.jpg') })).toMatchObject({ status: 'unreachable' })
  expect(await engine.media(idOf('card/photo 0.jpg'), 'thumbnail')).not.toBeNull()
  // It can still be searched with: by its thumbnail.
  const { imageId } = await engine.client.openImage({ itemId: idOf('card/photo 0.jpg') })
  const like = await engine.client.search({ text: 'type:photo', imageId })
  expect(like.hits[0]?.path).toBe(at('card/photo 0.jpg'))
  await expectNothingLost(before)

  await engine.client.rebuildLibrary({})
  await engine.idle()
  expect(await counts()).toMatchObject({ indexed: 8, unreachable: 8, failed: 0, waiting: 0 })
  await expectNothingLost(before)
  await rmdir(at('card'))
  await rename(join(folder, 'card away'), at('card'))
  expect(await indexAll(engine)).toBe(0)
  expect(await counts()).toMatchObject({ indexed: 16, unreachable: 0 })
  await expectNothingLost(before)
})

test('what was deleted is gone at once from hits, counts, pairs and suggestions, and is the same item again when it comes back', async () => {
  const before = snapshot(data)
  const itemId = idOf('trips/coast/photo 0.jpg')
  const noteId = idOf('trips/coast/diary.md')
  const { pairs } = await engine.client.pairs({ limit: 1000 })
  const said = pairs.find(({ photoId }) => photoId === itemId)
  await engine.client.confirmPair({ photoId: itemId, text: said?.text ?? '', verdict: 'rejected' })
  const bytes = new Uint8Array(await readFile(at('trips/coast/photo 0.jpg')))
  let { imageId } = await engine.client.openImage({ bytes })
  await rename(at('trips'), join(folder, 'trips away'))
  expect(await indexAll(engine)).toBe(0)
  expect(await counts()).toEqual({ eligible: 11, indexed: 11, failed: 0, waiting: 0, unreachable: 0, excluded: 0 })
  expect(await found('"zanzibar"')).toEqual([])
  expect(await found('zanzibar morning')).not.toContain('trips/coast/diary.md')
  expect((await engine.client.search({ text: '', imageId, limit: 1000 })).hits.map(hit => hit.itemId)).not.toContain(
    itemId
  )
  expect((await engine.client.search({ text: '-harbour', limit: 1000 })).hits.map(hit => hit.itemId)).not.toContain(
    noteId
  )
  expect((await engine.client.pairs({ limit: 1000 })).pairs.map(({ photoId }) => photoId)).not.toContain(itemId)
  expect(JSON.stringify(await engine.client.suggest({ text: 'in:coa', caret: 6 }))).not.toContain('coast')
  await expect(engine.client.item({ itemId })).rejects.toMatchObject({ code: 'not-found' })
  expect(await engine.media(itemId, 'thumbnail')).toBeNull()
  expect(brokenInvariants(data)).toEqual([])
  await open()
  expect((await engine.client.search({ text: 'photo', limit: 1000 })).hits.map(hit => hit.itemId)).not.toContain(itemId)

  // Elsewhere, and even in another chosen folder.
  ;({ imageId } = await engine.client.openImage({ bytes }))
  await rename(join(folder, 'trips away'), join(folder, 'trips'))
  expect(await indexAll(engine, join(folder, 'trips'))).toBe(0)
  expect(await counts()).toMatchObject({ indexed: 16, unreachable: 0 })
  expect(engine.findPath(join(folder, 'trips/coast/photo 0.jpg'))).toBe(itemId)
  expect((await engine.client.item({ itemId: noteId })).related.map(one => one.itemId)).toEqual([itemId])
  const rejected = (await engine.client.pairs({ limit: 1000 })).pairs.filter(({ verdict }) => verdict === 'rejected')
  expect(rejected).toMatchObject([{ photoId: itemId }])
  expect((await engine.client.search({ text: '', imageId, limit: 1000 })).hits[0]?.itemId).toBe(itemId)
  await expectNothingLost(before)
})

test('what was deleted is forgotten for good after some days', async () => {
  const itemId = idOf('photo 0.jpg')
  await rm(at('photo 0.jpg'))
  await indexAll(engine)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 24 * 3600 * 1000 })
  try {
    await indexAll(engine)
  } finally {
    vi.useRealTimers()
  }
  await copyFile(at('photo 1.jpg'), at('photo 0.jpg'))
  expect(await indexAll(engine)).toBe(1)
  expect(idOf('photo 0.jpg')).not.toBe(itemId)
})

test('a disk that is lost while it is indexed fails nothing: the run ends well, the other folder is read, and the next run goes on', async () => {
  const other = join(folder, 'other')
  await mkdir(other)
  await copyFile(at('photo 0.jpg'), join(other, 'one.jpg'))
  await appendFile(join(other, 'one.jpg'), 'x')
  const before = snapshot(data)
  let reads = 0
  beforeRead = async () => {
    if (++reads === 5) await rename(library, `${library} away`)
  }
  const ended = new Promise<{ outcome: string | null; failed: number; unreachable?: number | undefined }>(resolve =>
    engine.on('jobEnded', resolve)
  )
  await engine.client.rebuildLibrary({})
  await ended
  await engine.client.addFolder({ path: other })
  await engine.idle()
  const { outcome, failed, unreachable } = await ended
  expect({ outcome, failed }).toEqual({ outcome: 'finished', failed: 0 })
  expect(unreachable).toBeGreaterThan(0)
  expect(await counts()).toEqual({ eligible: 17, indexed: 1, failed: 0, waiting: 0, unreachable: 16, excluded: 0 })
  expect(await found('"zanzibar"')).toHaveLength(1)
  await expectNothingLost(before)
  beforeRead = null
  await rename(`${library} away`, library)
  await indexAll(engine)
  expect(await counts()).toEqual({ eligible: 17, indexed: 17, failed: 0, waiting: 0, unreachable: 0, excluded: 0 })
  await expectNothingLost(before)
})

test('a folder inside the library that is lost while it is read for the first time takes only itself along', async () => {
  await mkdir(at('new card'))
  for (let i = 0; i < 8; i++) await copyFile(at(`card/photo ${i}.jpg`), at(`new card/${i}.jpg`))
  for (let i = 0; i < 8; i++) await appendFile(at(`new card/${i}.jpg`), String(i))
  let reads = 0
  beforeRead = async () => {
    if (++reads !== 3) return
    await rename(at('new card'), join(folder, 'new card away'))
    await mkdir(at('new card'))
  }
  await indexAll(engine)
  expect(await counts()).toMatchObject({ eligible: 24, failed: 0, waiting: 0, unreachable: 8 })
  beforeRead = null
  await rmdir(at('new card'))
  await rename(join(folder, 'new card away'), at('new card'))
  await indexAll(engine)
  expect(await counts()).toMatchObject({ eligible: 24, indexed: 24, unreachable: 0 })
})

test('a note that is moved away before it is read, and back, is found like any other', async () => {
  await writeFile(at('new.md'), 'The elusive okapi.')
  beforeRead = async () => {
    beforeRead = null
    await rename(at('new.md'), join(folder, 'new.md'))
  }
  await indexAll(engine)
  expect(await counts()).toMatchObject({ failed: 0, waiting: 0 })
  await rename(join(folder, 'new.md'), at('new.md'))
  await indexAll(engine)
  expect(await counts()).toEqual({ eligible: 17, indexed: 17, failed: 0, waiting: 0, unreachable: 0, excluded: 0 })
  expect(await found('"okapi"')).toEqual(['new.md'])
})

test('a file that is written while it is read is read again in the same run', async () => {
  await writeFile(at('growing.pdf'), 'not a document yet')
  beforeRead = async () => {
    beforeRead = null
    await writeFile(at('growing.pdf'), `%PDF-1.4 ${'a'.repeat(5000)}`)
  }
  await indexAll(engine)
  expect(await counts()).toMatchObject({ eligible: 17, failed: 1, waiting: 0 })
  const size = (await readFile(at('growing.pdf'))).length
  expect(await engine.client.item({ itemId: idOf('growing.pdf') })).toMatchObject({ sizeBytes: size, status: 'failed' })
})

test('forgotten files are found no more; that can be taken back, and they are there again with their folder', async () => {
  const before = snapshot(data)
  await rename(at('card'), join(folder, 'card away'))
  await mkdir(at('card'))
  await indexAll(engine)
  await expect(engine.client.forgetUnreachable({ paths: [at('trips')] })).rejects.toMatchObject({ code: 'not-found' })
  const done = await engine.client.forgetUnreachable({ paths: [at('card')] })
  expect(done.files).toBe(8)
  expect(await counts()).toEqual({ eligible: 8, indexed: 8, failed: 0, waiting: 0, unreachable: 0, excluded: 0 })
  expect((await found('type:photo')).filter(path => path.startsWith('card/'))).toEqual([])
  await indexAll(engine)
  expect(await counts()).toMatchObject({ eligible: 8 })

  expect(await engine.client.recallForgotten({ forgottenMs: done.forgottenMs })).toEqual({ files: 8 })
  expect(await counts()).toMatchObject({ eligible: 16, unreachable: 8 })
  await expectNothingLost(before)
  await expect(engine.client.recallForgotten({})).rejects.toMatchObject({ code: 'not-found' })

  await engine.client.forgetUnreachable({})
  await rmdir(at('card'))
  await rename(join(folder, 'card away'), at('card'))
  expect(await indexAll(engine)).toBe(0)
  expect(await counts()).toMatchObject({ eligible: 16, indexed: 16 })
  await expectNothingLost(before)
})

test('a link whose disk is away is unreachable, and one that was deleted is deleted', async () => {
  const outside = join(folder, 'outside')
  await mkdir(outside)
  await copyFile(at('photo 0.jpg'), join(outside, 'linked.jpg'))
  await appendFile(join(outside, 'linked.jpg'), 'x')
  await symlink(join(outside, 'linked.jpg'), at('linked.jpg'))
  await indexAll(engine)
  const { entries } = await engine.client.outsideLinks({})
  await engine.client.answerOutsideLinks({ linkIds: entries.map(({ linkId }) => linkId), answer: 'included' })
  await engine.idle()
  expect(await counts()).toMatchObject({ eligible: 17, indexed: 17 })
  const before = snapshot(data)
  await rename(outside, `${outside} away`)
  await indexAll(engine)
  expect(await counts()).toMatchObject({ eligible: 17, indexed: 16, unreachable: 1 })
  await expectNothingLost(before)
  await rename(`${outside} away`, outside)
  await indexAll(engine)
  expect(await counts()).toMatchObject({ indexed: 17, unreachable: 0 })
  // The link itself deleted: that is certain.
  await unlink(at('linked.jpg'))
  await indexAll(engine)
  expect(await counts()).toMatchObject({ eligible: 16, indexed: 16, unreachable: 0 })
})

test('what is left out stays left out while its disk is away', async () => {
  await engine.client.exclude({ paths: [at('card/photo 0.jpg'), at('trips/coast')] })
  await indexAll(engine)
  const before = await counts()
  expect(before).toMatchObject({ eligible: 16, excluded: 6 })
  await rename(library, `${library} away`)
  await indexAll(engine)
  expect(await counts()).toMatchObject({ eligible: 16, excluded: 6, unreachable: 10 })
  await mkdir(library)
  await indexAll(engine)
  expect((await counts()).unreachable).toBe(10)
  await rmdir(library)
  await rename(`${library} away`, library)
  expect(await indexAll(engine)).toBe(0)
  expect(await counts()).toEqual(before)
  expect((await engine.client.excluded({})).entries.map(({ path }) => path).sort()).toEqual(
    [at('card/photo 0.jpg'), at('trips/coast')].sort()
  )
})
