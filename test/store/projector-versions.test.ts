import { expect, test } from 'vitest'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import { addFiles, unit } from './drawn.ts'

const add = (store: Store, name: string, modelKey = 'towers', state: 'candidate' | 'rejected' = 'candidate'): number =>
  store.projectorVersions.add({
    ...{ projectorId: name, modelKey, state, createdMs: 7 },
    ...{ weights: Uint8Array.of(1, 2, 3), report: { seed: 4 } }
  })

const states = (store: Store) =>
  store.projectorVersions.list('towers').map(({ projectorId, state, isActive }) => [projectorId, state, isActive])

test('versions of a model come newest first, and one alone with its weights', () => {
  const store = openMemoryStore()
  const first = add(store, 'first')
  add(store, 'elsewhere', 'other towers')
  const second = add(store, 'second')
  expect(store.projectorVersions.list('towers').map(({ versionId }) => versionId)).toEqual([second, first])
  expect(store.projectorVersions.list('towers')[0]).not.toHaveProperty('weights')
  expect(store.projectorVersions.get(first)).toEqual({
    ...{ versionId: first, projectorId: 'first', modelKey: 'towers', state: 'candidate', isActive: false },
    ...{ createdMs: 7, report: { seed: 4 }, weights: Uint8Array.of(1, 2, 3) }
  })
  expect(store.projectorVersions.get(99)).toBeUndefined()
})

test('a version keeps the turns that judged it, in order; one of before has none', () => {
  const store = openMemoryStore()
  const old = add(store, 'old')
  const versionId = store.projectorVersions.add(
    {
      ...{ projectorId: 'new', modelKey: 'towers', state: 'candidate' as const, createdMs: 8 },
      ...{ weights: Uint8Array.of(9), report: {} }
    },
    [Uint8Array.of(5), Uint8Array.of(6, 7)]
  )
  expect(store.projectorVersions.turns(versionId)).toEqual([Uint8Array.of(5), Uint8Array.of(6, 7)])
  expect(store.projectorVersions.turns(old)).toEqual([])
})

test('one version is active, the one before it is retired, and it can come back', () => {
  const store = openMemoryStore()
  const first = add(store, 'first')
  const second = add(store, 'second')
  expect(store.projectorVersions.active('towers')).toBeNull()
  store.projectorVersions.activate('towers', first)
  store.projectorVersions.activate('towers', second)
  expect(states(store)).toEqual([
    ['second', 'candidate', true],
    ['first', 'retired', false]
  ])
  store.projectorVersions.activate('towers', first)
  expect(store.projectorVersions.active('towers')).toMatchObject({
    projectorId: 'first',
    weights: Uint8Array.of(1, 2, 3)
  })
  store.projectorVersions.activate('towers', null)
  expect(store.projectorVersions.active('towers')).toBeNull()
  expect(states(store)).toEqual([
    ['second', 'retired', false],
    ['first', 'retired', false]
  ])
})

test('what the gate rejected stays rejected, even when it was tried', () => {
  const store = openMemoryStore()
  const versionId = add(store, 'refused', 'towers', 'rejected')
  store.projectorVersions.activate('towers', versionId)
  store.projectorVersions.activate('towers', null)
  expect(states(store)).toEqual([['refused', 'rejected', false]])
})

test('a version that is not there cannot be activated, and the one in use stays', () => {
  const store = openMemoryStore()
  const versionId = add(store, 'first')
  store.projectorVersions.activate('towers', versionId)
  expect(() => store.projectorVersions.activate('towers', 99)).toThrow(/FOREIGN KEY/)
  expect(states(store)).toEqual([['first', 'candidate', true]])
})

test('a report can be written again', () => {
  const store = openMemoryStore()
  const versionId = add(store, 'first')
  store.projectorVersions.saveReport(versionId, { seed: 5 })
  expect(store.projectorVersions.get(versionId)?.report).toEqual({ seed: 5 })
})

test('a projection is left out when what it was made from is gone or was replaced since', () => {
  const store = openMemoryStore()
  const [a, b, c] = addFiles(store, '/p', 'a.jpg', 'b.jpg', 'c.jpg')
  const row = (itemId: number) => ({ itemId, part: 0, rotationDeg: 0, vector: unit(0) }) as const
  store.embeddings.save('one', [row(a!), row(b!), row(c!)])
  const read = (rows: Iterable<{ sequence: number }>): number[] => Array.from(rows, ({ sequence }) => sequence)
  const made = Int16Array.of(1, 2, 3, 4, 5, 6)
  const sequences = read(store.embeddings.each('one'))
  store.items.remove([a!])
  store.embeddings.save('one', [row(b!)])
  expect(store.projections.saveFrom('embedding', 'space', { sequences, vectors: made })).toBe(1)
  expect(store.projections.has('space', { itemId: b!, part: 0 })).toBe(false)
  expect(store.projections.has('space', { itemId: c!, part: 0 })).toBe(true)
  const [kept] = store.projections.eachStored('space')
  // Its own vector, though those before it were left out.
  expect(kept).toMatchObject({ itemId: c!, part: 0, vector: Int16Array.of(5, 6) })
  const next = { sequences: read(store.projections.each('space')), vectors: Int16Array.of(7, 8) }
  expect(store.projections.saveFrom('projection', 'next', next)).toBe(1)
  expect(store.embeddings.lastSequence('one')).toBe(4)
})
