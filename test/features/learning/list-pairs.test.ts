import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { confirmPair, listPairs, readinessOf } from '../../../src/main/engine/features/learning/list-pairs.ts'
import { minedPairs } from '../../../src/main/engine/features/learning/mined-pairs.ts'
import { openMemoryStore } from '../../../src/main/engine/store/database.ts'
import type { Store } from '../../../src/main/engine/store/store.ts'
import { addFiles, note, photo, unit } from '../../store/drawn.ts'

const detailed = ['3c5a69f01e87b4d2', 'a5c3960fe1784b2d', '0f69c35a87b41ed2']

/** Three photos of one folder: two with words, and a third that a note shows. */
function library(): { store: Store; ids: number[] } {
  const store = openMemoryStore()
  const ids = addFiles(store, '/x', 'a.jpg', 'b.jpg', 'red bicycle wall.jpg', 'n.md')
  const [a = 0, b = 0, c = 0, n = 0] = ids
  const words = [{ description: 'A hedgehog' }, { title: 'The frog' }, {}]
  for (const [i, itemId] of [a, b, c].entries())
    store.items.saveReading(
      itemId,
      photo(`${i}`, { ...words[i], localMs: i * 60_000 }, { perceptualHash: detailed[i]! })
    )
  const link = { kind: 'embed', target: 'red bicycle wall.jpg', text: 'Our bicycle', start: 0, part: 0 } as const
  store.items.saveReading(n, note('n', ['We went far.'], { links: [link] }))
  store.links.resolve([...store.links.all()].map(({ linkId }) => ({ linkId, toId: c, isGuess: false })))
  return { store, ids }
}

test('of a photo that was not read nothing can be said: it would be lost with the item', () => {
  const { store } = library()
  const [itemId = 0] = addFiles(store, '/y', 'new.jpg')
  const said = { photoId: itemId, text: 'A boat', verdict: 'rejected' } as const
  expect(() => confirmPair(store, said, 1)).toThrow(/Nothing was read of this photo yet.*Nothing was changed/)
  expect(store.pairVerdicts.kept()).toEqual([])
  store.items.saveReading(itemId, photo('new'))
  confirmPair(store, said, 1)
  store.items.remove([itemId])
  expect(store.pairVerdicts.kept()).toMatchObject([{ contentHash: 'new', text: 'A boat', verdict: 'rejected' }])
})

test('pairs come best first with absolute paths, counted by reason', async () => {
  const { store, ids } = library()
  const [a = 0, b = 0, c = 0, n = 0] = ids
  const { pairs, counts, readiness } = await listPairs(store, null, 100)
  expect(pairs.map(pair => [pair.photoId, pair.noteId, pair.photoPath, pair.reason, pair.weight])).toEqual([
    [a, null, '/x/a.jpg', 'description', 1],
    [c, n, '/x/red bicycle wall.jpg', 'alt-text', 1],
    [b, null, '/x/b.jpg', 'title', 0.9],
    [c, n, '/x/red bicycle wall.jpg', 'embed', 0.6],
    [c, null, '/x/red bicycle wall.jpg', 'file-name', 0.4]
  ])
  expect(Object.fromEntries(counts.map(({ reason, pairs: count }) => [reason, count]))).toEqual({
    ...{ description: 1, title: 1, 'alt-text': 1, embed: 1, 'file-name': 1 }
  })
  expect(readiness).toEqual({
    ...{ pairs: 5, photos: 3, different: 3, groups: 3, level: 'none', missing: 97, missingGroups: 47 }
  })
})

test('what is counted does not depend on how many are listed', async () => {
  const { store } = library()
  expect(await listPairs(store, null, 1)).toEqual({
    ...(await listPairs(store, null, 100)),
    pairs: (await listPairs(store, null, 100)).pairs.slice(0, 1)
  })
})

test('a rejected pair is listed last and counts no more, until that is taken back', async () => {
  const { store, ids } = library()
  const before = await listPairs(store, null, 100)
  const said = { photoId: ids[0]!, text: 'a hedgehog!' }
  confirmPair(store, { ...said, verdict: 'rejected' }, 1)
  const { pairs, counts, readiness } = await listPairs(store, null, 100)
  expect(pairs.at(-1)).toMatchObject({ photoId: ids[0], reason: 'description', verdict: 'rejected' })
  expect(counts.some(({ reason }) => reason === 'description')).toBe(false)
  expect(readiness).toMatchObject({ pairs: 4, photos: 2, different: 2, groups: 2 })
  const { pairs: trained, groupOf } = await minedPairs(store, null)
  expect(trained.some(({ photoId }) => photoId === ids[0])).toBe(false)
  expect([...groupOf.keys()]).toEqual([ids[1], ids[2]])

  confirmPair(store, { ...said, verdict: null }, 2)
  expect(await listPairs(store, null, 100)).toEqual(before)
})

test('only a photo that is in the library can be confirmed', () => {
  const { store, ids } = library()
  for (const photoId of [ids[3]!, 999])
    expect(() => confirmPair(store, { photoId, text: 'x', verdict: 'confirmed' }, 1)).toThrow(
      expect.objectContaining({ code: 'not-found' })
    )
})

test('a search goes first at every step of the work, however long one takes, and the answer is the same', async () => {
  const { store } = library()
  const inOnePiece = await listPairs(store, null, 100)
  // Each step seems to last longer than a turn may.
  let nowMs = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 100))
  onTestFinished(() => clock.mockRestore())
  let answered = 0
  const answer = (): void => {
    answered++
    next = setImmediate(answer)
  }
  let next = setImmediate(answer)
  expect(await listPairs(store, null, 100)).toEqual(inOnePiece)
  clearImmediate(next)
  // Of each photo what is written in it, its name and its texts are looked at.
  expect(answered).toBeGreaterThan(3 * 3)
})

describe('photos that show the same count as one', () => {
  const groupsOf = async (store: Store, encoder: string | null = null) =>
    (await listPairs(store, encoder, 1)).readiness.different

  test('by their hash', async () => {
    const { store, ids } = library()
    store.items.saveReading(ids[1]!, photo('other', { title: 'The frog' }, { perceptualHash: '3c5a69f01e87b4d3' }))
    expect(await groupsOf(store)).toBe(2)
  })

  test('taken within seconds, unless only the file’s own time says so', async () => {
    const { store, ids } = library()
    const reading = (source: 'exif' | 'file') => {
      const one = photo('other', { title: 'The frog', localMs: 2000 }, { perceptualHash: '3c5a69f01e87bb2d' })
      return { ...one, metadata: { ...one.metadata, date: { ...one.metadata.date, source } } }
    }
    store.items.saveReading(
      ids[0]!,
      photo('0', { description: 'A hedgehog', localMs: 0 }, { perceptualHash: detailed[0]! })
    )
    store.items.saveReading(ids[1]!, reading('file'))
    expect(await groupsOf(store)).toBe(3)
    store.items.saveReading(ids[1]!, reading('exif'))
    expect(await groupsOf(store)).toBe(2)
  })

  test('by what the encoder sees, where the hash leaves a doubt', async () => {
    const { store, ids } = library()
    store.items.saveReading(ids[1]!, photo('other', { title: 'The frog' }, { perceptualHash: '0c6a59e01e87b4d2' }))
    store.embeddings.save(
      'encoder',
      ids.slice(0, 2).map(itemId => ({ itemId, part: 0, rotationDeg: 0, vector: unit(1) }))
    )
    expect(await groupsOf(store)).toBe(3)
    expect(await groupsOf(store, 'encoder')).toBe(2)
  })
})

test.each([
  [99, 'none', 1],
  [100, 'few', 200],
  [299, 'few', 1],
  [300, 'enough', 0]
])('%i different photos are %s, and %i more reach the next level', (different, level, missing) => {
  const photos = Array.from({ length: different + 5 }, (_, photoId) => photoId)
  const alikeOf = new Map(photos.map(photoId => [photoId, photoId % different]))
  const groupOf = new Map(photos.map(photoId => [photoId, photoId % 60]))
  expect(readinessOf({ pairs: [], alikeOf, groupOf })).toEqual({
    ...{ pairs: 0, photos: different + 5, different, groups: 60, level, missing, missingGroups: 0 }
  })
})

test('photos enough of too few notes and subjects are none to be judged by', () => {
  const photos = Array.from({ length: 400 }, (_, photoId) => photoId)
  const alikeOf = new Map(photos.map(photoId => [photoId, photoId]))
  const groupOf = new Map(photos.map(photoId => [photoId, photoId % 39]))
  expect(readinessOf({ pairs: [], alikeOf, groupOf })).toMatchObject({ level: 'none', missing: 0, missingGroups: 11 })
})

test('photos of one note are of one group, though they differ and have words of their own', async () => {
  const { store, ids } = library()
  expect(new Set((await minedPairs(store, null)).groupOf.values()).size).toBe(3)
  const [a = 0, , c = 0, n = 0] = ids
  store.items.saveReading(
    n,
    note('n', ['We went far.'], {
      links: [c, a].map((_, i) => ({
        kind: 'embed',
        target: i === 0 ? 'red bicycle wall.jpg' : 'a.jpg',
        text: '',
        start: 0,
        part: 0
      }))
    })
  )
  store.links.resolve(
    [...store.links.all()].map(({ linkId, target }) => ({ linkId, toId: target === 'a.jpg' ? a : c, isGuess: false }))
  )
  const { groupOf } = await minedPairs(store, null)
  expect(groupOf.get(a)).toBe(groupOf.get(c))
  expect(new Set(groupOf.values()).size).toBe(2)
})
