import { expect, test } from 'vitest'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import { addFiles, note, photo } from './drawn.ts'

const link = (target: string, start: number, kind: 'embed' | 'wikilink' | 'link' = 'embed') => ({
  kind,
  target,
  text: `alt ${target}`,
  start,
  part: 0
})

test('links are kept in the order they stand in, and found from both ends once resolved', () => {
  const store = openMemoryStore()
  const [diary, photoId, gone] = addFiles(store, '/n', 'sub/diary.md', 'a.jpg', 'b.jpg')
  store.items.saveReading(photoId!, photo('p'))
  store.items.saveReading(diary!, note('1', ['x'], { links: [link('b.jpg', 9, 'link'), link('a.jpg', 3)] }))
  const all = [...store.links.all()]
  expect(all.map(({ target, toId, fromPath, folderId, fromId }) => [target, toId, fromPath, folderId, fromId])).toEqual(
    [
      ['b.jpg', null, 'sub/diary.md', 1, diary],
      ['a.jpg', null, 'sub/diary.md', 1, diary]
    ]
  )
  store.items.remove([gone!])
  store.links.resolve(
    all.map(({ linkId, target }) => ({
      linkId,
      toId: target === 'a.jpg' ? photoId! : gone!,
      isGuess: target === 'a.jpg'
    }))
  )
  const shown = {
    fromId: diary,
    kind: 'embed',
    target: 'a.jpg',
    text: 'alt a.jpg',
    part: 0,
    toId: photoId,
    isGuess: true
  }
  expect(store.links.to(photoId!)).toEqual([shown])
  // An item that was removed in the meantime is no target.
  expect(store.links.from(diary!)).toEqual([
    shown,
    { ...shown, kind: 'link', target: 'b.jpg', text: 'alt b.jpg', toId: null, isGuess: false }
  ])

  store.items.saveReading(diary!, note('2', ['y'], { links: [link('a.jpg', 0, 'wikilink'), link('new.jpg', 4)] }))
  expect(store.links.from(diary!).map(({ target, toId, isGuess }) => [target, toId, isGuess])).toEqual([
    ['a.jpg', photoId, true],
    ['new.jpg', null, false]
  ])
  store.items.remove([photoId!])
  expect(store.links.from(diary!).map(({ toId }) => toId)).toEqual([null, null])
})

test('links are resolved while they are walked through', () => {
  const store = openMemoryStore()
  const [diary, photoId] = addFiles(store, '/n', 'diary.md', 'a.jpg')
  store.items.saveReading(diary!, note('1', ['x'], { links: Array.from({ length: 1100 }, (_, i) => link('a.jpg', i)) }))
  for (const { linkId } of store.links.all()) store.links.resolve([{ linkId, toId: photoId!, isGuess: false }])
  expect(store.links.to(photoId!)).toHaveLength(1100)
})

test('other names of a note are kept with it, and go with its reading', () => {
  const store = openMemoryStore()
  const [diary, other] = addFiles(store, '/n', 'diary.md', 'other.md')
  const aliases = (): (readonly string[])[] => [...store.items.each()].map(item => item.aliases)
  store.items.saveReading(diary!, { ...note('1', ['x']), aliases: ['Journal', 'The "old" one'] })
  store.items.saveReading(other!, note('2', ['y']))
  expect(aliases()).toEqual([['Journal', 'The "old" one'], []])
  store.items.saveReading(diary!, note('3', ['x']))
  expect(aliases()).toEqual([[], []])
})
