import { expect, test } from 'vitest'
import { KeptSearches } from '../../src/main/engine/features/searching/kept-searches.ts'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import { Completer } from '../../src/main/engine/features/searching/suggestions.ts'
import { addFiles, note, photo } from '../store/drawn.ts'

const at = (year: number): number => Date.UTC(year, 5, 1)

function library() {
  const store = openMemoryStore()
  const files = ['Summer in Porto/a.jpg', 'Summer in Porto/b.jpg', 'Winter/c.jpg', 'garden.md', 'unread.jpg']
  const [a, b, c, d] = addFiles(store, '/home/Fotos', ...files)
  store.items.saveReading(a!, photo('1', { localMs: at(2019), camera: 'Canon EOS R5', keywords: ['Garden', 'sea'] }))
  store.items.saveReading(b!, photo('2', { localMs: at(2019), camera: 'FUJIFILM X100V', keywords: ['garden'] }))
  store.items.saveReading(c!, photo('3', { localMs: at(2021), camera: 'Canon EOS R5', keywords: ['back garden'] }))
  store.items.saveReading(d!, note('4', ['roses'], { tags: ['a "quoted" tag', 'gardening'] }))
  return { store, completer: new Completer(store.known), unread: files.length }
}

const offered = (completer: Completer, text: string): string[] =>
  completer.suggest(text, text.length).suggestions.map(({ insert, count }) => `${insert}${count ?? ''}`)

test('the beginning of a word offers filters by their name and tags that begin so, with how many items have them', () => {
  const { completer } = library()
  expect(offered(completer, 'ca')).toEqual(['camera:'])
  expect(offered(completer, 'roses gar')).toEqual(['tag:Garden 2', 'tag:gardening 1'])
  expect(offered(completer, 'g')).toEqual([])
})

test('values that begin so come first, then those with such a word, then the others; each as it must be written', () => {
  const { completer } = library()
  expect(offered(completer, 'tag:gar')).toEqual(['tag:Garden 2', 'tag:gardening 1', 'tag:"back garden" 1'])
  expect(offered(completer, 'camera:')).toEqual(['camera:"Canon EOS R5" 2', 'camera:"FUJIFILM X100V" 1'])
  expect(offered(completer, 'in:"sum')).toEqual(['in:"Summer in Porto" 2'])
  expect(offered(completer, 'after:20')).toEqual(['after:2019 2', 'after:2014 1', 'after:2021 1'])
  expect(offered(completer, 'type:')).toEqual(['type:photo ', 'type:note '])
})

test('what cannot be written, or stands there already, is not offered', () => {
  const { completer } = library()
  expect(offered(completer, 'tag:a')).not.toContain('tag:a "quoted" tag')
  expect(offered(completer, 'tag:sea')).toEqual([])
})

test('values are those of the library as it is now', () => {
  const { store, completer } = library()
  expect(offered(completer, 'tag:x')).toEqual([])
  const [, , , , unread] = store.items.inFolder(1).map(({ itemId }) => itemId)
  store.items.saveReading(unread!, photo('5', { keywords: ['xylophone'] }))
  completer.libraryChanged()
  expect(offered(completer, 'tag:x')).toEqual(['tag:xylophone 1'])
})

test('questions are kept newest first; one that the last one began with takes its place; saved ones stay', () => {
  const { store } = library()
  const kept = new KeptSearches(store.settings)
  for (const text of ['cats', 'dogs', ' dogs in snow ', 'cats', '  ']) kept.remember(text)
  expect(kept.list().recent).toEqual(['cats', 'dogs in snow'])
  kept.save('dogs in snow', true)
  kept.save('tag:sea', true)
  kept.forget()
  expect(new KeptSearches(store.settings).list()).toEqual({ recent: [], saved: ['dogs in snow', 'tag:sea'] })
  kept.save('tag:sea', false)
  expect(kept.list().saved).toEqual(['dogs in snow'])
  for (let i = 0; i < 50; i++) kept.remember(`${i} boats`)
  expect(kept.list().recent).toHaveLength(20)
})
