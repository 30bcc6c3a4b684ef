import { expect, test } from 'vitest'
import { saveRead } from '../../src/main/engine/jobs/save-read.ts'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import type { ReadOutput } from '../../src/main/engine/workers/encoder-api.ts'
import { addFiles, note, photo, words } from '../store/drawn.ts'

test('of a file that was excluded while it was read nothing is kept, not even its thumbnail', () => {
  const store = openMemoryStore()
  const [stays = 0, goes = 0] = addFiles(store, '/x', 'a.jpg', 'b.jpg')
  const read = store.items.waiting(0, 10).map(item => ({
    item,
    output: { reading: photo(`hash of ${item.path}`), picture: null, texts: [] }
  }))
  store.items.remove([goes])

  expect(saveRead(read, store, null, { pictureWasEncoded: false })).toEqual({ failed: 0, encoded: 0 })
  expect(store.thumbnails.get(stays)).toBeDefined()
  expect(store.thumbnails.get(goes)).toBeUndefined()
  expect(store.items.counts()).toMatchObject({ indexed: 1, waiting: 0 })
})

test('a file that was a photo and is none any more has no thumbnail either', () => {
  const store = openMemoryStore()
  const [now = 0, broken = 0] = addFiles(store, '/x', 'a.jpg', 'b.jpg')
  const items = store.items.waiting(0, 10)
  const save = (readings: readonly ReadOutput['reading'][]): void => {
    const read = readings.map((reading, i) => ({ item: items[i]!, output: { reading, picture: null, texts: [] } }))
    saveRead(read, store, null, { pictureWasEncoded: true })
  }
  save([photo('hash of a photo'), photo('hash of another')])
  expect(store.thumbnails.get(now)).toBeDefined()
  save([
    note('hash of a note', ['Not a picture.']),
    { kind: 'failure', code: 'corrupt', reason: 'Damaged.', contentHash: 'hash of half' }
  ])
  expect(store.thumbnails.get(now)).toBeUndefined()
  expect(store.thumbnails.get(broken)).toBeUndefined()
})

test('a failed reading of the same content takes no good reading away: it counts as failed, is listed, and can be tried again', () => {
  const store = openMemoryStore()
  const [same = 0, other = 0] = addFiles(store, '/x', 'same.jpg', 'other.jpg')
  const items = store.items.waiting(0, 10)
  const save = (readings: readonly ReadOutput['reading'][]) =>
    saveRead(
      readings.map((reading, i) => ({ item: items[i]!, output: { reading, picture: null, texts: [] } })),
      store,
      null,
      { pictureWasEncoded: true }
    )
  save([photo('one', { title: 'harbour' }), photo('two', { title: 'harbour' })])
  store.items.readAgain(1, 0)
  const failure = { kind: 'failure', code: 'decoder-crashed', reason: 'The decoder crashed.' } as const
  expect(
    save([
      { ...failure, contentHash: 'one' },
      { ...failure, contentHash: 'changed' }
    ]).failed
  ).toBe(2)

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
  save([photo('one', { title: 'harbour' })])
  expect(store.items.counts()).toMatchObject({ indexed: 1, failed: 0 })
})
