import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Hit } from '../../src/shared/searching.ts'
import type { ProjectorWeights, Residual } from '../../src/main/engine/base/domain.ts'
import { readPack } from '../../src/main/engine/stages/encode/model-pack.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import { seededRandom } from '../../src/main/engine/math/random.ts'
import { parseProjector, serializeProjector, withId } from '../../src/main/engine/stages/project/projector-file.ts'
import { project } from '../../src/main/engine/stages/project/projector.ts'
import { openStore } from '../../src/main/engine/store/database.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { indexedLibrary } from '../tools/indexed-library.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
let models: string
let library: DrawnLibrary
let engine: Engine
/** The same database, as another process would see it. */
let store: Store
let base: ProjectorWeights
let modelKey: string
let encoders: { image: string; text: string }

beforeAll(async () => {
  models = await buildDrawnPack(join(folder, 'models'))
  library = await indexedLibrary(join(folder, 'library'), data)
  const pack = await readPack(models)
  if (pack.projectorBytes === null) throw new Error('The drawn pack has no base projector.')
  base = parseProjector(pack.projectorBytes)
  encoders = { image: pack.image.id, text: pack.text.id }
  modelKey = `${encoders.image}+${encoders.text}`
  engine = await openRealEngine(data, [models])
  store = openStore({ folder: data })
})

afterAll(async () => {
  store.close()
  await engine.close()
})

function residual(seed: number): Residual {
  const random = seededRandom(seed)
  const k = base.dimension
  const drawn = (): Float32Array => Float32Array.from({ length: k * 8 }, () => random.normal() * 0.3)
  return { inner: drawn(), outer: drawn(), scale: 1, share: 0.7 }
}

/** As a Reverie wrote it that judged less strictly and did not say how. */
const oldVerdict = { isAccepted: true, heldOutPhotos: 40, mrrGain: { mean: 0.05, low: 0.01, high: 0.09 }, share: 1 }

/** As a training would leave it: the pack's base, and a correction after it. */
function addVersion(seed: number): { versionId: number; weights: ProjectorWeights } {
  const weights = withId({
    ...base,
    image: { ...base.image, residuals: [residual(seed)] },
    text: { ...base.text, residuals: [residual(seed + 100)] },
    source: `seed ${seed}`
  })
  const versionId = store.projectorVersions.add({
    ...{
      projectorId: weights.id,
      modelKey,
      state: 'candidate',
      createdMs: seed,
      report: { seed, pairs: 12, verdict: oldVerdict }
    },
    weights: serializeProjector(weights)
  })
  return { versionId, weights }
}

async function activate(versionId: number | null): Promise<string | null> {
  let trouble: string | null = null
  const stop = engine.on('jobEnded', job => (trouble ??= job.message))
  const { jobId } = await engine.client.activateProjector({ versionId })
  await engine.idle()
  stop()
  expect(trouble).toBeNull()
  return jobId
}

const ask = async (text = library.photos[3]?.caption ?? ''): Promise<readonly Hit[]> =>
  (await engine.client.search({ text })).hits

/** Vectors of a space by their keys. */
const projections = (projectorId: string, tower: 'image' | 'text') =>
  new Map(
    [...store.projections.each(`${projectorId}:${tower}`)].map(({ itemId, part, vector }) => [
      `${itemId}/${part}`,
      vector
    ])
  )

const states = async () => (await engine.client.projectors({})).map(({ versionId, state }) => [versionId, state])

test('without a version the pack’s own map answers', async () => {
  expect(await states()).toEqual([[null, 'active']])
  expect((await engine.client.projectors({}))[0]).toMatchObject({ projectorId: base.id, seed: null, changes: [] })
})

test('a version answers once it is complete, and rolling back restores the very same hits', async () => {
  const before = await ask()
  const stored = projections(base.id, 'image')
  const { versionId, weights } = addVersion(1)
  expect(await states()).toEqual([
    [versionId, 'candidate'],
    [null, 'active']
  ])
  const told: (number | null)[] = []
  const stop = engine.on('projectorChanged', change => told.push(change.versionId))

  expect(await activate(versionId)).not.toBeNull()
  expect((await engine.client.projectors({}))[0]).toMatchObject({
    ...{ versionId, state: 'active', seed: 1, pairs: 12 },
    verdict: { ...oldVerdict, judged: null, known: null }
  })
  const under = await ask()
  expect(under.map(({ score }) => score)).not.toEqual(before.map(({ score }) => score))
  for (const tower of ['image', 'text'] as const) {
    const made = projections(weights.id, tower)
    const rows = [...store.embeddings.each(encoders[tower])]
    expect(made.size).toBe(rows.length)
    // What the trainer process made of the base's rows is what the map makes of the embeddings, one by one.
    const naive = project(
      weights,
      tower,
      rows.map(({ vector }) => vector),
      i => rows[i]?.tokens
    )
    for (const [i, { itemId, part }] of rows.entries())
      for (const [j, value] of naive[i]!.entries()) expect(made.get(`${itemId}/${part}`)?.[j]).toBeCloseTo(value, 4)
  }

  // Everything is there: no job.
  expect(await activate(null)).toBeNull()
  expect(await ask()).toEqual(before)
  expect(projections(base.id, 'image')).toEqual(stored)
  expect(await activate(versionId)).toBeNull()
  expect(await ask()).toEqual(under)
  await activate(null)
  stop()
  expect(told).toEqual([versionId, null, versionId, null])
})

test('what is indexed while a version is projected is found under it', async () => {
  const { versionId, weights } = addVersion(2)
  const [photo] = library.photos.filter(({ path }) => path.endsWith('.jpg'))
  await copyFile(join(library.folder, photo?.path ?? ''), join(library.folder, 'late.jpg'))
  await engine.client.indexLibrary({})
  await activate(versionId)
  const itemId = engine.findPath(join(library.folder, 'late.jpg')) ?? 0
  expect(store.projections.has(`${weights.id}:image`, { itemId, part: 0 })).toBe(true)
  expect(store.projections.count(`${weights.id}:image`)).toBe(store.embeddings.count(encoders.image))
  const hits = await ask(photo?.caption)
  expect(hits.find(hit => hit.itemId === itemId)?.reasons.some(({ kind }) => kind === 'picture')).toBe(true)
  // Indexed under the version, so the base lacks it until it is rolled back to.
  await copyFile(join(library.folder, photo?.path ?? ''), join(library.folder, 'later.jpg'))
  await indexAll(engine)
  await activate(null)
  expect(store.projections.count(`${base.id}:image`)).toBe(store.embeddings.count(encoders.image))
})

test('projections of versions that nobody goes back to are deleted', async () => {
  const [third, fourth] = [addVersion(3), addVersion(4)]
  await activate(third.versionId)
  await activate(fourth.versionId)
  const left = (await engine.client.projectors({})).map(({ projectorId }) => projectorId ?? '')
  const counts = left.map(id => store.projections.count(`${id}:image`) > 0)
  expect(counts).toEqual([true, true, false, false, true])
  expect((await states()).map(([, state]) => state)).toEqual(['active', 'retired', 'retired', 'retired', 'retired'])
  await activate(null)
})

test('a version that is not there, or is damaged, changes nothing', async () => {
  const before = await ask()
  await expect(engine.client.activateProjector({ versionId: 99 })).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('Nothing was changed') as string
  })
  const damaged = store.projectorVersions.add({
    ...{ projectorId: 'x', modelKey, state: 'candidate', createdMs: 0, report: {} },
    weights: Uint8Array.of(1, 2)
  })
  await expect(engine.client.activateProjector({ versionId: damaged })).rejects.toMatchObject({ code: 'model-broken' })
  expect(await ask()).toEqual(before)
})

test('after a kill before the switch the old version answers; a damaged active one falls back to the base', async () => {
  const before = await ask()
  const { versionId, weights } = addVersion(5)
  // All that a killed job leaves: projections, and no word of them being active.
  for (const tower of ['image', 'text'] as const)
    for (const row of store.embeddings.each(encoders[tower]))
      store.projections.save(`${weights.id}:${tower}`, [{ ...row, vector: project(weights, tower, [row.vector])[0]! }])
  await engine.close()
  engine = await openRealEngine(data, [models])
  expect(await ask()).toEqual(before)
  expect(await activate(versionId)).toBeNull()
  const under = await ask()
  await engine.close()
  engine = await openRealEngine(data, [models])
  expect(await ask()).toEqual(under)

  const [damaged] = store.projectorVersions.list(modelKey).filter(({ projectorId }) => projectorId === 'x')
  store.projectorVersions.activate(modelKey, damaged?.versionId ?? 0)
  await engine.close()
  engine = await openRealEngine(data, [models])
  expect(await ask()).toEqual(before)
})
