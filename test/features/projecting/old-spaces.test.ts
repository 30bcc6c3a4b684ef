import { expect, test } from 'vitest'
import {
  dropOldSpaces,
  keepSpaces,
  oldSpaces,
  rememberOld
} from '../../../src/main/engine/features/projecting/old-spaces.ts'
import { openMemoryStore } from '../../../src/main/engine/store/database.ts'
import type { Store } from '../../../src/main/engine/store/store.ts'
import { addFiles, photo, unit } from '../../store/drawn.ts'

const control = { signal: new AbortController().signal, pace: () => Promise.resolve() }

/** Two photos, projected into each of these spaces. */
function projected(...spaces: readonly string[]): Store {
  const store = openMemoryStore()
  for (const itemId of addFiles(store, '/p', 'a.jpg', 'b.jpg')) {
    store.items.saveReading(itemId, photo(`${itemId}`))
    store.embeddings.save('tower', [{ itemId, part: 0, rotationDeg: 0, vector: unit(itemId) }])
    for (const space of spaces) store.projections.save(space, [{ itemId, part: 0, vector: unit(itemId) }])
  }
  return store
}

async function drop(store: Store): Promise<number> {
  let rows = 0
  for await (const deleted of dropOldSpaces(store, null, control)) rows += deleted
  return rows
}

test('what a full disk kept a switch from deleting is deleted later, and nothing else', async () => {
  const store = projected('old', 'older', 'now')
  rememberOld(store, ['old', 'older'])
  const full: Store = {
    ...store,
    projections: {
      ...store.projections,
      deleteRows(space, limit) {
        if (space === 'older') throw new Error('The disk is full.')
        return store.projections.deleteRows(space, limit)
      }
    }
  }
  await expect(drop(full)).rejects.toThrow('The disk is full.')
  expect(oldSpaces(store)).toEqual(['older'])
  expect(await drop(store)).toBe(2)
  expect(['old', 'older', 'now'].map(space => store.projections.count(space))).toEqual([0, 0, 2])
  expect(oldSpaces(store)).toEqual([])
  expect(await drop(store)).toBe(0)
})

test('a version that was chosen again keeps what is left of it', async () => {
  const store = projected('chosen', 'old')
  rememberOld(store, ['chosen', 'old'])
  keepSpaces(store, ['chosen'])
  await drop(store)
  expect(['chosen', 'old'].map(space => store.projections.count(space))).toEqual([2, 0])
})
