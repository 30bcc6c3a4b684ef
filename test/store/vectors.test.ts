import { expect, test } from 'vitest'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import { addFiles, unit } from './drawn.ts'

const upright = (itemId: number, part: number, place: number, dimension = 4) =>
  ({ itemId, part, rotationDeg: 0, vector: unit(place, dimension), tokens: null }) as const

type Row = ReturnType<typeof upright>

test('embeddings come back as they were saved, upright ones in order', () => {
  const store = openMemoryStore()
  const [a, b] = addFiles(store, '/p', 'a.jpg', 'b.jpg')
  store.embeddings.save('one', [upright(b!, 0, 1), upright(a!, 0, 2), { ...upright(a!, 0, 3), rotationDeg: 180 }])
  store.embeddings.save('other', [upright(a!, 0, 0, 8)])
  expect([...store.embeddings.each('one')]).toEqual([
    { ...upright(b!, 0, 1), sequence: 1 },
    { ...upright(a!, 0, 2), sequence: 2 }
  ])
  expect(store.embeddings.get('one', { itemId: a!, part: 0 })).toEqual(unit(2))
  expect(store.embeddings.get('one', { itemId: a!, part: 0 }, 180)).toEqual(unit(3))
  expect(store.embeddings.get('one', { itemId: a!, part: 1 })).toBeUndefined()
  expect(store.embeddings.get('none', { itemId: a!, part: 0 })).toBeUndefined()
  expect(store.embeddings.count('one')).toBe(2)
  expect(store.embeddings.count('none')).toBe(0)
  expect([...store.embeddings.each('none')]).toEqual([])
  expect(store.embeddings.fetch('one', [2, 1, 999])).toEqual(Float32Array.of(...unit(2), ...unit(1), 0, 0, 0, 0))
  // Sequence 4 is the other encoder's.
  expect(store.embeddings.fetch('one', [4])).toEqual(new Float32Array(4))
})

test('a row that is saved again takes a new sequence, and no sequence comes twice', () => {
  const store = openMemoryStore()
  const [a, b] = addFiles(store, '/p', 'a.jpg', 'b.jpg')
  store.embeddings.save('one', [upright(a!, 0, 0), upright(b!, 0, 1)])
  store.embeddings.save('one', [upright(a!, 0, 2)])
  const after = [...store.embeddings.each('one', 2)]
  expect(after).toEqual([{ ...upright(a!, 0, 2), sequence: 3 }])
  store.items.remove([a!])
  const [c] = addFiles(store, '/p', 'c.jpg')
  store.embeddings.save('one', [upright(c!, 0, 0)])
  expect([...store.embeddings.each('one')].map(({ sequence }) => sequence)).toEqual([2, 4])
})

test('tokens of a text come back with it; where they are missing they are completed in place', () => {
  const store = openMemoryStore()
  const [a] = addFiles(store, '/p', 'a.md')
  const [first, second, none] = [0, 1, 2].map(part => upright(a!, part, part)) as [Row, Row, Row]
  store.embeddings.save('one', [{ ...first, tokens: Int32Array.of(3, 70_000) }, second])
  store.embeddings.save('one', [{ ...none, tokens: new Int32Array(0) }])
  store.embeddings.save('other', [first])
  expect([...store.embeddings.withoutTokens('one')]).toEqual([{ ...second, sequence: 2 }])
  store.embeddings.saveTokens('one', [{ itemId: a!, part: 1, tokens: Int32Array.of(9) }])
  const all = [
    { ...first, tokens: Int32Array.of(3, 70_000), sequence: 1 },
    { ...second, tokens: Int32Array.of(9), sequence: 2 },
    { ...none, tokens: new Int32Array(0), sequence: 3 }
  ]
  expect([...store.embeddings.each('one')]).toEqual(all)
  expect(store.embeddings.of('one', a!)).toEqual(all)
  expect([...store.embeddings.withoutTokens('one')]).toEqual([])
  expect([...store.embeddings.withoutTokens('other')]).toHaveLength(1)
})

test('one item’s vectors come by part', () => {
  const store = openMemoryStore()
  const [a, b] = addFiles(store, '/p', 'a.md', 'b.md')
  const rows = [upright(a!, 1, 1), upright(b!, 0, 2), upright(a!, 0, 3)]
  store.embeddings.save('one', [...rows, { ...upright(a!, 0, 0), rotationDeg: 90 }])
  store.projections.save('space', rows)
  expect(store.embeddings.of('one', a!)).toEqual([
    { ...upright(a!, 0, 3), sequence: 3 },
    { ...upright(a!, 1, 1), sequence: 1 }
  ])
  expect(store.projections.of('space', a!).map(({ part, vector }) => [part, vector])).toEqual([
    [0, unit(3)],
    [1, unit(1)]
  ])
  expect(store.embeddings.of('none', a!)).toEqual([])
  expect(store.projections.of('space', 99)).toEqual([])
})

test('vectors of another length, or of an item that is not there, are refused whole', () => {
  const store = openMemoryStore()
  const [a] = addFiles(store, '/p', 'a.jpg')
  store.embeddings.save('one', [upright(a!, 0, 0)])
  expect(() => store.embeddings.save('one', [upright(a!, 1, 0), upright(a!, 2, 0, 8)])).toThrow(RangeError)
  expect(() => store.embeddings.save('one', [upright(a!, 1, 0), upright(99, 0, 0)])).toThrow('FOREIGN KEY')
  expect(store.embeddings.count('one')).toBe(1)
  store.projections.save('space', [upright(a!, 0, 0)])
  expect(() => store.projections.save('space', [upright(a!, 0, 0, 8)])).toThrow(RangeError)
})

test('one encoder is forgotten without the other', () => {
  const store = openMemoryStore()
  const [a] = addFiles(store, '/p', 'a.jpg')
  for (const encoder of ['one', 'other']) store.embeddings.save(encoder, [upright(a!, 0, 0)])
  store.embeddings.deleteEncoder('one')
  expect([store.embeddings.count('one'), store.embeddings.count('other')]).toEqual([0, 1])
  store.embeddings.save('one', [upright(a!, 0, 0, 16)])
  expect(store.embeddings.get('one', { itemId: a!, part: 0 })).toHaveLength(16)
})

test('a gallery can be read while it is written to, and sees what is added meanwhile', () => {
  const store = openMemoryStore()
  const ids = addFiles(store, '/p', ...Array.from({ length: 1500 }, (_, i) => `${i}.jpg`))
  store.embeddings.save(
    'one',
    ids.slice(0, 1000).map(id => upright(id, 0, id))
  )
  let seen = 0
  for (const { itemId, vector } of store.embeddings.each('one')) {
    expect(vector).toEqual(unit(itemId))
    seen++
    if (seen === 700)
      store.embeddings.save(
        'one',
        ids.slice(1000).map(id => upright(id, 0, id))
      )
    store.projections.save('space', [{ itemId, part: 0, vector }])
  }
  expect(seen).toBe(1500)
  expect(store.projections.count('space')).toBe(1500)
})

test('projections are kept by space, with keys that come without their vectors', () => {
  const store = openMemoryStore()
  const [a, b] = addFiles(store, '/p', 'a.jpg', 'b.md')
  store.projections.save('p:image', [upright(a!, 0, 1)])
  store.projections.save('p:text', [upright(b!, 0, 2), upright(b!, 1, 3), upright(a!, 1, 0)])
  store.projections.save('p:text', [upright(b!, 0, 0)])
  expect([...store.projections.each('p:text', 2)]).toEqual([
    { itemId: b, part: 1, vector: unit(3), sequence: 3 },
    { itemId: a, part: 1, vector: unit(0), sequence: 4 },
    { itemId: b, part: 0, vector: unit(0), sequence: 5 }
  ])
  expect(store.projections.keys('p:text')).toEqual({
    sequences: Float64Array.of(3, 4, 5),
    itemIds: Float64Array.of(b!, a!, b!),
    parts: Int32Array.of(1, 1, 0)
  })
  expect(store.projections.keys('none').sequences).toHaveLength(0)
  expect(store.projections.fetch('p:text', [5, 3])).toEqual(Float32Array.of(...unit(0), ...unit(3)))
  expect(store.projections.fetch('none', [1])).toHaveLength(0)
  store.projections.deleteSpace('p:text')
  store.projections.deleteSpace('p:text')
  expect([store.projections.count('p:text'), store.projections.count('p:image')]).toEqual([0, 1])
})

test('sealed codes come back in order, and a run that is sealed anew replaces what it overlaps', () => {
  const store = openMemoryStore()
  const chunk = (...sequences: number[]) => ({
    sequences: Float64Array.from(sequences),
    codes: Int8Array.from(sequences.flatMap(sequence => [sequence, -sequence, 127])),
    scales: Float32Array.from(sequences, sequence => sequence / 2)
  })
  store.projections.saveChunk('space', chunk(5, 6, 9))
  store.projections.saveChunk('space', chunk(1, 2))
  store.projections.saveChunk('other', chunk(3))
  store.projections.saveChunk('space', chunk())
  expect([...store.projections.chunks('space')]).toEqual([chunk(1, 2), chunk(5, 6, 9)])
  store.projections.saveChunk('space', chunk(2, 5))
  expect([...store.projections.chunks('space')]).toEqual([chunk(2, 5)])
  store.projections.deleteSpace('space')
  expect([...store.projections.chunks('space')]).toEqual([])
  expect([...store.projections.chunks('other')]).toEqual([chunk(3)])
})
