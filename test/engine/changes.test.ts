import { appendFile, copyFile, mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../../src/main/engine/engine.ts'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { indexedLibrary } from '../tools/indexed-library.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
let library: DrawnLibrary
let engine: Engine
/** Awaited before each file is read. */
let beforeRead: (() => Promise<void>) | null = null

beforeAll(async () => {
  library = await indexedLibrary(join(folder, 'library'), join(folder, 'data'))
  engine = await openRealEngine(join(folder, 'data'), [await buildDrawnPack(join(folder, 'models'))], {
    onCall: name => (name === 'read' ? beforeRead?.() : undefined)
  })
})

afterAll(() => engine.close())

const at = (path: string): string => join(library.folder, path)
const idOf = (path: string): number | undefined => engine.findPath(at(path))
const plainPhotos = (): string[] => library.photos.map(({ path }) => path).filter(path => path.endsWith('.jpg'))

/** A sidecar. */
const describing = (words: string): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
      xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt><rdf:li xml:lang="x-default">${words}</rdf:li></rdf:Alt>
      </dc:description></rdf:Description></rdf:RDF></x:xmpmeta>`

test('every file is accounted for, and each failure has its reason', async () => {
  const { eligible, indexed, failed, waiting } = await engine.client.library({})
  expect({ eligible, indexed, failed, waiting }).toEqual({ ...library.expected, waiting: 0 })
  const failures = await engine.client.failures({})
  expect(failures.map(({ path }) => path).sort()).toEqual(library.failures.map(({ path }) => at(path)).sort())
  for (const failure of failures) expect(failure.reason).toMatch(/^[A-Z].{15,}\.$/s)
})

test('a second run over the same files encodes nothing', async () => {
  expect(await indexAll(engine)).toBe(0)
})

test('a renamed and a moved photo keep what is known of them', async () => {
  const [renamed = '', moved = ''] = plainPhotos()
  const ids = [idOf(renamed), idOf(moved)]
  await mkdir(at('elsewhere'))
  await rename(at(renamed), at('renamed.jpg'))
  await rename(at(moved), at('elsewhere/moved.jpg'))
  expect(await indexAll(engine)).toBe(0)
  expect([idOf('renamed.jpg'), idOf('elsewhere/moved.jpg')]).toEqual(ids)
  expect(idOf(renamed)).toBeUndefined()
  const { hits } = await engine.client.search({ text: '"renamed"' })
  expect(hits.map(({ path }) => path)).toEqual([at('renamed.jpg')])
})

test('a file that failed for its name is read again under another one, back and forth', async () => {
  const failed = async (): Promise<string[]> =>
    (await engine.client.failures({})).map(({ path }) => path).filter(path => path.includes('misnamed'))
  await writeFile(at('misnamed.jpg'), 'A note about yellow zeppelins.')
  await indexAll(engine)
  expect(await failed()).toEqual([at('misnamed.jpg')])
  await rename(at('misnamed.jpg'), at('misnamed.txt'))
  expect(await indexAll(engine)).toBe(1)
  expect(await failed()).toEqual([])
  expect((await engine.client.search({ text: '"zeppelins"' })).hits.map(({ path }) => path)).toEqual([
    at('misnamed.txt')
  ])
  await rm(at('misnamed.txt'))
  await indexAll(engine)
})

test('what a file’s name told follows a new name, also through a deletion: title, date and format', async () => {
  const line = `${'A very long first line is no title. '.repeat(4)}Sarsaparilla.\n\n# Uses\n\nTea.\n`
  const told = async (): Promise<unknown[]> => {
    await indexAll(engine)
    const [hit] = (await engine.client.search({ text: '"sarsaparilla"' })).hits
    return hit === undefined ? [] : [hit.itemId, hit.title, new Date(hit.dateMs).getUTCFullYear()]
  }
  await writeFile(at('2011-02-03 old plans.txt'), line)
  const [id, ...before] = await told()
  expect(before).toEqual(['Old plans', 2011])
  await rename(at('2011-02-03 old plans.txt'), at('2012-02-03-new-plans.txt'))
  expect(await told()).toEqual([id, 'New plans', 2012])
  await rm(at('2012-02-03-new-plans.txt'))
  expect(await told()).toEqual([])
  await writeFile(at('2013-02-03 later.md'), line)
  expect(await told()).toEqual([id, 'Uses', 2013])
  await rm(at('2013-02-03 later.md'))
  await indexAll(engine)
})

test('a touched photo is recognised by its content', async () => {
  const path = plainPhotos()[4] ?? ''
  await utimes(at(path), new Date(), new Date())
  expect(await indexAll(engine)).toBe(0)
})

test('an edited note is read again, and nothing else', async () => {
  const note = library.notes.find(({ path }) => path.endsWith('.md'))?.path ?? ''
  await appendFile(at(note), '\n\nA zanzibar hedgehog came by.\n')
  expect(await indexAll(engine)).toBe(1)
  const { hits } = await engine.client.search({ text: '"zanzibar"' })
  expect(hits.map(({ path }) => path)).toEqual([at(note)])
  expect(hits[0]?.snippet?.text).toContain('zanzibar')
})

test('a photo with other content under the same name is encoded again', async () => {
  const [, , , , , first = '', second = ''] = plainPhotos()
  await copyFile(at(first), at(second))
  expect(await indexAll(engine)).toBe(1)
})

test('a deleted file is forgotten, and found no more', async () => {
  const path = plainPhotos()[7] ?? ''
  const itemId = idOf(path)
  const before = await engine.client.library({})
  await rm(at(path))
  expect(await indexAll(engine)).toBe(0)
  const after = await engine.client.library({})
  expect(after.indexed).toBe(before.indexed - 1)
  expect(idOf(path)).toBeUndefined()
  await expect(engine.client.item({ itemId: itemId ?? 0 })).rejects.toMatchObject({ code: 'not-found' })
  expect(await engine.media(itemId ?? 0, 'thumbnail')).toBeNull()
})

test('a sidecar that appears is read, without encoding the picture again', async () => {
  const path = plainPhotos()[8] ?? ''
  const before = idOf(path)
  await writeFile(at(`${path}.xmp`), describing("Grandmother's quilted kayak"))
  await indexAll(engine)
  const { hits } = await engine.client.search({ text: '"quilted kayak"' })
  expect(hits[0]).toMatchObject({ itemId: before, path: at(path) })
  // And it is not read again each time.
  expect(await indexAll(engine)).toBe(0)
})

test('a photo that is back with another sidecar says what that sidecar says', async () => {
  const path = plainPhotos()[9] ?? ''
  const before = idOf(path)
  await rename(at(path), join(folder, 'away.jpg'))
  await indexAll(engine)
  await rename(join(folder, 'away.jpg'), at(path))
  await writeFile(at(`${path}.xmp`), describing('An amber accordion'))
  await indexAll(engine)
  const { hits } = await engine.client.search({ text: '"amber accordion"' })
  expect(hits[0]).toMatchObject({ itemId: before, path: at(path) })
  expect(await indexAll(engine)).toBe(0)
})

test('the sidecar of a photo that was moved is read in the next run when this one ends before', async () => {
  const path = plainPhotos()[10] ?? ''
  const before = idOf(path)
  await rename(at(path), at('moved twice.jpg'))
  await writeFile(at('moved twice.jpg.xmp'), describing('A velvet gramophone'))
  const started = new Promise<string>(resolve => engine.on('jobStarted', ({ jobId }) => resolve(jobId)))
  beforeRead = async () => {
    await engine.client.cancelJob({ jobId: await started })
  }
  const ended = new Promise(resolve => engine.on('jobEnded', ({ outcome }) => resolve(outcome)))
  await engine.client.indexLibrary({})
  expect(await ended).toBe('cancelled')
  beforeRead = null
  await indexAll(engine)
  const { hits } = await engine.client.search({ text: '"velvet gramophone"' })
  expect(hits[0]).toMatchObject({ itemId: before, path: at('moved twice.jpg') })
})

test('a folder that is gone keeps its items, and finds them again when it is back', async () => {
  const before = await engine.client.library({})
  await rename(library.folder, `${library.folder}-away`)
  await indexAll(engine)
  const away = await engine.client.library({})
  expect(away.folders[0]?.isReachable).toBe(false)
  expect(away.eligible).toBe(before.eligible)
  await rename(`${library.folder}-away`, library.folder)
  expect(await indexAll(engine)).toBe(0)
  expect((await engine.client.library({})).folders[0]?.isReachable).toBe(true)
})

test('a failed file that was mended is indexed when it is tried again', async () => {
  const broken = library.failures.find(({ path }) => path.endsWith('.jpg'))?.path ?? ''
  await copyFile(at(plainPhotos()[11] ?? ''), at(broken))
  await engine.client.retryFailed({})
  await engine.idle()
  const failures = await engine.client.failures({})
  expect(failures.some(({ path }) => path === at(broken))).toBe(false)
})

test('removing a folder forgets everything of it and touches no file', async () => {
  const { folders } = await engine.client.library({})
  await engine.client.removeFolder({ folderId: folders[0]?.folderId ?? 0 })
  const { eligible, folders: left } = await engine.client.library({})
  expect([eligible, left.length]).toEqual([0, 0])
  expect((await engine.client.search({ text: 'zanzibar' })).hits).toEqual([])
  await expect(copyFile(at('renamed.jpg'), join(folder, 'still-there.jpg'))).resolves.toBeUndefined()
})
