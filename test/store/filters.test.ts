import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ItemFilters } from '../../src/main/engine/base/domain.ts'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import { addFiles, note, photo } from './drawn.ts'

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`)

function library() {
  const store = openMemoryStore()
  const [beach, hut, diary, todo] = addFiles(
    store,
    '/home/Fotos',
    'Été 2019/beach.jpg',
    'Winter/hut.jpg',
    'diary.md',
    'todo.md'
  )
  store.items.saveReading(
    beach!,
    photo('1', {
      localMs: day('2019-07-01'),
      camera: 'Canon EOS R5',
      lens: 'RF 50mm',
      keywords: ['Sea', 'straße'],
      latitude: 41.15,
      longitude: -8.61
    })
  )
  store.items.saveReading(
    hut!,
    photo('2', { localMs: day('2021-01-02'), camera: 'FUJIFILM X100V', keywords: ['snow'] })
  )
  store.items.saveReading(
    diary!,
    note('3', ['dear diary'], {
      tags: ['sea', 'garden/roses/old'],
      date: { localMs: day('2020-05-05'), offsetMinutes: null, source: 'file-name' }
    })
  )
  return { store, beach, hut, diary, todo }
}

test('each filter finds its items, and all of them must hold', () => {
  const { store, beach, hut, diary } = library()
  const { items } = store
  expect(items.matching({})).toEqual([beach, hut, diary])
  expect(items.matching({ kind: 'note' })).toEqual([diary])
  expect(items.matching({ folders: ['été'.normalize('NFD')] })).toEqual([beach])
  expect(items.matching({ folders: ['HOME/fotos/wint'] })).toEqual([hut])
  expect(items.matching({ folders: ['fotos', 'hut'] })).toEqual([hut])
  expect(items.matching({ folders: ['100%_'] })).toEqual([])
  expect(items.matching({ afterMs: day('2020-05-05') })).toEqual([hut, diary])
  expect(items.matching({ beforeMs: day('2020-05-05') })).toEqual([beach])
  expect(items.matching({ afterMs: day('2020-01-01'), beforeMs: day('2021-01-01') })).toEqual([diary])
  expect(items.matching({ camera: 'x100' })).toEqual([hut])
  expect(items.matching({ camera: 'rf 50' })).toEqual([beach])
  expect(items.matching({ tags: ['SEA'] })).toEqual([beach, diary])
  expect(items.matching({ tags: ['sea', 'STRASSE'] })).toEqual([])
  expect(items.matching({ tags: ['sea', 'Straße'] })).toEqual([beach])
  expect(items.matching({ tags: ['se'] })).toEqual([])
  for (const tag of ['garden', 'Garden/Roses']) expect(items.matching({ tags: [tag] }), tag).toEqual([diary])
  for (const tag of ['gard', 'roses', 'garden/rose', 'garden/roses/old/er'])
    expect(items.matching({ tags: [tag] })).toEqual([])
  expect(items.matching({ near: { latitude: 41.16, longitude: -8.6, radiusKm: 5 } })).toEqual([beach])
  expect(items.matching({ kind: 'photo', tags: ['snow'], camera: 'canon' })).toEqual([])
})

test('what is asked for with a minus is left out, whatever filter it is', () => {
  const { store, beach, hut, diary } = library()
  const without = (...filters: Omit<ItemFilters, 'without'>[]) => store.items.matching({ without: filters })
  expect(without({ tags: ['sea'] })).toEqual([hut])
  expect(without({ tags: ['garden'] })).toEqual([beach, hut])
  expect(without({ folders: ['fotos/wint'] })).toEqual([beach, diary])
  expect(without({ kind: 'photo' })).toEqual([diary])
  expect(without({ kind: 'note' }, { camera: 'canon' })).toEqual([hut])
  expect(without({ afterMs: day('2020-05-05') })).toEqual([beach])
  expect(without({ near: { latitude: 41.16, longitude: -8.6, radiusKm: 5 } })).toEqual([hut, diary])
  expect(without({ isFavourite: true }, { isUnreachable: true }, { isFailed: true })).toEqual([beach, hut, diary])
  expect(store.items.matching({ kind: 'photo', without: [{ tags: ['snow'] }] })).toEqual([beach])
})

test('newest come first, and failed items by when their file changed', () => {
  const { store, beach, hut, diary, todo } = library()
  expect(store.items.newest(9, {})).toEqual([hut, diary, beach])
  expect(store.items.newest(1, { tags: ['sea'] })).toEqual([diary])
  expect(store.items.oldest(9, {})).toEqual([beach, diary, hut])
  expect(store.items.oldest(1, { tags: ['sea'] })).toEqual([beach])
  store.items.saveFailure(todo!, { kind: 'failure', code: 'no-text', reason: 'Empty.', contentHash: null })
  expect(store.items.newest(9, { isFailed: true })).toEqual([todo])
  expect(store.items.matching({ isFailed: true, kind: 'note', folders: ['todo'] })).toEqual([todo])
  expect(store.items.matching({ isFailed: false })).toEqual([beach, hut, diary])
})

/** The other formula: the spherical law of cosines. */
function distanceKm(a: readonly [number, number], b: readonly [number, number]): number {
  const [la, oa, lb, ob] = [...a, ...b].map(degrees => (degrees * Math.PI) / 180) as [number, number, number, number]
  return (
    6371.0088 *
    Math.acos(Math.min(1, Math.max(-1, Math.sin(la) * Math.sin(lb) + Math.cos(la) * Math.cos(lb) * Math.cos(oa - ob))))
  )
}

test('near is near on a round earth: over the date line, at the poles, and all the way round', () => {
  const place = fc.tuple(fc.double({ min: -90, max: 90, noNaN: true }), fc.double({ min: -180, max: 180, noNaN: true }))
  const corner = fc.constantFrom<[number, number]>(
    [0, 180],
    [0, -180],
    [89.9, 20],
    [-90, 0],
    [60, 179.9],
    [-17, -179.95]
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(place, corner), { minLength: 1, maxLength: 30 }),
      fc.oneof(place, corner),
      fc.double({ min: 0.5, max: 25_000, noNaN: true }),
      (places, centre, radiusKm) => {
        const store = openMemoryStore()
        const ids = addFiles(store, '/p', ...places.map((_, i) => `${i}.jpg`))
        store.transaction(() => {
          places.forEach(([latitude, longitude], i) =>
            store.items.saveReading(ids[i]!, photo(`${i}`, { latitude, longitude }))
          )
        })
        const near = new Set(store.items.matching({ near: { latitude: centre[0], longitude: centre[1], radiusKm } }))
        places.forEach((place, i) => {
          const gap = distanceKm(place, centre) - radiusKm
          // The formulas differ by rounding, so the rim itself is left out: acos loses metres to it.
          if (Math.abs(gap) > 0.3) expect(near.has(ids[i]!), `${String(place)} is ${gap} km out`).toBe(gap < 0)
        })
        store.close()
      }
    ),
    { numRuns: 60 }
  )
})
