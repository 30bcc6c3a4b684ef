import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { JobStatus } from '../../src/shared/jobs.ts'
import type { ModelStatus } from '../../src/shared/models.ts'
import { readPack } from '../../src/main/engine/stages/encode/model-pack.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import { serializeProjector, withId, parseProjector } from '../../src/main/engine/stages/project/projector-file.ts'
import { openStore } from '../../src/main/engine/store/database.ts'
import { drawLibrary, type DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { buildOtherPack } from '../tools/other-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
const models = join(folder, 'models')
const probe = { set: 'coco_mini', textToImageRecallAt10: 0.7, imageToTextRecallAt10: 0.6 }
let library: DrawnLibrary
let packs: string[]
let engine: Engine

beforeAll(async () => {
  library = await drawLibrary(join(folder, 'library'))
  const drawn = await buildDrawnPack(models)
  packs = [
    drawn,
    await buildOtherPack(drawn, models, { id: 'other', changes: { probe } }),
    await buildOtherPack(drawn, models, { id: 'sharing', sharesPictures: true, narrowerBy: 2 })
  ]
  const first = await openRealEngine(join(folder, 'indexed'), packs)
  await indexAll(first, library.folder)
  await first.close()
})

afterEach(() => engine.close())

async function start(
  data: string,
  onCall: (name: string) => void = () => undefined
): Promise<ReturnType<typeof openStore>> {
  await cp(join(folder, 'indexed'), join(folder, data), { recursive: true })
  engine = await openRealEngine(join(folder, data), packs, { onCall })
  return openStore({ folder: join(folder, data) })
}

/** When these stories began. */
const startedMs = Date.now()

const activate = async (packId: string): Promise<void> => {
  await engine.client.activateModel({ packId })
  await engine.idle()
}
const statusOf = async (packId: string): Promise<ModelStatus> => {
  const found = (await engine.client.models({})).find(model => model.packId === packId)
  if (found === undefined) throw new Error(`There is no ${packId}.`)
  return found
}
const forget = async (packId: string): Promise<number> =>
  (await engine.client.forgetModelEmbeddings({ packId })).freedBytes

test('a model says what the library has of it, what that takes, how fast it is here and how good elsewhere', async () => {
  const store = await start('status')
  const total = library.expected.indexed
  const drawn = await statusOf('drawn')
  expect(drawn).toMatchObject({
    state: 'active',
    encoded: total,
    total,
    sharedBytes: 0,
    isShipped: false,
    quality: null
  })
  const { image, text, projectorBytes } = await readPack(packs[0] ?? '')
  const rows = store.embeddings.count(image.id) * image.dimension + store.embeddings.count(text.id) * text.dimension
  const k = parseProjector(projectorBytes ?? new Uint8Array(0)).dimension
  const projected = (store.embeddings.count(image.id) + store.embeddings.count(text.id)) * k
  expect(drawn.embeddingBytes).toBe(4 * rows + 2 * projected)
  expect(drawn.speed?.photosPerSecond).toBeGreaterThan(0)
  expect(drawn.speed?.measuredMs).toBeGreaterThanOrEqual(startedMs)
  expect(drawn.speed?.measuredMs).toBeLessThanOrEqual(Date.now())
  expect(await statusOf('other')).toMatchObject({
    ...{ state: 'installed', encoded: 0, total, embeddingBytes: 0, sharedBytes: 0, speed: null, quality: probe }
  })
  // Pictures are encoded for it already, texts are not: such an item is not complete.
  expect(await statusOf('sharing')).toMatchObject({
    ...{ encoded: 0, embeddingBytes: 4 * store.embeddings.count(image.id) * image.dimension },
    sharedBytes: 4 * store.embeddings.count(image.id) * image.dimension
  })

  const job = new Promise<JobStatus>(resolve => {
    engine.on('jobStarted', status => {
      if (status.kind === 'encode-model')
        void engine.client.pauseJob({ jobId: status.jobId }).then(() => resolve(status))
    })
  })
  await engine.client.activateModel({ packId: 'other' })
  const { jobId } = await job
  expect([(await statusOf('other')).state, (await statusOf('drawn')).state]).toEqual(['preparing', 'active'])
  await expect(forget('other')).rejects.toMatchObject({ code: 'busy' })
  await engine.client.resumeJob({ jobId })
  await engine.idle()
  expect([(await statusOf('other')).state, (await statusOf('drawn')).state]).toEqual(['active', 'installed'])
  expect((await statusOf('other')).speed?.photosPerSecond).toBeGreaterThan(0)
  store.close()
})

test('forgetting frees what it says, and the model is whole again after it was encoded once more', async () => {
  const store = await start('forgotten')
  const { image, text } = await readPack(packs[0] ?? '')
  const before = await engine.client.search({ text: library.photos[3]?.caption ?? '' })
  const weights = withId({
    ...parseProjector((await readPack(packs[0] ?? '')).projectorBytes ?? new Uint8Array(0)),
    source: 'learned'
  })
  store.projectorVersions.add({
    ...{ projectorId: weights.id, modelKey: `${image.id}+${text.id}`, state: 'candidate', createdMs: 1, report: {} },
    weights: serializeProjector(weights)
  })
  await expect(forget('drawn')).rejects.toMatchObject({ code: 'busy' })
  await expect(forget('nowhere')).rejects.toMatchObject({ code: 'not-found' })
  await activate('other')
  const { embeddingBytes } = await statusOf('drawn')
  expect(embeddingBytes).toBeGreaterThan(0)
  expect(await forget('drawn')).toBe(embeddingBytes)
  expect(await statusOf('drawn')).toMatchObject({ encoded: 0, embeddingBytes: 0, state: 'installed' })
  expect([store.embeddings.count(image.id), store.embeddings.count(text.id)]).toEqual([0, 0])
  expect(store.projectorVersions.list(`${image.id}+${text.id}`)).toHaveLength(1)
  expect((await statusOf('other')).encoded).toBe(library.expected.indexed)
  expect(await forget('drawn')).toBe(0)

  await activate('drawn')
  const after = await engine.client.search({ text: library.photos[3]?.caption ?? '' })
  expect(after.hits.map(({ path }) => path)).toEqual(before.hits.map(({ path }) => path))
  store.close()
})

test('a tower that two models share encodes nothing twice, and is not deleted from under the other', async () => {
  const calls: string[] = []
  const store = await start('shared', name => calls.push(name))
  const { image } = await readPack(packs[0] ?? '')
  calls.length = 0
  await activate('sharing')
  expect(calls).not.toContain('read')
  expect(calls).toContain('encodeTexts')
  const pictures = store.embeddings.count(image.id)
  expect(await statusOf('sharing')).toMatchObject({
    encoded: library.expected.indexed,
    sharedBytes: 4 * pictures * image.dimension
  })

  const { embeddingBytes, sharedBytes } = await statusOf('drawn')
  expect(await forget('drawn')).toBe(embeddingBytes - sharedBytes)
  expect(store.embeddings.count(image.id)).toBe(pictures)
  const found = (await engine.client.search({ text: library.photos[3]?.caption ?? '' })).hits
  expect(found.some(({ reasons }) => reasons.some(({ kind }) => kind === 'picture'))).toBe(true)
  store.close()
})

test('each model comes back with its own version of its map', async () => {
  const store = await start('versions')
  const { image, text, projectorBytes } = await readPack(packs[0] ?? '')
  const base = parseProjector(projectorBytes ?? new Uint8Array(0))
  const inner = new Float32Array(base.dimension * 2).fill(0.3)
  const residual = { inner, outer: inner.map((_value, i) => (i % 3) - 1), scale: 1, share: 0.7 }
  const weights = withId({ ...base, image: { ...base.image, residuals: [residual] }, source: 'learned' })
  const versionId = store.projectorVersions.add({
    ...{ projectorId: weights.id, modelKey: `${image.id}+${text.id}`, state: 'candidate', createdMs: 1, report: {} },
    weights: serializeProjector(weights)
  })
  await engine.client.activateProjector({ versionId })
  await engine.idle()
  const active = async (): Promise<number | null | undefined> =>
    (await engine.client.projectors({})).find(({ state }) => state === 'active')?.versionId
  const ask = async () => (await engine.client.search({ text: library.photos[3]?.caption ?? '' })).hits
  const before = await ask()
  expect(await active()).toBe(versionId)
  await activate('other')
  expect(await active()).toBeNull()
  await activate('drawn')
  expect(await active()).toBe(versionId)
  expect(await ask()).toEqual(before)
  store.close()
})
