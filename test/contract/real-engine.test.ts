import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client, Events } from '../../src/shared/contract.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import { createClient } from '../../src/renderer/src/client.ts'
import { openRealEngine } from '../engine/real-engine.ts'
import { tinyHub } from '../hub/tiny-offer.ts'
import type { HubServer } from '../tools/hub-server.ts'
import type { Offer } from '../../src/main/engine/hub/catalogue.ts'
import { drawLibrary, type DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { carryDirectly, carryOverHttp, carryOverMessages } from './carriers.ts'
import type { Carried } from './contract-suite.ts'

const folder = temporaryFolder()
let library: DrawnLibrary
let models = ''
let hub: { server: HubServer; offer: Offer }

beforeAll(async () => {
  library = await drawLibrary(join(folder, 'library'))
  models = await buildDrawnPack(join(folder, 'models'))
  hub = await tinyHub(join(folder, 'repository'), 100_000)
})

afterAll(() => hub.server.close())

describe.each([
  ['a direct call', carryDirectly],
  ['the messages of a window', carryOverMessages],
  ['HTTP', carryOverHttp]
] as const)('the real engine over %s', (name, carry) => {
  let engine: Engine
  let carried: Carried
  let client: Client

  beforeAll(async () => {
    engine = await openRealEngine(join(folder, `data of ${name}`), [models], { offers: [hub.offer] })
    carried = await carry(engine)
    client = createClient(carried.transport)
  })

  afterAll(async () => {
    await carried.close()
    await engine.close()
  })

  test('a folder is added, and its progress is told to the end', async () => {
    const told: [string, Events['jobEnded']][] = []
    const ended = new Promise<Events['jobEnded']>(resolve => client.on('jobEnded', resolve))
    client.on('jobStarted', job => told.push(['started', job]))
    const { jobId, folderId } = await client.addFolder({ path: library.folder })
    expect(await ended).toMatchObject({ jobId, outcome: 'finished', failed: library.expected.failed })
    expect(told[0]?.[1].jobId).toBe(jobId)
    const { folders, ...counts } = await client.library({})
    expect(counts).toMatchObject({ ...library.expected, waiting: 0 })
    expect(folders).toMatchObject([{ folderId, path: library.folder, isReachable: true }])
  })

  test('a file is left out, listed, and included again, and the page hears of it; what is not understood is refused', async () => {
    const { hits } = await client.search({ text: 'type:photo', limit: 2 })
    const itemIds = hits.map(({ itemId }) => itemId)
    const changed = new Promise(resolve => client.on('libraryChanged', resolve))
    const { excludedIds, files } = await client.exclude({ itemIds })
    await changed
    expect(files).toBe(2)
    const { entries, total } = await client.excluded({})
    expect(total).toBe(2)
    expect(new Set(entries.map(({ path }) => path))).toEqual(new Set(hits.map(({ path }) => path)))
    const { eligible, indexed, failed, waiting, excluded } = await client.library({})
    expect([eligible, excluded]).toEqual([indexed + failed + waiting + excluded, 2])
    const ended = new Promise<Events['jobEnded']>(resolve => client.on('jobEnded', resolve))
    const { jobId } = await client.include({ excludedIds })
    expect(await ended).toMatchObject({ jobId, outcome: 'finished', encoded: 2 })
    expect(await client.library({})).toMatchObject({ ...library.expected, excluded: 0 })

    for (const input of [{}, { itemIds: [] }, { itemIds: [-1] }, { paths: [''] }, { itemIds: [1], paths: ['/x'] }])
      await expect(client.exclude(input as never)).rejects.toMatchObject({ code: 'bad-input' })
    for (const input of [{ excludedIds: [1.5] }, { all: true }, { paths: ['/a\0b'] }])
      await expect(client.include(input as never)).rejects.toMatchObject({ code: 'bad-input' })
    await expect(client.rebuildLibrary({ now: true } as never)).rejects.toMatchObject({ code: 'bad-input' })
  })

  test('a caption finds its photo, and says why', async () => {
    const { text = '', photo = '' } = library.pairs[0] ?? {}
    const { hits } = await client.search({ text })
    const hit = hits.find(({ path }) => path === join(library.folder, photo))
    expect(hit?.reasons.length).toBeGreaterThan(0)
    expect(await client.item({ itemId: hit?.itemId ?? 0 })).toMatchObject({ kind: 'photo', status: 'indexed' })
  })

  test('stacks are said where they are asked for, and what is no yes or no is refused', async () => {
    const copies = await client.search({ text: 'type:photo', limit: 1000, withStacks: true })
    expect(copies.hits.length).toBe(library.photos.length)
    expect(copies.hits.every(({ stack }) => stack === undefined)).toBe(true)
    await expect(client.search({ text: '', withStacks: 'yes' as never })).rejects.toMatchObject({ code: 'bad-input' })
  })

  test('a dropped picture arrives byte for byte, and finds its note', async () => {
    const shown = library.pairs.find(({ note }) => note !== null)
    const bytes = new Uint8Array(await readFile(join(library.folder, shown?.photo ?? '')))
    const opened = await client.openImage({ bytes })
    expect(opened.itemId).toBe(engine.findPath(join(library.folder, shown?.photo ?? '')))
    expect([...opened.thumbnail.subarray(0, 2)]).toEqual([0xff, 0xd8])
    const { hits } = await client.search({ text: 'type:note', imageId: opened.imageId })
    expect(hits[0]?.path).toBe(join(library.folder, shown?.note ?? ''))
  })

  test('what is said of a pair is kept, and nothing is said of a photo that is not there', async () => {
    const { pairs, readiness } = await client.pairs({ limit: 1 })
    expect(pairs).toHaveLength(1)
    const { photoId = 0, text = '' } = pairs[0] ?? {}
    expect(await client.confirmPair({ photoId, text, verdict: 'rejected' })).toBeNull()
    expect((await client.pairs({})).readiness.pairs).toBe(readiness.pairs - 1)
    await client.confirmPair({ photoId, text, verdict: null })
    expect(await client.pairs({ limit: 1 })).toEqual({ pairs, readiness, counts: expect.any(Array) as unknown })
    const gone = { photoId: 999_999, text, verdict: 'confirmed' } as const
    await expect(client.confirmPair(gone)).rejects.toMatchObject({ code: 'not-found' })
    await expect(client.confirmPair({ photoId, text: ' ', verdict: 'confirmed' })).rejects.toMatchObject({
      code: 'bad-input'
    })
  })

  test('a filter is completed from the library, and questions are kept', async () => {
    const { suggestions, start, end } = await client.suggest({ text: 'boats type:ph', caret: 13 })
    expect({ start, end, inserts: suggestions.map(({ insert }) => insert) }).toEqual({
      ...{ start: 6, end: 13 },
      inserts: ['type:photo ']
    })
    await client.rememberSearch({ text: 'boats' })
    await client.saveSearch({ text: 'type:photo', isSaved: true })
    expect(await client.searches({})).toEqual({ recent: ['boats'], saved: ['type:photo'] })
    await client.forgetSearches({})
    expect((await client.searches({})).recent).toEqual([])
    await expect(client.suggest({ text: '', caret: -1 })).rejects.toMatchObject({ code: 'bad-input' })
  })

  test('a model is installed with its progress told, is there, and is deleted again', async () => {
    expect(await client.offers({})).toMatchObject([{ offerId: 'tiny', isInstalled: false, quality: null }])
    await expect(client.installModel({ offerId: 'tiny', hasConsent: false })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('0.1 MB, to be fetched from https://huggingface.co/somebody/tiny-ONNX') as string
    })
    expect(await client.changeSettings({ hubUrl: hub.server.url })).toMatchObject({ hubUrl: hub.server.url })
    const ended = new Promise<Events['jobEnded']>(resolve => {
      const stop = client.on('jobEnded', job => {
        if (job.kind !== 'install') return
        stop()
        resolve(job)
      })
    })
    const { jobId } = await client.installModel({ offerId: 'tiny', hasConsent: true })
    const job = await ended
    expect(job).toMatchObject({ jobId, stage: 'download', outcome: 'finished', message: null })
    expect(job.done).toBe(job.total)
    expect(await client.offers({})).toMatchObject([{ offerId: 'tiny', isInstalled: true }])
    expect((await client.models({})).map(({ packId }) => packId)).toContain('tiny')
    const { freedBytes } = await client.removeModel({ packId: 'tiny' })
    expect(freedBytes).toBeGreaterThan(100_000)
    expect((await client.models({})).map(({ packId }) => packId)).not.toContain('tiny')
    await expect(client.removeModel({ packId: 'tiny' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(client.installModel({ offerId: '../tiny', hasConsent: true })).rejects.toMatchObject({
      code: 'not-found'
    })
    await client.changeSettings({ isOffline: true })
    await expect(client.installModel({ offerId: 'tiny', hasConsent: true })).rejects.toMatchObject({ code: 'network' })
    await client.changeSettings({ isOffline: false, hubUrl: null })
    for (const hubUrl of ['http://example.org', 'ftp://example.org', 'https://me:secret@example.org', 'here'])
      await expect(client.changeSettings({ hubUrl }), hubUrl).rejects.toMatchObject({ code: 'bad-input' })
  })

  test('what is refused keeps its code and its sentence', async () => {
    await expect(client.addFolder({ path: 'not/whole' })).rejects.toMatchObject({ code: 'bad-input' })
    await expect(client.addFolder({ path: join(library.folder, 'no such folder') })).rejects.toMatchObject({
      code: 'not-found'
    })
    await expect(client.openImage({ bytes: Uint8Array.of(1, 2, 3) })).rejects.toMatchObject({ code: 'bad-input' })
    await expect(client.search({ text: 'x', limit: -1 })).rejects.toMatchObject({ code: 'bad-input' })
    await expect(client.search({ text: '', imageId: 'gone' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('Drop it again') as string
    })
  })

  test('a cancelled search rejects as cancelled', async () => {
    await expect(client.search({ text: 'balloon' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled'
    })
  })
})
