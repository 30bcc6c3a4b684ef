import { resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { PackCard, ProjectorWeights } from '../../../src/main/engine/base/domain.ts'
import { neutralCaptions } from '../../../src/main/engine/features/models/neutral-captions.ts'
import { neutralRows } from '../../../src/main/engine/features/models/neutral-rows.ts'
import { modelWith } from '../../../src/main/engine/features/projecting/model-with.ts'
import { withVersion } from '../../../src/main/engine/features/projecting/with-version.ts'
import { dot, norm } from '../../../src/main/engine/math/vectors.ts'
import { serializeProjector, withId } from '../../../src/main/engine/stages/project/projector-file.ts'
import { project } from '../../../src/main/engine/stages/project/projector.ts'
import { openMemoryStore } from '../../../src/main/engine/store/database.ts'
import type { EncoderApi } from '../../../src/main/engine/workers/encoder-api.ts'
import { createEncoderApi } from '../../../src/main/engine/workers/encoder-service.ts'
import { EngineError } from '../../../src/shared/errors.ts'

let api: EncoderApi
let card: PackCard

beforeAll(async () => {
  api = createEncoderApi()
  const packFolder = resolve(import.meta.dirname, '../../../resources/models/starter')
  card = (await api.open({ packFolder, threads: 1 }))!
})

/** Counts the texts that go through the encoder. */
function counting() {
  const asked: string[] = []
  const encodeTexts = (texts: readonly string[]) => {
    asked.push(...texts)
    return api.encodeTexts({ texts })
  }
  return { asked, encodeTexts }
}

const log = (text: string): void => expect.fail(text)

test('the neutral captions go through a text tower once, and are kept for it', async () => {
  const store = openMemoryStore()
  const encoder = counting()
  const first = await neutralRows(card, encoder, { store, log })
  expect(encoder.asked).toEqual(neutralCaptions)
  expect(first.captions).toHaveLength(neutralCaptions.length)
  expect(first.photos).toHaveLength(1000)
  for (const row of first.photos) expect(norm(row)).toBeCloseTo(1, 5)

  const again = await neutralRows(card, encoder, { store, log })
  expect(encoder.asked).toHaveLength(neutralCaptions.length)
  expect(again.captions).toEqual(first.captions)

  store.neutralCaptions.forget(card.text.id)
  await neutralRows(card, encoder, { store, log })
  expect(encoder.asked).toHaveLength(2 * neutralCaptions.length)
})

test('another version of the map projects the cohort with that map, and the pack’s own map projects it as before', async () => {
  const neutral = await neutralRows(card, counting(), { store: openMemoryStore(), log })
  const own = modelWith(card, neutral, null)
  const turned = withId(turnedAround(card.baseProjector!))
  const other = withVersion(own, { versionId: 1, weights: serializeProjector(turned) })
  expect(other.cohort.photos).toBe(own.cohort.photos)
  expect(other.cohort.inCommonSpace.photos).toEqual(project(turned, 'image', neutral.photos))
  const [before, after] = [own, other].map(({ cohort }) => cohort.inCommonSpace.photos[0]!)
  expect(dot(before!, after!)).toBeLessThan(-0.5)
  expect(modelWith(card, other.cohort, null).cohort.inCommonSpace).toEqual(own.cohort.inCommonSpace)
})

test('the projected cohort is the same, whether a question needs it at once or it is made in steps', async () => {
  const neutral = await neutralRows(card, counting(), { store: openMemoryStore(), log })
  const [asked, prepared, between] = [0, 1, 2].map(() => modelWith(card, neutral, null).cohort)
  await prepared!.prepare()
  const preparing = between!.prepare()
  expect(between!.inCommonSpace).toEqual(asked!.inCommonSpace)
  await preparing
  expect(between!.inCommonSpace).toEqual(asked!.inCommonSpace)
  expect(prepared!.inCommonSpace).toEqual(asked!.inCommonSpace)
  expect(asked!.inCommonSpace.photos).toHaveLength(neutral.photos.length)
  expect(asked!.inCommonSpace.captions).toHaveLength(neutral.captions.length)
})

test('without a map there is no common space, unless the towers share one', () => {
  const photo = Float32Array.of(1, 0)
  const neutral = { photos: [photo], captions: [{ vector: Float32Array.of(0, 1), tokens: new Int32Array() }] }
  const bare = { ...card, baseProjector: null }
  expect(modelWith(bare, neutral, null).cohort.inCommonSpace).toEqual({ photos: [], captions: [] })
  expect(modelWith({ ...bare, sharedSpace: true }, neutral, null).cohort.inCommonSpace.photos).toEqual([photo])
})

test('a text tower that cannot encode leaves the photos, and says so; a process that is closed ends the opening', async () => {
  const store = openMemoryStore()
  const said: string[] = []
  const failing = (code: 'model-broken' | 'cancelled') => ({
    encodeTexts: () => Promise.reject(new EngineError(code, 'It cannot.'))
  })
  const rows = await neutralRows(card, failing('model-broken'), { store, log: text => said.push(text) })
  expect(rows.photos).toHaveLength(1000)
  expect(rows.captions).toEqual([])
  expect(said).toEqual([expect.stringContaining('It cannot.')])
  await expect(neutralRows(card, failing('cancelled'), { store, log })).rejects.toThrow('It cannot.')
})

/** Every row that it gives points the other way. */
function turnedAround({ dimension, source, image, text }: ProjectorWeights): Omit<ProjectorWeights, 'id'> {
  const turn = (map: ProjectorWeights['image']): ProjectorWeights['image'] => ({
    linear: map.linear && { ...map.linear, matrix: map.linear.matrix.map(value => -value) },
    words: null,
    residuals: []
  })
  return { dimension, source, image: turn(image), text: turn(text) }
}
