import { expect, test } from 'vitest'
import type { Client, Hit, ItemDetail, ItemSummary } from '../../../src/main/engine/contract.ts'
import { EngineError } from '../../../src/main/engine/errors.ts'
import { PreviewState } from '../../../src/renderer/src/state/preview.svelte.ts'

const summary = (itemId: number): ItemSummary => ({
  itemId,
  kind: 'photo',
  folderId: 1,
  path: `/${itemId}`,
  title: `${itemId}`,
  dateMs: 0,
  widthPx: 4,
  heightPx: 3,
  thumbhash: null
})
const hit = (itemId: number): Hit => ({ ...summary(itemId), score: 1, isRelevant: true, reasons: [], snippet: null })
const detail = (itemId: number): ItemDetail => ({
  ...summary(itemId),
  status: 'indexed',
  format: 'jpeg',
  sizeBytes: 1,
  dateSource: 'exif',
  dateOffsetMinutes: null,
  latitude: null,
  longitude: null,
  camera: null,
  lens: null,
  description: `described ${itemId}`,
  tags: [],
  passages: [],
  related: []
})

/** Details arrive in the order in which the test lets them. */
function slow(): { engine: Pick<Client, 'item'>; arrive: (itemId: number) => Promise<void> } {
  const waiting = new Map<number, () => void>()
  return {
    engine: {
      item: ({ itemId }) =>
        new Promise((resolve, reject) => {
          waiting.set(itemId, () => {
            if (itemId < 100) resolve(detail(itemId))
            else reject(new EngineError('not-found', 'It is gone.'))
          })
        })
    },
    arrive: async itemId => {
      waiting.get(itemId)?.()
      await new Promise(resolve => setImmediate(resolve))
    }
  }
}

test('what is known shows at once, the rest follows', async () => {
  const { engine, arrive } = slow()
  const preview = new PreviewState(engine, () => undefined)
  void preview.show(hit(1))
  expect(preview.opened).toMatchObject({ item: { itemId: 1 }, detail: null })
  await arrive(1)
  expect(preview.opened?.detail?.description).toBe('described 1')
})

test('stepping on is not overtaken by the detail of what was left, nor is closing', async () => {
  const { engine, arrive } = slow()
  const preview = new PreviewState(engine, () => undefined)
  void preview.show(hit(1))
  void preview.show(hit(2))
  await arrive(2)
  await arrive(1)
  expect(preview.opened?.detail?.itemId).toBe(2)
  void preview.show(hit(3))
  preview.close()
  await arrive(3)
  expect(preview.opened).toBeNull()
})

test('from an item to its note and back, as it was', async () => {
  const { engine, arrive } = slow()
  const preview = new PreviewState(engine, () => undefined)
  void preview.show(hit(1))
  await arrive(1)
  void preview.follow(summary(2))
  await arrive(2)
  expect(preview.opened).toMatchObject({ hit: null, detail: { itemId: 2 } })
  preview.back()
  expect(preview.opened).toMatchObject({ hit: { itemId: 1 }, detail: { itemId: 1 } })
  expect(preview.trail).toEqual([])
  preview.back()
  expect(preview.opened?.item.itemId).toBe(1)
})

test('an item that is gone is reported', async () => {
  const { engine, arrive } = slow()
  const reported: unknown[] = []
  const preview = new PreviewState(engine, error => reported.push(error))
  void preview.show(hit(100))
  await arrive(100)
  expect(reported).toMatchObject([{ code: 'not-found' }])
})
