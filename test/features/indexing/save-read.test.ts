import { expect, test } from 'vitest'
import { config } from '../../../src/main/engine/base/config.ts'
import { saveRead, type SaveDeps } from '../../../src/main/engine/features/indexing/save-read.ts'
import { openMemoryStore } from '../../../src/main/engine/store/database.ts'
import type { Store } from '../../../src/main/engine/store/store.ts'
import type { ReadOutput } from '../../../src/main/engine/workers/encoder-api.ts'
import { addFiles, note, photo, words } from '../../store/drawn.ts'

const depsOf = (store: Store, more: Partial<SaveDeps> = {}): SaveDeps => ({
  store,
  model: () => null,
  pictureWasEncoded: false,
  onSaved: () => undefined,
  signal: new AbortController().signal,
  ...more
})

test('of a file that was excluded while it was read nothing is kept, not even its thumbnail', async () => {
  const store = openMemoryStore()
  const [stays = 0, goes = 0] = addFiles(store, '/x', 'a.jpg', 'b.jpg')
  const read = store.items.waiting(0, 10).map(item => ({
    item,
    output: { reading: photo(`hash of ${item.path}`), picture: null, texts: [] }
  }))
  store.items.remove([goes])

  expect(await saveRead(read, depsOf(store))).toEqual({ failed: 0, encoded: 0 })
  expect(store.thumbnails.get(stays)).toBeDefined()
  expect(store.thumbnails.get(goes)).toBeUndefined()
  expect(store.items.counts()).toMatchObject({ indexed: 1, waiting: 0 })
})

test('a file that was a photo and is none any more has no thumbnail either', async () => {
  const store = openMemoryStore()
  const [now = 0, broken = 0] = addFiles(store, '/x', 'a.jpg', 'b.jpg')
  const items = store.items.waiting(0, 10)
  const save = async (readings: readonly ReadOutput['reading'][]): Promise<void> => {
    const read = readings.map((reading, i) => ({ item: items[i]!, output: { reading, picture: null, texts: [] } }))
    await saveRead(read, depsOf(store, { pictureWasEncoded: true }))
  }
  await save([photo('hash of a photo'), photo('hash of another')])
  expect(store.thumbnails.get(now)).toBeDefined()
  await save([
    note('hash of a note', ['Not a picture.']),
    { kind: 'failure', code: 'corrupt', reason: 'Damaged.', contentHash: 'hash of half' }
  ])
  expect(store.thumbnails.get(now)).toBeUndefined()
  expect(store.thumbnails.get(broken)).toBeUndefined()
})

test('a failed reading of the same content takes no good reading away: it counts as failed, is listed, and can be tried again', async () => {
  const store = openMemoryStore()
  const [same = 0, other = 0] = addFiles(store, '/x', 'same.jpg', 'other.jpg')
  const items = store.items.waiting(0, 10)
  const save = (readings: readonly ReadOutput['reading'][]) =>
    saveRead(
      readings.map((reading, i) => ({ item: items[i]!, output: { reading, picture: null, texts: [] } })),
      depsOf(store, { pictureWasEncoded: true })
    )
  await save([photo('one', { title: 'harbour' }), photo('two', { title: 'harbour' })])
  store.items.readAgain(1, 0)
  const failure = { kind: 'failure', code: 'decoder-crashed', reason: 'The decoder crashed.' } as const
  const saved = await save([
    { ...failure, contentHash: 'one' },
    { ...failure, contentHash: 'changed' }
  ])
  expect(saved.failed).toBe(2)

  expect(store.items.counts()).toMatchObject({ eligible: 2, indexed: 0, failed: 2, waiting: 0 })
  expect(store.items.matching({ isFailed: true })).toEqual([same, other])
  expect(store.items.matching({})).toEqual([same])
  expect(store.words.search(words('harbour'), 10).map(({ itemId }) => itemId)).toEqual([same])
  expect(store.thumbnails.get(same)).toBeDefined()
  expect(store.items.failures(10).map(({ itemId, reason }) => [itemId, reason])).toEqual([
    [same, 'Reading it again failed; what was read of it before is still found. The decoder crashed.'],
    [other, 'The decoder crashed.']
  ])
  expect(store.items.retry(null)).toBe(2)
  expect(store.items.counts()).toMatchObject({ failed: 0, waiting: 2 })
  await save([photo('one', { title: 'harbour' })])
  expect(store.items.counts()).toMatchObject({ indexed: 1, failed: 0 })
})

/** A store that counts the rows of passages in each of its outermost transactions. */
function counted(): { store: Store; rows: number[] } {
  const store = openMemoryStore()
  const rows: number[] = []
  let depth = 0
  const count = (): number => store.words.count()
  return {
    rows,
    store: {
      ...store,
      transaction(work) {
        const before = count()
        depth++
        try {
          return store.transaction(work)
        } finally {
          depth--
          if (depth === 0) rows.push(Math.abs(count() - before))
        }
      }
    }
  }
}

const longTexts = (count: number, word = 'plum'): string[] =>
  Array.from({ length: count }, (_, i) => `${word} number${i}`)

test('a long note is saved in transactions of a bounded size, with a turn of the loop after each', async () => {
  const { store, rows } = counted()
  addFiles(store, '/x', 'chat.txt')
  const passages = 10 * config.saveRows + 3
  const [item] = store.items.waiting(0, 1)
  let turns = 0
  const turning = setImmediate(function turn() {
    turns++
    next = setImmediate(turn)
  })
  let next = turning
  const seen: string[] = []
  await saveRead(
    [{ item: item!, output: { reading: note('n', longTexts(passages)), picture: null, texts: [] } }],
    depsOf(store, {
      onSaved(saved) {
        seen.push('parts' in saved ? `${saved.parts.from}–${saved.parts.to}` : 'whole')
        // Found by what is there, and never taken for whole.
        expect(store.items.counts()).toMatchObject({ indexed: 0, waiting: 1 })
      }
    })
  )
  clearImmediate(next)
  expect(Math.max(...rows)).toBeLessThanOrEqual(config.saveRows + 1)
  expect(turns).toBeGreaterThanOrEqual(11)
  expect(seen.slice(0, 2)).toEqual([`0–${config.saveRows}`, `${config.saveRows}–${2 * config.saveRows}`])
  expect(store.items.counts()).toMatchObject({ indexed: 1, waiting: 0 })
  expect(store.items.texts(item!.itemId)).toHaveLength(passages)
})

test.each([
  ['a short one', note('short', ['Few words.']), 'few'],
  ['a photo', photo('picture', { title: 'few' }), 'few'],
  ['what cannot be read', { kind: 'failure', code: 'corrupt', reason: 'Damaged.', contentHash: 'c' } as const, null]
])('a long note that became %s goes in transactions of a bounded size', async (_, reading, word) => {
  const { store, rows } = counted()
  addFiles(store, '/x', 'chat.txt')
  const [item] = store.items.waiting(0, 1)
  const { itemId } = item!
  store.items.saveReading(itemId, note('n', longTexts(10 * config.saveRows)))
  rows.length = 0

  await saveRead([{ item: item!, output: { reading, picture: null, texts: [] } }], depsOf(store))
  expect(Math.max(...rows)).toBeLessThanOrEqual(2 * config.saveRows + 1)
  expect(store.leaving.ids()).toEqual(new Set())
  expect(store.words.count()).toBe(word === null ? 0 : reading.kind === 'note' ? 2 : 1)
  expect(store.items.texts(itemId)).toHaveLength(reading.kind === 'failure' ? 0 : 1)
  if (word !== null) expect(store.words.search(words(word), 9)).toHaveLength(1)
})

test('a long note that is stopped in the middle waits, keeps what it said further down, and is whole after the next reading', async () => {
  const store = openMemoryStore()
  addFiles(store, '/x', 'chat.txt')
  const passages = 4 * config.saveRows
  const [item] = store.items.waiting(0, 1)
  const { itemId } = item!
  const read = (word: string, count = passages) => [
    { item: item!, output: { reading: note(word, longTexts(count, word)), picture: null, texts: [] } }
  ]
  const found = (word: string): number =>
    store.words.search(words(word), 10_000).filter(match => match.itemId === itemId).length

  await saveRead(read('plum'), depsOf(store))
  const controller = new AbortController()
  let steps = 0
  const stop = (): void => {
    if (++steps === 2) controller.abort()
  }
  await saveRead(read('quince'), depsOf(store, { signal: controller.signal, onSaved: stop }))

  expect(store.items.counts()).toMatchObject({ indexed: 0, waiting: 1 })
  expect(store.items.waiting(0, 10).map(one => one.itemId)).toEqual([itemId])
  expect([found('quince'), found('plum')]).toEqual([2 * config.saveRows, 2 * config.saveRows])

  await saveRead(read('quince', passages - 7), depsOf(store))
  expect(store.items.counts()).toMatchObject({ indexed: 1, waiting: 0 })
  expect([found('quince'), found('plum')]).toEqual([passages - 7, 0])
})

test('photos are saved a few at a time, so that a question waits for no more than those', async () => {
  const { store, rows } = counted()
  addFiles(store, '/x', ...Array.from({ length: 32 }, (_, i) => `${i}.jpg`))
  const read = store.items.waiting(0, 32).map(item => ({
    item,
    output: { reading: photo(item.path), picture: null, texts: [] }
  }))
  await saveRead(read, depsOf(store))
  expect(rows).toEqual([8, 8, 8, 8])
  expect(config.saveItems).toBe(8)
})
