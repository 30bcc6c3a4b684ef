import { expect, test } from 'vitest'
import { saveRead } from '../../src/main/engine/jobs/save-read.ts'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import { addFiles, photo } from '../store/drawn.ts'

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
