import { expect, test } from 'vitest'
import { saveRead } from '../../src/main/engine/jobs/save-read.ts'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import type { ReadOutput } from '../../src/main/engine/workers/encoder-api.ts'
import { addFiles, note, photo } from '../store/drawn.ts'

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
