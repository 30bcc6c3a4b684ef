import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { PackCard, ProjectorWeights } from '../../../src/main/engine/base/domain.ts'
import { projectEmbeddings } from '../../../src/main/engine/features/projecting/project-embeddings.ts'
import { saveRead } from '../../../src/main/engine/features/indexing/save-read.ts'
import { fromInt16, toInt16 } from '../../../src/main/engine/math/int16.ts'
import { activeModel, type ActiveModel } from '../../../src/main/engine/base/active-model.ts'
import { withId } from '../../../src/main/engine/stages/project/projector-file.ts'
import { project } from '../../../src/main/engine/stages/project/projector.ts'
import { openMemoryStore } from '../../../src/main/engine/store/database.ts'
import type { Store } from '../../../src/main/engine/store/store.ts'
import type { EncoderApi } from '../../../src/main/engine/workers/encoder-api.ts'
import { createEncoderApi } from '../../../src/main/engine/workers/encoder-service.ts'
import { writeTinyPack } from '../../stages/encode/tiny-pack.ts'
import { addFiles, note } from '../../store/drawn.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'

const folder = temporaryFolder()
const { signal } = new AbortController()
const asStored = (vector: Float32Array): Float32Array => fromInt16(toInt16(vector))
const asItIs = { linear: null, words: null, residuals: [] }
const sky = 5
/** Moves every text with “sky” far towards red. */
const words = {
  tokens: Int32Array.of(sky),
  vectors: Float32Array.of(1),
  mean: Float32Array.of(5, 0, 0),
  max: new Float32Array(3)
}
const projector = withId({ dimension: 3, source: 'made up', image: asItIs, text: { ...asItIs, words } })
let api: EncoderApi
let card: PackCard

beforeAll(async () => {
  api = createEncoderApi()
  const opened = await api.open({ packFolder: writeTinyPack(join(folder, 'tiny')), threads: 1 })
  card = opened!
})

const modelWith = (baseProjector: ProjectorWeights | null): ActiveModel => activeModel({ ...card, baseProjector })

/** Counts what goes through the encoder. */
function counting(): {
  asked: string[]
  encodeTexts: (texts: readonly string[]) => ReturnType<EncoderApi['encodeTexts']>
} {
  const asked: string[] = []
  return {
    asked,
    encodeTexts: texts => {
      asked.push(...texts)
      return api.encodeTexts({ texts })
    }
  }
}

/** Reads a note as indexing does, with the model that is open then. */
async function readNote(store: Store, text: string, model: ActiveModel): Promise<number> {
  const path = join(folder, 'note.txt')
  writeFileSync(path, text)
  const [itemId = 0] = addFiles(store, folder, 'note.txt')
  const output = await api.read({ path, sidecarPaths: [], modifiedMs: 1_600_000_000_000, encodePicture: true })
  const item = { itemId, folderId: 1, folderPath: folder, path: 'note.txt', contentHash: null, unreachable: null }
  const file = { sizeBytes: 1, modifiedMs: 1_600_000_000_000, sidecarPaths: [], sidecarStamp: '' }
  await saveRead([{ item: { ...item, ...file }, output }], {
    store,
    model: () => model,
    pictureWasEncoded: true,
    onSaved: () => undefined,
    signal: new AbortController().signal
  })
  return itemId
}

/** A library from before tokens were kept. */
function oldLibrary(texts: readonly string[]): { store: Store; itemId: number } {
  const store = openMemoryStore()
  const [itemId = 0] = addFiles(store, '/old', 'a.md')
  store.items.saveReading(itemId, note('hash', texts))
  return { store, itemId }
}

async function embed(store: Store, itemId: number): Promise<void> {
  const texts = store.items.texts(itemId)
  const encoded = await api.encodeTexts({ texts: texts.map(({ text }) => text) })
  const rows = texts.map(({ part }, i) => ({ itemId, part, rotationDeg: 0 as const, vector: encoded[i]!.vector }))
  store.embeddings.save(card.text.id, rows)
}

test('what is read is saved with its tokens, and projected with them', async () => {
  const store = openMemoryStore()
  const model = modelWith(projector)
  const itemId = await readNote(store, 'Blue sky over a zeppelin', model)
  const [row] = store.embeddings.of(card.text.id, itemId)
  expect(row?.tokens).toEqual(Int32Array.of(4, sky))
  const [projected] = store.projections.of(model.space('text'), itemId)
  const [alone] = project(projector, 'text', [row!.vector], () => row!.tokens)
  expect(projected?.vector).toEqual(asStored(alone!))
  expect(projected?.vector[0]).toBeGreaterThan(0.8)
})

test('a projector that is new takes the tokens that are there, and encodes nothing', async () => {
  const store = openMemoryStore()
  const itemId = await readNote(store, 'Blue sky', modelWith(null))
  const encoder = counting()
  const model = modelWith(projector)
  expect(await projectEmbeddings(store, model, encoder, signal)).toBe(1)
  expect(encoder.asked).toEqual([])
  expect(store.projections.of(model.space('text'), itemId)[0]?.vector[0]).toBeGreaterThan(0.8)
})

test('texts of an old library are encoded once more for their words, those that were projected without them too', async () => {
  const { store, itemId } = oldLibrary(['blue sky', 'green grass'])
  await embed(store, itemId)
  const encoder = counting()
  const model = modelWith(projector)
  const before = store.embeddings.of(card.text.id, itemId)
  store.projections.save(model.space('text'), before)
  expect(await projectEmbeddings(store, model, encoder, signal)).toBe(2)
  expect(encoder.asked).toEqual(['blue sky', 'green grass'])
  expect(store.embeddings.of(card.text.id, itemId)).toEqual([
    { ...before[0], tokens: Int32Array.of(4, sky) },
    { ...before[1], tokens: Int32Array.of(3, 6) }
  ])
  const projected = store.projections.of(model.space('text'), itemId).map(({ vector }) => vector)
  expect(projected[0]?.[0]).toBeGreaterThan(0.8)
  expect(projected[1]).toEqual(asStored(before[1]!.vector))
  expect(await projectEmbeddings(store, model, encoder, signal)).toBe(0)
  expect(encoder.asked).toHaveLength(2)
})

test('a projector without words leaves an old library’s texts as they are', async () => {
  const { store, itemId } = oldLibrary(['blue sky'])
  await embed(store, itemId)
  const encoder = counting()
  const plain = withId({ dimension: 3, source: '', image: asItIs, text: asItIs })
  expect(await projectEmbeddings(store, modelWith(plain), encoder, signal)).toBe(1)
  expect(encoder.asked).toEqual([])
  expect(store.embeddings.of(card.text.id, itemId)[0]?.tokens).toBeNull()
})

test('a text of which no words are left is not asked for again', async () => {
  const { store, itemId } = oldLibrary(['zeppelin'])
  store.embeddings.save(card.text.id, [{ itemId, part: 0, rotationDeg: 0, vector: Float32Array.of(0, 1, 0) }])
  const encoder = counting()
  expect(await projectEmbeddings(store, modelWith(projector), encoder, signal)).toBe(1)
  expect(await projectEmbeddings(store, modelWith(projector), encoder, signal)).toBe(0)
  expect(encoder.asked).toEqual(['zeppelin'])
})
