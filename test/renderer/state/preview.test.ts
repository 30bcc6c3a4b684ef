import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Client } from '../../../src/shared/contract.ts'
import type { Hit } from '../../../src/shared/searching.ts'
import type { ItemDetail, ItemSummary } from '../../../src/shared/items.ts'
import { EngineError } from '../../../src/shared/errors.ts'
import { PreviewState, SIMILAR_AFTER_MS } from '../../../src/renderer/src/state/preview.svelte.ts'

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
  own: { caption: null, addedTags: [], removedTags: [], isFavourite: false },
  marks: { caption: [], description: [] },
  description: `described ${itemId}`,
  tags: [],
  passages: [],
  longNote: null,
  related: []
})

/** Under this number the answer to a search arrives. */
const searchedFor = 0

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** Details arrive in the order in which the test lets them. */
function slow(): {
  engine: Pick<Client, 'item' | 'noteText' | 'search'>
  arrive: (itemId: number) => Promise<void>
  /** What was searched for, and whether it is still wanted. */
  searches: { text: string; limit: number | undefined; signal: AbortSignal | undefined }[]
} {
  const waiting = new Map<number, () => void>()
  const searches: ReturnType<typeof slow>['searches'] = []
  return {
    searches,
    engine: {
      noteText: () => Promise.resolve({ blocks: [], linked: [] }),
      search: async ({ text, limit }, options) => {
        searches.push({ text, limit, signal: options?.signal })
        await new Promise(resolve => waiting.set(searchedFor, () => resolve(null)))
        const hits = [
          { ...hit(7), stack: 7 },
          { ...hit(9), stack: 7 },
          { ...hit(8), isRelevant: false }
        ]
        return { hits, tokens: [], notices: [], hasEvidence: true, tookMs: 0 }
      },
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
  void preview.back()
  expect(preview.opened).toMatchObject({ hit: { itemId: 1 }, detail: { itemId: 1 } })
  expect(preview.trail).toEqual([])
  void preview.back()
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

test('what was left before it was known is asked for again on the way back', async () => {
  const { engine, arrive } = slow()
  const preview = new PreviewState(engine, () => undefined)
  void preview.show(hit(1))
  void preview.follow(summary(2))
  void preview.back()
  expect(preview.opened?.detail).toBeNull()
  await arrive(1)
  expect(preview.opened?.detail?.itemId).toBe(1)
})

test('photos like the one that is looked at come after all else, without the weaker ones and one of each stack, and are kept on the way back', async () => {
  const { engine, arrive, searches } = slow()
  const preview = new PreviewState(engine, () => undefined)
  void preview.show(hit(1))
  await arrive(1)
  expect(searches).toEqual([])
  await vi.advanceTimersByTimeAsync(SIMILAR_AFTER_MS)
  expect(searches).toMatchObject([{ text: 'like:1 type:photo', limit: 24 }])
  expect(preview.opened?.similar).toBeNull()
  await arrive(searchedFor)
  expect(preview.opened?.similar?.map(({ itemId }) => itemId)).toEqual([7])

  void preview.follow(summary(7))
  void preview.back()
  expect(preview.opened?.similar?.map(({ itemId }) => itemId)).toEqual([7])
  await vi.advanceTimersByTimeAsync(SIMILAR_AFTER_MS)
  expect(searches.length).toBe(1)
})

test('who leafs through asks for no similar photos; who goes on ends the search for them', async () => {
  const { engine, arrive, searches } = slow()
  const preview = new PreviewState(engine, () => undefined)
  for (const itemId of [1, 2, 3]) {
    void preview.show(hit(itemId))
    await arrive(itemId)
  }
  await vi.advanceTimersByTimeAsync(SIMILAR_AFTER_MS)
  expect(searches.map(({ text }) => text)).toEqual(['like:3 type:photo'])
  void preview.show(hit(4))
  expect(searches[0]?.signal?.aborted).toBe(true)
  await arrive(searchedFor)
  expect(preview.opened).toMatchObject({ item: { itemId: 4 }, similar: null })
})

test('a note has no similar photos, and neither has what could not be indexed', async () => {
  const searches: string[] = []
  const reply = (more: Partial<ItemDetail>): Pick<Client, 'item' | 'noteText' | 'search'> => ({
    noteText: () => Promise.resolve({ blocks: [], linked: [] }),
    item: ({ itemId }) => Promise.resolve({ ...detail(itemId), ...more }),
    search: ({ text }) => {
      searches.push(text)
      return Promise.resolve({ hits: [], tokens: [], notices: [], hasEvidence: true, tookMs: 0 })
    }
  })
  for (const more of [{ kind: 'note' }, { status: 'failed' }] as const) {
    void new PreviewState(reply(more), () => undefined).show(hit(1))
    await vi.advanceTimersByTimeAsync(SIMILAR_AFTER_MS)
  }
  expect(searches).toEqual([])
})

test('the text of a note is asked for with the question and the passage that was found, and kept on the way back', async () => {
  const { engine, arrive } = slow()
  const asked: unknown[] = []
  const noteText: (typeof engine)['noteText'] = input => {
    asked.push(input)
    return Promise.resolve({ blocks: [{ start: 0, end: 1, block: { kind: 'rule' } }], linked: [] })
  }
  const preview = new PreviewState({ ...engine, noteText }, () => undefined)
  const note: Hit = { ...hit(1), kind: 'note', snippet: { text: 'x', marks: [[0, 1]], part: 4 } }
  void preview.show(note, 'the question')
  await arrive(1)
  expect(preview.opened?.text?.blocks).toHaveLength(1)
  void preview.follow({ ...summary(2), kind: 'note' })
  await arrive(2)
  void preview.back()
  await arrive(1)
  // A beginning that only stands for the note was not found.
  void preview.show({ ...note, snippet: { text: 'x', marks: [], part: 0 } }, 'the title')
  await arrive(1)
  expect(asked).toEqual([
    { itemId: 1, text: 'the question', part: 4 },
    { itemId: 2, text: '' },
    { itemId: 1, text: 'the title' }
  ])
})
