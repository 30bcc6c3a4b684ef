import Database from 'better-sqlite3'
import { copyFile, mkdir, readFile, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Counts } from '../../src/shared/library.ts'
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

/** Whatever was done: every file is in exactly one place, and nothing is left out when a story ends. */
afterEach(async () => {
  const { folders, ...all } = await counts()
  expect(all.eligible).toBe(all.indexed + all.failed + all.waiting + all.unreachable + all.excluded)
  expect(folders[0]).toMatchObject(all)
  if ((await engine.client.excluded({})).total > 0) await engine.client.include({})
  await engine.idle()
})

afterAll(() => engine.close())

const at = (path: string): string => join(library.folder, path)
const idOf = (path: string): number => engine.findPath(at(path)) ?? 0
const counts = async (): Promise<Counts & { folders: readonly Counts[] }> => {
  const { eligible, indexed, failed, waiting, unreachable, excluded, folders } = await engine.client.library({})
  return { eligible, indexed, failed, waiting, unreachable, excluded, folders }
}
const isFound = async (path: string): Promise<boolean> => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const { hits } = await engine.client.search({ text: `"${name}"`, limit: 1000 })
  return hits.some(hit => hit.path === at(path))
}
const shown = (): { photo: string; note: string } => {
  const pair = library.pairs.find(({ photo, note }) => note?.endsWith('.md') === true && photo.endsWith('.jpg'))
  return { photo: pair?.photo ?? '', note: pair?.note ?? '' }
}

test('an excluded photo is not found, not by words and not by picture, and its file is as it was', async () => {
  const { photo, note } = shown()
  const bytes = await readFile(at(photo))
  const before = await counts()
  const itemId = idOf(photo)
  const { imageId } = await engine.client.openImage({ bytes: new Uint8Array(bytes) })
  expect((await engine.client.search({ text: '', imageId })).hits[0]?.path).toBe(at(photo))

  const { excludedIds, files } = await engine.client.exclude({ itemIds: [itemId] })
  expect([excludedIds.length, files]).toEqual([1, 1])
  expect(await counts()).toMatchObject({ eligible: before.eligible, indexed: before.indexed - 1, excluded: 1 })
  expect(await isFound(photo)).toBe(false)
  const { hits } = await engine.client.search({ text: '', imageId, limit: 1000 })
  expect(hits.map(({ path }) => path)).not.toContain(at(photo))
  expect(await readFile(at(photo))).toEqual(bytes)
  // The note that shows it opens, and says nothing of it; nothing can be learned from the two.
  const opened = await engine.client.item({ itemId: idOf(note) })
  expect(opened.related.map(({ path }) => path)).not.toContain(at(photo))
  const { pairs } = await engine.client.pairs({ limit: 10_000 })
  expect(pairs.map(({ photoPath }) => photoPath)).not.toContain(at(photo))
  await expect(engine.client.item({ itemId })).rejects.toMatchObject({ code: 'not-found' })
  expect(await engine.media(itemId, 'thumbnail')).toBeNull()

  await engine.client.include({ excludedIds })
  await engine.idle()
  expect(await isFound(photo)).toBe(true)
  expect((await engine.client.item({ itemId: idOf(note) })).related.map(({ path }) => path)).toContain(at(photo))
  expect((await counts()).excluded).toBe(0)
})

test('runs, restarts and a rebuild leave it out', async () => {
  const { photo, note } = shown()
  await engine.client.exclude({ itemIds: [idOf(photo), idOf(note)] })
  expect(await indexAll(engine)).toBe(0)
  await engine.close()
  engine = await openRealEngine(data, [models])
  expect(await indexAll(engine)).toBe(0)
  const { indexed } = await counts()
  await engine.client.rebuildLibrary({})
  await engine.idle()
  expect(await counts()).toMatchObject({ indexed, excluded: 2, waiting: 0 })
  expect([await isFound(photo), await isFound(note)]).toEqual([false, false])
  expect((await engine.client.excluded({})).entries.map(({ path }) => path).sort()).toEqual(
    [at(photo), at(note)].sort()
  )
})

test('a watched folder does not bring it back', async () => {
  const { photo } = shown()
  await engine.client.exclude({ itemIds: [idOf(photo)] })
  await engine.close()
  engine = await openRealEngine(data, [models], { watch: true })
  await engine.idle()
  const noticed = new Promise(resolve => engine.on('jobEnded', resolve))
  await utimes(at(photo), new Date(), new Date())
  await noticed
  expect(await counts()).toMatchObject({ excluded: 1, waiting: 0 })
  expect(await isFound(photo)).toBe(false)
})

test('a damaged database does not bring it back, and what was said of pairs is known to the new one', async () => {
  const { pairs } = await engine.client.pairs({ limit: 10_000 })
  const said = pairs.find(({ photoPath }) => photoPath.endsWith('.jpg'))
  const { photoId, photoPath, text } = said ?? { photoId: 0, photoPath: '', text: '' }
  await engine.client.confirmPair({ photoId, text, verdict: 'rejected' })
  const other =
    library.photos.map(({ path }) => path).find(path => path.endsWith('.jpg') && at(path) !== photoPath) ?? ''
  await engine.client.exclude({ itemIds: [idOf(other)] })
  await engine.close()
  for (const name of await readdir(data)) if (name.startsWith('reverie.db-')) await rm(join(data, name))
  await writeFile(join(data, 'reverie.db'), 'no database any more')

  engine = await openRealEngine(data, [models], { rebuild: true })
  await indexAll(engine)
  expect(await counts()).toMatchObject({ excluded: 1, waiting: 0 })
  expect(await isFound(other)).toBe(false)
  const rejected = (await engine.client.pairs({ limit: 10_000 })).pairs.filter(({ verdict }) => verdict === 'rejected')
  expect(rejected).toMatchObject([{ photoPath, text }])
  await engine.client.confirmPair({ photoId: rejected[0]?.photoId ?? 0, text, verdict: null })
})

test('renamed or moved within its folder it stays out; a copy is another file; put back it is still out', async () => {
  const { photo } = shown()
  const before = await counts()
  await engine.client.exclude({ itemIds: [idOf(photo)] })
  await mkdir(at('another place'), { recursive: true })
  await rename(at(photo), at('another place/quite new.jpg'))
  expect(await indexAll(engine)).toBe(0)
  expect((await engine.client.excluded({})).entries).toMatchObject([
    { path: at('another place/quite new.jpg'), files: 1 }
  ])
  expect((await counts()).eligible).toBe(before.eligible)

  await copyFile(at('another place/quite new.jpg'), at('a copy.jpg'))
  expect(await indexAll(engine)).toBe(1)
  expect(await isFound('a copy.jpg')).toBe(true)
  await rm(at('a copy.jpg'))
  await rename(at('another place/quite new.jpg'), join(folder, 'aside.jpg'))
  await indexAll(engine)
  expect((await engine.client.excluded({})).entries).toMatchObject([{ files: 0 }])
  expect((await counts()).excluded).toBe(0)
  await rename(join(folder, 'aside.jpg'), at('another place/quite new.jpg'))
  expect(await indexAll(engine)).toBe(0)
  expect((await counts()).excluded).toBe(1)
  await rename(at('another place/quite new.jpg'), at(photo))
  await indexAll(engine)
})

test('a folder is left out with all that is and comes in it, and comes back as one', async () => {
  const before = await counts()
  const inner = dirname(library.photos.find(({ path }) => path.includes('/'))?.path ?? '')
  const { files, excludedIds } = await engine.client.exclude({ paths: [at(inner)] })
  await engine.idle()
  expect(files).toBeGreaterThan(0)
  await copyFile(
    at(library.photos.find(({ path }) => dirname(path) !== inner)?.path ?? ''),
    at(`${inner}/comes later.jpg`)
  )
  await indexAll(engine)
  expect(await counts()).toMatchObject({ eligible: before.eligible + 1, excluded: files + 1 })
  expect((await engine.client.excluded({})).entries).toMatchObject([
    { kind: 'folder', path: at(inner), files: files + 1 }
  ])
  expect(await isFound(`${inner}/comes later.jpg`)).toBe(false)
  await expect(engine.client.include({ paths: [at(`${inner}/comes later.jpg`)] })).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('comes back with that folder') as string
  })
  await rm(at(`${inner}/comes later.jpg`))
  await engine.client.include({ excludedIds })
  await engine.idle()
  expect(await counts()).toEqual(before)
})

test('what failed can be left out: it no longer counts as failed', async () => {
  const before = await counts()
  const failures = await engine.client.failures({})
  await engine.client.exclude({ itemIds: [failures[0]?.itemId ?? 0] })
  expect(await counts()).toMatchObject({ failed: before.failed - 1, excluded: 1 })
  expect(await engine.client.failures({})).toHaveLength(failures.length - 1)
  expect(await indexAll(engine)).toBe(0)
  expect(await counts()).toMatchObject({ failed: before.failed - 1, excluded: 1 })
})

test('excluding while it is being indexed leaves nothing of it', async () => {
  await mkdir(at('many'), { recursive: true })
  const source = at(library.photos.find(({ path }) => path.endsWith('.jpg'))?.path ?? '')
  for (let n = 0; n < 40; n++) await copyFile(source, at(`many/${n}.jpg`))
  const before = await counts()
  // Said when the new files are known, before any of them was read.
  const started = new Promise(resolve => engine.on('libraryChanged', resolve))
  await engine.client.indexLibrary({})
  await started
  await engine.client.exclude({ paths: [at('many')] })
  await engine.idle()
  await indexAll(engine)
  expect(await counts()).toMatchObject({ indexed: before.indexed, excluded: 40, waiting: 0 })
  await rm(at('many'), { recursive: true })
  await indexAll(engine)
  expect((await counts()).excluded).toBe(0)
})

test('a folder and a file are left out in one commit: whoever is killed there has said both or nothing', async () => {
  const { photo } = shown()
  const other = library.photos.find(({ path }) => dirname(path) !== dirname(photo))?.path ?? ''
  const database = new Database(join(data, 'reverie.db'), { readonly: true })
  const named = database.prepare<[], number>('SELECT count(*) FROM exclusion WHERE within_id IS NULL').pluck()
  const seen = new Set([named.get()])
  const progress = { isDone: false }
  const done = engine.client.exclude({ paths: [at(dirname(photo)), at(other)] }).finally(() => (progress.isDone = true))
  while (!progress.isDone) {
    await new Promise(resolve => setImmediate(resolve))
    seen.add(named.get())
  }
  await done
  database.close()
  expect([...seen]).toEqual([0, 2])
})

test('a file that was named is no item any more in that very commit, however little one commit does', async () => {
  const { photo } = shown()
  const other = library.photos.find(({ path }) => dirname(path) !== dirname(photo))?.path ?? ''
  const database = new Database(join(data, 'reverie.db'), { readonly: true })
  const both = database
    .prepare<[], number>('SELECT count(*) FROM exclusion JOIN item USING (folder_id, path) WHERE is_folder = 0')
    .pluck()
  // Each transaction seems to have lasted long enough after its first item.
  let nowMs = performance.now()
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 20))
  const progress = { isDone: false }
  const done = engine.client.exclude({ paths: [at(dirname(photo)), at(other)] }).finally(() => (progress.isDone = true))
  const seen = new Set([both.get()])
  while (!progress.isDone) {
    await new Promise(resolve => setImmediate(resolve))
    seen.add(both.get())
  }
  clock.mockRestore()
  await done
  database.close()
  expect([...seen]).toEqual([0])
})

test('what cannot be excluded is refused, and nothing changes', async () => {
  const before = await counts()
  for (const paths of [[library.folder], [join(folder, 'elsewhere')], ['not/whole'], [at('not there.jpg')]])
    await expect(engine.client.exclude({ paths: [at(shown().photo), ...paths] })).rejects.toMatchObject({
      code: expect.stringMatching(/^(bad-input|not-found)$/) as string,
      message: expect.stringContaining('Nothing was changed') as string
    })
  await expect(engine.client.exclude({ itemIds: [999_999] })).rejects.toMatchObject({ code: 'not-found' })
  await expect(engine.client.include({})).rejects.toMatchObject({ code: 'not-found' })
  expect(await counts()).toEqual(before)
})
