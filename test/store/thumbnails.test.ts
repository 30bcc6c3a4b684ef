import { expect, test } from 'vitest'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'

test('thumbnails are saved, replaced, and swept when their item is gone', () => {
  const { thumbnails } = openMemoryStore()
  thumbnails.save(Array.from({ length: 2500 }, (_, i) => ({ itemId: i + 1, jpeg: Uint8Array.of(i % 256) })))
  thumbnails.save([{ itemId: 2, jpeg: Uint8Array.of(9, 9) }])
  expect([...thumbnails.get(2)!]).toEqual([9, 9])
  thumbnails.remove([5, 99_999])
  expect(thumbnails.get(5)).toBeUndefined()
  expect(thumbnails.get(6)).toBeDefined()
  thumbnails.sweep(new Set([2, 2400]))
  expect([1, 2, 3, 2400, 2500].map(id => thumbnails.get(id) !== undefined)).toEqual([false, true, false, true, false])
})

test('a batch that fails takes its thumbnails back with it', () => {
  const store = openMemoryStore()
  expect(() =>
    store.transaction(() => {
      store.thumbnails.save([{ itemId: 1, jpeg: Uint8Array.of(1) }])
      store.settings.set('devices', 1)
      throw new Error('stopped')
    })
  ).toThrow('stopped')
  expect(store.thumbnails.get(1)).toBeUndefined()
  expect(store.settings.get('devices')).toBeUndefined()
})
