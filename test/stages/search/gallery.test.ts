import { readFileSync } from 'node:fs'

import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'

import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { Gallery, type GalleryRow } from '../../../src/main/engine/stages/search/gallery.ts'
import { loadKernels, type Kernels } from '../../../src/main/engine/stages/search/kernels.ts'
import { quantiseRun } from '../../../src/main/engine/stages/search/quantise.ts'
import { buildKernels, kernelsPath } from '../../tools/build-kernels.ts'

let kernels: Kernels

beforeAll(async () => {
  await buildKernels()
  kernels = loadKernels(readFileSync(kernelsPath))
})

/** Unit vectors around a few centres, as encoders give them. */
function clustered(n: number, k: number, seed: number): GalleryRow[] {
  const random = seededRandom(seed)
  const centres = Array.from({ length: 8 }, () => Float32Array.from({ length: k }, random.normal))
  return Array.from({ length: n }, (_, sequence) => {
    const centre = centres[random.below(8)]!
    const vector = unit(centre.map(value => value + random.normal()))
    // Three parts an item, as the passages of a note.
    return { itemId: 1 + Math.floor(sequence / 3), part: sequence % 3, sequence, vector }
  })
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return vector.map(value => value / length)
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}

/** The obvious way: every row in double precision, then the best part of each item. */
function naive(rows: readonly GalleryRow[], query: Float32Array, limit: number, allowed?: ReadonlySet<number>) {
  const best = new Map<number, { itemId: number; part: number; cosine: number }>()
  for (const { itemId, part, vector } of rows) {
    if (allowed?.has(itemId) === false) continue
    const hit = { itemId, part, cosine: cosine(query, vector) }
    const other = best.get(itemId)
    if (!other || hit.cosine > other.cosine || (hit.cosine === other.cosine && part < other.part)) best.set(itemId, hit)
  }
  return [...best.values()].sort((a, b) => b.cosine - a.cosine || a.itemId - b.itemId).slice(0, limit)
}

const nothingStored = () => {
  throw new Error('nothing is stored')
}
const stored = (rows: readonly GalleryRow[], k: number) => (sequences: readonly number[]) => {
  const bySequence = new Map(rows.map(row => [row.sequence, row.vector]))
  const vectors = new Float32Array(sequences.length * k)
  sequences.forEach((sequence, i) => vectors.set(bySequence.get(sequence)!, i * k))
  return vectors
}

test('the best fifty are exactly those of the naive loop, whatever the dimension, size and filter', () => {
  const world = fc.record({
    k: fc.integer({ min: 1, max: 300 }),
    n: fc.integer({ min: 1, max: 9000 }),
    seed: fc.integer(),
    limit: fc.constantFrom(1, 50, 200),
    oneIn: fc.constantFrom(1, 2, 50)
  })
  fc.assert(
    fc.property(world, ({ k, n, seed, limit, oneIn }) => {
      const rows = clustered(n, k, seed)
      const gallery = new Gallery({ kernels, dimension: k, fetch: nothingStored })
      gallery.add(rows)
      const query = clustered(1, k, seed + 1)[0]!.vector
      const allowed = oneIn === 1 ? undefined : new Set(rows.map(row => row.itemId).filter(id => id % oneIn === 0))
      const { hits } = gallery.search(query, allowed ? { limit, allowed } : { limit })
      expect(hits).toEqual(naive(rows, query, limit, allowed))
    }),
    { numRuns: 20 }
  )
})

test('a gallery too large for its vectors fetches those in doubt and answers the same', () => {
  const [k, rows] = [48, clustered(20_000, 48, 7)]
  const held = new Gallery({ kernels, dimension: k, fetch: nothingStored })
  const fetching = new Gallery({ kernels, dimension: k, fetch: stored(rows, k), exactBytes: 4096 * k * 4 })
  held.add(rows)
  fetching.add(rows)
  for (let seed = 0; seed < 5; seed++) {
    const query = clustered(1, k, 100 + seed)[0]!.vector
    expect(fetching.search(query, { limit: 50 })).toEqual(held.search(query, { limit: 50 }))
  }
})

test('a gallery opened from sealed codes answers as the one that saw the vectors, without the rows that are gone', () => {
  const k = 20
  const rows = clustered(5000, k, 3)
  const run = quantiseRun(Float32Array.from(rows.flatMap(row => [...row.vector])), k)
  const left = rows.filter(row => row.sequence % 7 !== 0)
  const gallery = new Gallery({ kernels, dimension: k, fetch: stored(rows, k) })
  gallery.addCodes(
    { sequences: Float64Array.from(rows, row => row.sequence), ...run },
    {
      sequences: Float64Array.from(left, row => row.sequence),
      itemIds: Float64Array.from(left, row => row.itemId),
      parts: Int32Array.from(left, row => row.part)
    }
  )
  const query = clustered(1, k, 4)[0]!.vector
  expect(gallery.size).toBe(left.length)
  expect(gallery.search(query, { limit: 50 }).hits).toEqual(naive(left, query, 50))
})

test('adding, replacing and removing in any order leaves what a plain list would hold', () => {
  const k = 8
  const random = seededRandom(5)
  const change = fc.record({
    itemId: fc.integer({ min: 0, max: 30 }),
    part: fc.integer({ min: 0, max: 3 }),
    kind: fc.constantFrom('add', 'add', 'remove', 'remove part')
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), changes => {
      const gallery = new Gallery({ kernels, dimension: k, fetch: nothingStored })
      let list: GalleryRow[] = []
      changes.forEach(({ itemId, part, kind }, sequence) => {
        const isSame = (row: GalleryRow) => row.itemId === itemId && (kind === 'remove' || row.part === part)
        list = list.filter(row => !isSame(row))
        if (kind === 'remove') gallery.remove(itemId)
        else if (kind === 'remove part') gallery.remove(itemId, part)
        else {
          const row = { itemId, part, sequence, vector: unit(Float32Array.from({ length: k }, random.normal)) }
          list.push(row)
          gallery.add([row])
        }
      })
      const query = unit(Float32Array.from({ length: k }, random.normal))
      expect(gallery.size).toBe(list.length)
      expect(gallery.search(query, { limit: 50 }).hits).toEqual(naive(list, query, 50))
      const keys = [...list, { itemId: 99, part: 0 }]
      expect(gallery.cosines(query, keys)).toEqual([...list.map(row => cosine(query, row.vector)), null])
    })
  )
})

test('a note with hundreds of fitting passages is one hit and hides nobody', () => {
  const near = unit(Float32Array.of(1, 0.1))
  const gallery = new Gallery({ kernels, dimension: 2, fetch: nothingStored })
  gallery.add(Array.from({ length: 9000 }, (_, part) => ({ itemId: 1, part, sequence: part, vector: near })))
  gallery.add(
    [2, 3].map(itemId => ({ itemId, part: 0, sequence: 9000 + itemId, vector: unit(Float32Array.of(-1, itemId)) }))
  )
  const { hits } = gallery.search(Float32Array.of(1, 0), { limit: 3 })
  expect(hits.map(hit => [hit.itemId, hit.part])).toEqual([
    [1, 0],
    [3, 0],
    [2, 0]
  ])
})

test('equal cosines come in the order of their item ids, also across the limit', () => {
  const vector = Float32Array.of(0.6, 0.8)
  const gallery = new Gallery({ kernels, dimension: 2, fetch: nothingStored })
  gallery.add([9, 4, 7, 2, 8].map((itemId, sequence) => ({ itemId, part: 0, sequence, vector })))
  expect(gallery.search(vector, { limit: 3 }).hits.map(hit => hit.itemId)).toEqual([2, 4, 7])
})

test('the spread is that of ordinary rows: the matching tail and the filter do not move it', () => {
  const [k, n] = [64, 20_000]
  const random = seededRandom(11)
  const query = unit(Float32Array.from({ length: k }, random.normal))
  const noise = Array.from({ length: n }, (_, i) => ({
    itemId: i + 1,
    part: 0,
    sequence: i,
    vector: unit(Float32Array.from({ length: k }, random.normal))
  }))
  const gallery = new Gallery({ kernels, dimension: k, fetch: nothingStored })
  gallery.add(noise)
  // Random directions in k dimensions: mean 0, standard deviation 1/√k.
  const before = gallery.search(query, { limit: 1 }).spread
  expect(before.count).toBe(n)
  expect(before.mean).toBeCloseTo(0, 2)
  expect(before.standardDeviation * Math.sqrt(k)).toBeCloseTo(1, 1)
  gallery.add(noise.slice(0, n / 200).map(row => ({ ...row, vector: query })))
  const { spread, hits } = gallery.search(query, { limit: 5, allowed: new Set([n]) })
  expect(hits.map(hit => hit.itemId)).toEqual([n])
  expect(Math.abs(spread.mean - before.mean)).toBeLessThan(0.05 * before.standardDeviation)
  expect(spread.standardDeviation / before.standardDeviation).toBeCloseTo(1, 1)
})

test('an empty gallery, an empty filter and a query of nothing are answered calmly', () => {
  const gallery = new Gallery({ kernels, dimension: 3, fetch: nothingStored })
  const query = Float32Array.of(1, 0, 0)
  expect(gallery.search(query, { limit: 10 })).toEqual({
    hits: [],
    distinct: 0,
    spread: { count: 0, mean: 0, standardDeviation: 0 }
  })
  gallery.add([{ itemId: 1, part: 0, sequence: 1, vector: query }])
  expect(gallery.search(query, { limit: 10, allowed: new Set() }).hits).toEqual([])
  expect(gallery.search(query, { limit: 10, allowed: new Set([5]) }).hits).toEqual([])
  expect(gallery.search(new Float32Array(3), { limit: 10 }).hits).toEqual([{ itemId: 1, part: 0, cosine: 0 }])
  expect(() => gallery.search(new Float32Array(4), { limit: 1 })).toThrow(RangeError)
})

test('rows with the same vector are counted once, whatever is added, replaced, removed and filtered', () => {
  const places = 6
  const vectors = clustered(places, 24, 3).map(row => row.vector)
  const step = fc.record({
    isRemoved: fc.boolean(),
    itemId: fc.integer({ min: 1, max: 12 }),
    vector: fc.integer({ min: 0, max: places - 1 })
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.array(fc.integer({ min: 1, max: 12 })), (steps, filter) => {
      const gallery = new Gallery({ kernels, dimension: 24, fetch: nothingStored })
      const there = new Map<number, number>()
      for (const [sequence, { isRemoved, itemId, vector }] of steps.entries()) {
        if (isRemoved) gallery.remove(itemId)
        else gallery.add([{ itemId, part: 0, sequence, vector: vectors[vector]! }])
        if (isRemoved) there.delete(itemId)
        else there.set(itemId, vector)
      }
      const allowed = new Set(filter)
      const different = (ids: Iterable<number>) => new Set([...ids].map(itemId => there.get(itemId))).size
      expect(gallery.search(vectors[0]!, { limit: 3 }).distinct).toBe(different(there.keys()))
      const kept = [...there.keys()].filter(itemId => allowed.has(itemId))
      expect(gallery.search(vectors[0]!, { limit: 3, allowed }).distinct).toBe(different(kept))
    }),
    { numRuns: 50 }
  )
})

test('a sample is some of the rows, or all of few, and the same in whatever order they came', () => {
  const rows = clustered(50, 16, 4)
  const gallery = new Gallery({ kernels, dimension: 16, fetch: nothingStored })
  expect(gallery.sample(5)).toEqual([])
  gallery.add(rows)
  expect(gallery.sample(100)).toEqual(rows.map(({ vector }) => vector))
  const five = gallery.sample(5)
  expect(
    new Set(five.map(vector => rows.findIndex(row => row.vector.every((value, i) => value === vector[i])))).size
  ).toBe(5)
  const other = new Gallery({ kernels, dimension: 16, fetch: nothingStored })
  other.add(rows.toReversed())
  for (const { itemId } of rows.slice(10, 30)) other.remove(itemId)
  other.add(rows.slice(10, 30))
  expect(other.sample(5)).toEqual(five)
  const fetched = new Gallery({ kernels, dimension: 16, fetch: stored(rows, 16) })
  const sequences = Float64Array.from(rows, row => row.sequence)
  fetched.addCodes(
    { sequences, ...quantiseRun(Float32Array.from(rows.flatMap(row => [...row.vector])), 16) },
    {
      sequences,
      itemIds: Float64Array.from(rows, row => row.itemId),
      parts: Int32Array.from(rows, row => row.part)
    }
  )
  expect(fetched.sample(5)).toEqual(gallery.sample(5))
  expect(fetched.search(rows[0]!.vector, { limit: 1 }).distinct).toBe(50)
})
