import { readFileSync } from 'node:fs'
import { beforeAll, expect, test, vi } from 'vitest'
import { activeModel, type ActiveModel } from '../../../src/main/engine/base/active-model.ts'
import { Galleries } from '../../../src/main/engine/features/searching/galleries.ts'
import { pictureNotes } from '../../../src/main/engine/features/searching/picture-notes.ts'
import type { Question } from '../../../src/main/engine/features/searching/question.ts'
import { loadKernels, type Kernels } from '../../../src/main/engine/stages/search/kernels.ts'
import { openMemoryStore } from '../../../src/main/engine/store/database.ts'
import { addFiles, note, unit } from '../../store/drawn.ts'
import { buildKernels, kernelsPath } from '../../tools/build-kernels.ts'
import { drawnModel } from '../learning/drawn-training-library.ts'

let kernels: Kernels

beforeAll(async () => {
  await buildKernels()
  kernels = loadKernels(readFileSync(kernelsPath))
})

function model(text: string): ActiveModel {
  const { card } = drawnModel
  return activeModel({ ...card, text: { ...card.text, id: text }, baseProjector: null })
}

test('galleries stay those of the model that a question was encoded with when another model comes into use', () => {
  const store = openMemoryStore()
  const [a, b] = addFiles(store, '/n', 'a.md', 'b.md') as [number, number]
  for (const itemId of [a, b]) store.items.saveReading(itemId, note(String(itemId), ['x']))
  const row = (itemId: number) => ({ itemId, part: 0, rotationDeg: 0 as const, vector: unit(0, 8) })
  store.embeddings.save('first', [row(a)])
  store.embeddings.save('second', [row(b)])

  const galleries = new Galleries(store, kernels)
  galleries.use(model('first'))
  const ofFirst = galleries.now
  galleries.use(model('second'))
  const found = (one: Galleries['now']) =>
    one
      ?.get('texts')
      ?.search(unit(0, 8), { limit: 5 })
      .hits.map(({ itemId }) => itemId)
  expect(found(ofFirst)).toEqual([a])
  expect(found(galleries.now)).toEqual([b])

  const ofSecond = galleries.now
  galleries.use(model('second'))
  expect(galleries.now).toBe(ofSecond)
  store.close()
})

test('the galleries of the model in use last are read at the next start, before any model is open', () => {
  const store = openMemoryStore()
  new Galleries(store, kernels).use(model('first'))
  const next = new Galleries(store, kernels)
  expect(next.now).toBeNull()
  next.prepare()
  expect(next.now?.spaces).toMatchObject({ text: { id: 'first' }, projector: null })
  store.close()
})

test('galleries that are read ahead follow what is saved and removed meanwhile, and a question reads the rest at once', async () => {
  const store = openMemoryStore()
  const rows = 1500
  const ids = addFiles(store, '/n', ...Array.from({ length: rows }, (_, i) => `${i}.md`))
  for (const itemId of ids) store.items.saveReading(itemId, note(String(itemId), ['x']))
  const at = (itemId: number, degrees: number) => ({
    ...{ itemId, part: 0, rotationDeg: 0 as const },
    vector: Float32Array.from(unit(0, 8), (_, i) => [Math.cos(degrees / 57.3), Math.sin(degrees / 57.3)][i] ?? 0)
  })
  store.embeddings.save(
    'first',
    ids.map((itemId, i) => at(itemId, 10 + (80 * i) / rows))
  )
  const [first = 0, second = 0] = ids
  const last = ids.at(-1) ?? 0
  const galleries = new Galleries(store, kernels)
  galleries.use(model('first'))
  const texts = () => galleries.now?.get('texts') ?? null
  galleries.readAhead(error => expect(error).toBeUndefined())
  // One turn of the event loop: the first rows are read, the last ones are not.
  await new Promise(resolve => setImmediate(resolve))
  store.items.remove([first])
  galleries.remove([first])
  store.embeddings.save('first', [at(second, 1)])
  store.embeddings.save('first', [at(last, 2)])
  galleries.follow([second, last])
  const found = () =>
    texts()
      ?.search(unit(0, 8), { limit: 3 })
      .hits.map(({ itemId }) => itemId)
  expect(found()).toEqual([second, last, ids[2]])
  expect(texts()?.size).toBe(rows - 1)

  galleries.reload()
  await galleries.now?.readAhead(new AbortController().signal)
  const each = vi.spyOn(store.embeddings, 'each')
  expect(texts()?.size).toBe(rows - 1)
  expect(each).not.toHaveBeenCalled()
  galleries.reload()
  galleries.close()
  store.close()
  await new Promise(resolve => setImmediate(resolve))
})

test('a question without a picture reads no gallery that only pictures need', () => {
  const store = openMemoryStore()
  const get = vi.fn(() => null)
  const asked = { model: { active: model('first'), galleries: { get } }, picture: null, same: [] }
  expect(pictureNotes(asked as unknown as Question, store)).toEqual([])
  expect(get).not.toHaveBeenCalled()
  store.close()
})
