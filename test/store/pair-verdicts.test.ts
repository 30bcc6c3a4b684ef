import { expect, test } from 'vitest'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import { addFiles, note, photo } from './drawn.ts'

function library(): { store: Store; photoId: number; noteId: number } {
  const store = openMemoryStore()
  const [photoId = 0, noteId = 0] = addFiles(store, '/x', 'a.jpg', 'n.md')
  store.items.saveReading(photoId, photo('p'))
  store.items.saveReading(noteId, note('n', ['text']))
  return { store, photoId, noteId }
}

test('the last word on a photo and a text counts, until it is taken back', () => {
  const { store, photoId, noteId } = library()
  const rejected = { photoId, noteId, text: 'The hedgehog!', verdict: 'rejected' } as const
  const confirmed = { photoId, noteId: null, text: 'the hedgehog', verdict: 'confirmed' } as const
  store.pairVerdicts.set(rejected, 'the hedgehog', 1)
  expect(store.pairVerdicts.all()).toEqual([rejected])
  store.pairVerdicts.set(confirmed, 'the hedgehog', 2)
  expect(store.pairVerdicts.all()).toEqual([confirmed])
  store.pairVerdicts.set({ ...rejected, text: 'a frog' }, 'a frog', 3)
  expect(store.pairVerdicts.all()).toHaveLength(2)
  store.pairVerdicts.remove(photoId, 'the hedgehog')
  store.pairVerdicts.remove(photoId, 'never said')
  expect(store.pairVerdicts.all().map(({ text }) => text)).toEqual(['a frog'])
})

test('what was said stays when the photo is read again or its note goes, and goes with the photo', () => {
  const { store, photoId, noteId } = library()
  const said = { photoId, noteId, text: 'frog', verdict: 'confirmed' } as const
  store.pairVerdicts.set(said, 'frog', 1)
  store.items.saveReading(photoId, photo('changed'))
  expect(store.pairVerdicts.all()).toEqual([said])
  store.items.remove([noteId])
  expect(store.pairVerdicts.all()).toEqual([{ ...said, noteId: null }])
  store.pairVerdicts.set(said, 'frog', 2)
  expect(store.pairVerdicts.all()).toEqual([{ ...said, noteId: null }])
  store.items.remove([photoId])
  expect(store.pairVerdicts.all()).toEqual([])
})

test('nothing is said of a photo that is not there', () => {
  const { store } = library()
  expect(() => store.pairVerdicts.set({ photoId: 99, noteId: null, text: 'x', verdict: 'confirmed' }, 'x', 1)).toThrow()
})

test('a photo that becomes another picture keeps its verdict, and its first content has it again wherever it comes back', () => {
  const { store, photoId } = library()
  store.pairVerdicts.set({ photoId, noteId: null, text: 'frog', verdict: 'confirmed' }, 'frog', 1)
  const contentHash = photo('p').contentHash
  store.items.saveFailure(photoId, { kind: 'failure', code: 'corrupt', reason: 'Not a picture.', contentHash: null })
  store.items.remove([photoId])
  const [again = 0] = addFiles(store, '/y', 'b.jpg')
  store.items.saveReading(again, { ...photo('p'), contentHash })
  expect(store.pairVerdicts.all()).toEqual([{ photoId: again, noteId: null, text: 'frog', verdict: 'confirmed' }])
})

test('a photo that is deleted hands its verdict to another that comes to have its content, and has no say in it any more', () => {
  const { store, photoId } = library()
  const said = { photoId, noteId: null, text: 'frog', verdict: 'confirmed' } as const
  store.pairVerdicts.set(said, 'frog', 1)
  const [other = 0] = addFiles(store, '/y', 'b.jpg')
  store.items.saveReading(other, photo('another picture'))
  store.items.setAside([photoId], 2)
  expect(store.pairVerdicts.all()).toEqual([])
  store.items.saveReading(other, photo('p'))
  expect(store.pairVerdicts.all()).toEqual([{ ...said, photoId: other }])
  store.pairVerdicts.remove(other, 'frog')
  store.items.remove([photoId])
  expect(store.pairVerdicts.all()).toEqual([])
})

test('the verdict of a photo that becomes another picture goes to a photo that has its first content already', () => {
  const { store, photoId } = library()
  const [copy = 0] = addFiles(store, '/y', 'b.jpg')
  store.items.saveReading(copy, photo('p'))
  store.pairVerdicts.set({ photoId, noteId: null, text: 'frog', verdict: 'rejected' }, 'frog', 1)
  expect(store.pairVerdicts.all().map(one => one.photoId)).toEqual([photoId])
  store.items.saveReading(photoId, photo('edited'))
  expect(store.pairVerdicts.all().map(one => one.photoId)).toEqual([photoId, copy])
})

test('what is taken back of a photo does not return with its content', () => {
  const { store, photoId } = library()
  const [copy = 0] = addFiles(store, '/y', 'b.jpg')
  store.items.saveReading(copy, photo('p'))
  store.pairVerdicts.set({ photoId, noteId: null, text: 'frog', verdict: 'rejected' }, 'frog', 1)
  store.items.remove([photoId])
  expect(store.pairVerdicts.all().map(one => one.photoId)).toEqual([copy])
  store.pairVerdicts.remove(copy, 'frog')
  store.items.saveReading(copy, photo('p'))
  expect(store.pairVerdicts.all()).toEqual([])
  expect(store.pairVerdicts.kept()).toEqual([])
})
