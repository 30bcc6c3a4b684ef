import fs, { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openLibrary } from '../../src/main/engine/features/indexing/open-library.ts'
import { listSaid } from '../../src/main/engine/features/saying/own-words.ts'
import { openMemoryStore, openStore } from '../../src/main/engine/store/database.ts'
import { readDecisions } from '../../src/main/engine/store/decisions.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import type { OwnWords } from '../../src/shared/items.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { addFiles, found, note, photo, takeBack, unit, words } from './drawn.ts'

const root = temporaryFolder()
const nothing: OwnWords = { caption: null, addedTags: [], removedTags: [], isFavourite: false }
const hedgehog: OwnWords = {
  caption: 'The hedgehog in our garden',
  addedTags: ['Garden'],
  removedTags: ['import'],
  isFavourite: true
}

const foundBy = (store: Store, ...asked: string[]): number[] =>
  store.words
    .search(words(...asked), 9)
    .map(({ itemId }) => itemId)
    .sort((a, b) => a - b)
const textsOf = (store: Store, itemId: number) => store.items.texts(itemId)

function library(): { store: Store; photoId: number; noteId: number } {
  const store = openMemoryStore()
  const [photoId = 0, noteId = 0] = addFiles(store, '/x', 'a.jpg', 'n.md')
  store.items.saveReading(photoId, photo('p', { description: 'A spiky animal', keywords: ['import', 'night'] }))
  store.items.saveReading(noteId, note('n', ['A walk'], { tags: ['diary'] }))
  return { store, photoId, noteId }
}

test('a caption and tags are found by words and by filters at once, and what the file says is still there', () => {
  const { store, photoId } = library()
  store.ownWords.set('p', hedgehog, 1)
  expect(foundBy(store, 'hedgehog')).toEqual([photoId])
  expect(foundBy(store, 'spiky')).toEqual([photoId])
  expect(foundBy(store, 'import')).toEqual([])
  expect(store.items.matching({ tags: ['garden'] })).toEqual([photoId])
  expect(store.items.matching({ tags: ['import'] })).toEqual([])
  expect(store.items.matching({ isFavourite: true })).toEqual([photoId])
  expect(store.items.get(photoId)).toMatchObject({
    description: 'A spiky animal',
    own: hedgehog,
    tags: ['night', 'Garden'],
    isFavourite: true
  })
  expect(store.ownWords.fileTags('p')).toEqual(['import', 'night'])
  expect(textsOf(store, photoId)).toEqual([
    { part: 1, text: 'A spiky animal' },
    { part: 2, text: 'night, Garden' },
    { part: 3, text: 'The hedgehog in our garden' }
  ])
})

test('what is taken back leaves the photo as its file has it', () => {
  const { store, photoId } = library()
  const before = store.items.get(photoId)
  const texts = textsOf(store, photoId)
  store.ownWords.set('p', hedgehog, 1)
  store.ownWords.set('p', nothing, 2)
  expect(store.items.get(photoId)).toEqual(before)
  expect(textsOf(store, photoId)).toEqual(texts)
  expect(foundBy(store, 'hedgehog')).toEqual([])
  expect(foundBy(store, 'import')).toEqual([photoId])
  expect(store.ownWords.kept()).toEqual([])
})

test('only the text that is new is to be encoded; the picture and the other texts keep their embeddings', () => {
  const { store, photoId } = library()
  const row = (part: number) => ({ itemId: photoId, part, rotationDeg: 0 as const, vector: unit(part) })
  store.embeddings.save('image', [row(0)])
  store.embeddings.save('text', [row(1), row(2)])
  store.items.markEncoded(photoId, 'model')
  expect(store.ownWords.set('p', { ...nothing, isFavourite: true }, 1)).toEqual([])
  expect(store.items.isEncoded(photoId, 'model')).toBe(true)
  expect(store.ownWords.set('p', { ...nothing, addedTags: ['pond'] }, 1)).toEqual([photoId])
  expect(store.items.isEncoded(photoId, 'model')).toBe(false)
  expect(store.embeddings.of('image', photoId).map(({ part }) => part)).toEqual([0])
  expect(store.embeddings.of('text', photoId).map(({ part }) => part)).toEqual([1])
})

test('two copies of one file share what was said, and a copy that is read later has it too', () => {
  const { store, photoId } = library()
  store.ownWords.set('p', hedgehog, 1)
  const [copy = 0] = addFiles(store, '/y', 'copy.jpg')
  store.items.saveReading(copy, photo('p', { keywords: ['import'] }))
  expect(store.items.get(copy)).toMatchObject({ own: hedgehog, tags: ['Garden'] })
  expect(foundBy(store, 'hedgehog')).toEqual([photoId, copy])
})

test('a rename and a new reading leave it, and a sidecar that says other tags is read beside it', () => {
  const { store, photoId } = library()
  store.ownWords.set('p', hedgehog, 1)
  store.items.relocate(photoId, found('b.jpg'))
  expect(foundBy(store, 'hedgehog')).toEqual([photoId])
  store.items.saveReading(photoId, photo('p', { keywords: ['import', 'moss', 'garden'] }))
  expect(store.items.get(photoId)?.tags).toEqual(['moss', 'garden'])
  expect(store.ownWords.fileTags('p')).toEqual(['import', 'moss', 'garden'])
})

test('a photo that is edited in its place takes it along, and its first content has it again', () => {
  const { store, photoId } = library()
  store.ownWords.set('p', hedgehog, 1)
  store.items.saveReading(photoId, photo('edited'))
  expect(store.items.get(photoId)?.own).toEqual(hedgehog)
  const [first = 0] = addFiles(store, '/y', 'original.jpg')
  store.items.saveReading(first, photo('p'))
  expect(store.items.get(first)?.own).toEqual(hedgehog)
})

test('a half-written file that fails loses nothing of it', () => {
  const { store, photoId } = library()
  store.ownWords.set('p', hedgehog, 1)
  store.items.saveFailure(photoId, { kind: 'failure', code: 'corrupt', reason: 'Cut off.', contentHash: 'half' })
  store.items.saveReading(photoId, photo('whole'))
  expect(store.items.get(photoId)?.own).toEqual(hedgehog)
})

const contentsOf = (kept: readonly { readonly contentHash: string }[]): string[] =>
  kept.map(({ contentHash }) => contentHash)

test('a note that is written on keeps what was said, as does its first content, and nothing is kept between them', () => {
  const { store, noteId } = library()
  const own = { ...nothing, addedTags: ['mountains'], isFavourite: true }
  store.ownWords.set('n', own, 1)
  store.hitVerdicts.set({ question: 'walks', contentHash: 'n', text: 'Walks', verdict: 'right' }, 2)
  for (const content of ['n2', 'n3', 'n4']) store.items.saveReading(noteId, note(content, ['A longer walk']))
  expect(store.items.get(noteId)).toMatchObject({ own, tags: ['mountains'] })
  expect(foundBy(store, 'mountains')).toEqual([noteId])
  expect(contentsOf(store.ownWords.kept())).toEqual(['n', 'n4'])
  expect(contentsOf(store.hitVerdicts.kept())).toEqual(['n', 'n4'])
  expect(contentsOf(listSaid(9, store).entries)).toEqual(['n4'])
  expect(contentsOf(store.hitVerdicts.list(9))).toEqual(['n4'])
  expect(store.hitVerdicts.total()).toBe(1)

  // A copy of what it was is found in a backup.
  const [backup = 0] = addFiles(store, '/y', 'n.md')
  store.items.saveReading(backup, note('n', ['A walk']))
  expect(store.items.get(backup)).toMatchObject({ own, tags: ['mountains'] })
  expect(store.hitVerdicts.of('walks').size).toBe(2)
  expect(contentsOf(listSaid(9, store).entries)).toEqual(['n', 'n4'])
})

test('what is said anew of an edited note counts, and what it was has no say any more, also where it is there again', () => {
  const { store, noteId } = library()
  const walks = { question: 'walks', text: 'Walks' }
  store.ownWords.set('n', { ...nothing, addedTags: ['mountains'] }, 1)
  store.hitVerdicts.set({ ...walks, contentHash: 'n', verdict: 'right' }, 1)
  store.items.saveReading(noteId, note('n2', ['A longer walk']))
  const own = { ...nothing, addedTags: ['valleys'] }
  store.ownWords.set('n2', own, 2)
  store.hitVerdicts.set({ ...walks, contentHash: 'n2', verdict: 'wrong' }, 2)
  expect(contentsOf(store.ownWords.kept())).toEqual(['n2'])
  expect(contentsOf(store.hitVerdicts.kept())).toEqual(['n2'])
  store.items.saveReading(noteId, note('n', ['A walk']))
  expect(store.items.get(noteId)).toMatchObject({ own, tags: ['valleys'] })
  expect(store.hitVerdicts.of('walks')).toEqual(new Map([[noteId, 'wrong']]))
  const [{ verdictId } = { verdictId: 0 }] = store.hitVerdicts.list(9)
  expect(store.hitVerdicts.remove([verdictId])).toBe(1)
  store.ownWords.set('n', nothing, 3)
  for (const content of ['n2', 'n']) store.items.saveReading(noteId, note(content, ['A walk']))
  expect(store.items.get(noteId)?.tags).toEqual([])
  expect(store.hitVerdicts.of('walks')).toEqual(new Map())
})

test('a file that another is copied over takes nothing along, and neither loses what was said of it', () => {
  const { store, photoId, noteId } = library()
  const [otherId = 0] = addFiles(store, '/y', 'other.jpg')
  store.items.saveReading(otherId, photo('q'))
  const said = { ...nothing, addedTags: ['of the other'] }
  const asked = { question: 'walks', contentHash: 'n', text: 'Walks', verdict: 'right' } as const
  store.ownWords.set('p', hedgehog, 1)
  store.ownWords.set('n', said, 1)
  store.hitVerdicts.set(asked, 1)
  // The photo becomes a copy of one of which nothing was said, and the note becomes one of a photo of which something was.
  store.items.saveReading(photoId, photo('q'))
  expect(store.items.get(otherId)?.tags).toEqual([])
  expect(store.items.get(photoId)?.tags).toEqual([])
  store.items.saveReading(otherId, photo('p'))
  store.items.saveReading(noteId, photo('p'))
  expect(store.items.get(noteId)).toMatchObject({ own: hedgehog, tags: ['Garden'] })
  store.items.saveReading(noteId, note('n', ['A walk']))
  store.items.saveReading(photoId, photo('p'))
  expect(store.items.get(noteId)?.own).toEqual(said)
  expect(store.items.get(photoId)?.own).toEqual(hedgehog)
  expect(store.hitVerdicts.of('walks')).toEqual(new Map([[noteId, 'right']]))
  expect(contentsOf(store.ownWords.kept())).toEqual(['n', 'p'])
})

test('a photo that was deleted and is back has what was said, also what was said meanwhile', () => {
  const { store, photoId } = library()
  const [copy = 0] = addFiles(store, '/y', 'copy.jpg')
  store.items.saveReading(copy, photo('p', { keywords: ['import', 'night'] }))
  store.ownWords.set('p', { ...nothing, caption: 'Igel' }, 1)
  store.items.setAside([photoId], 2)
  expect(foundBy(store, 'igel')).toEqual([copy])
  store.ownWords.set('p', hedgehog, 3)
  takeBack(store, photoId)
  expect(foundBy(store, 'hedgehog')).toEqual([photoId, copy])
  expect(store.items.get(photoId)?.tags).toEqual(['night', 'Garden'])
  store.items.remove([photoId, copy])
  expect(store.ownWords.kept()).toEqual([{ contentHash: 'p', ...hedgehog, saidMs: 3, carriedFrom: null }])
})

test('a sidecar that says the same caption is no second text', () => {
  const { store, photoId } = library()
  store.ownWords.set('p', hedgehog, 1)
  store.items.saveReading(photoId, photo('p', { description: 'The hedgehog in our garden\n\nA spiky animal' }))
  expect(textsOf(store, photoId).map(({ part }) => part)).toEqual([1, 2])
})

test('what was said lies beside the database in the same commit, and a lost database gives it back', () => {
  const folder = mkdtempSync(join(root, 'data-'))
  const store = openStore({ folder })
  const [photoId = 0] = addFiles(store, '/x', 'a.jpg')
  store.items.saveReading(photoId, photo('p', { keywords: ['import'] }))
  store.ownWords.set('p', hedgehog, 1)
  store.hitVerdicts.set({ question: 'a dog', contentHash: 'p', text: 'A dog', verdict: 'wrong' }, 2)
  // Without a word of the person: the edited photo takes them along, and so does the file.
  store.items.saveReading(photoId, photo('edited', { keywords: ['import'] }))
  const beside = readDecisions(folder)
  expect(beside.ownWords.map(({ contentHash }) => contentHash)).toEqual(['edited', 'p'])
  expect(beside.hitVerdicts.map(({ contentHash }) => contentHash)).toEqual(['edited', 'p'])
  store.close()

  writeFileSync(join(folder, 'reverie.db'), 'lost')
  const { store: rebuilt } = openLibrary(folder, { rebuild: true })
  const [again = 0] = addFiles(rebuilt, '/x', 'elsewhere/b.jpg')
  rebuilt.items.saveReading(again, photo('edited', { keywords: ['import'] }))
  expect(rebuilt.items.get(again)).toMatchObject({ own: hedgehog, tags: ['Garden'] })
  expect(rebuilt.hitVerdicts.of('a dog')).toEqual(new Map([[again, 'wrong']]))
  expect(foundBy(rebuilt, 'hedgehog')).toEqual([again])
  rebuilt.close()
})

test('a list beside the database that an older app wrote is read', () => {
  const folder = mkdtempSync(join(root, 'data-'))
  writeFileSync(join(folder, 'said.json'), JSON.stringify({ excluded: [], verdicts: [], settings: { leftovers: 1 } }))
  expect(readDecisions(folder)).toEqual({
    ...{ excluded: [], verdicts: [], ownWords: [], hitVerdicts: [] },
    settings: { leftovers: 1 }
  })
})

test('two processes say it of one library: both are kept, in the database and beside it', () => {
  const folder = mkdtempSync(join(root, 'data-'))
  const [one, other] = [openStore({ folder }), openStore({ folder })]
  const [photoId = 0, secondId = 0] = addFiles(one, '/x', 'a.jpg', 'b.jpg')
  one.items.saveReading(photoId, photo('p'))
  one.items.saveReading(secondId, photo('q'))
  one.ownWords.set('p', hedgehog, 1)
  other.ownWords.set('q', { ...nothing, isFavourite: true }, 2)
  expect(one.items.matching({ isFavourite: true })).toEqual([photoId, secondId])
  const written = JSON.parse(readFileSync(join(folder, 'said.json'), 'utf8')) as { ownWords: unknown[] }
  expect(written.ownWords).toHaveLength(2)
  one.close()
  other.close()
})

test('the last word on a hit counts for its question alone, until it is taken back', () => {
  const { store, photoId, noteId } = library()
  const said = { question: 'a dog', text: 'A dog', contentHash: 'p' }
  store.hitVerdicts.set({ ...said, verdict: 'right' }, 1)
  store.hitVerdicts.set({ ...said, verdict: 'wrong' }, 2)
  store.hitVerdicts.set({ ...said, contentHash: 'n', verdict: 'right' }, 3)
  expect(store.hitVerdicts.of('a dog')).toEqual(
    new Map([
      [photoId, 'wrong'],
      [noteId, 'right']
    ])
  )
  expect(store.hitVerdicts.of('a cat')).toEqual(new Map())
  expect(store.hitVerdicts.list(9).map(({ contentHash }) => contentHash)).toEqual(['n', 'p'])
  store.hitVerdicts.set({ ...said, verdict: null }, 4)
  const [last] = store.hitVerdicts.list(9)
  expect(store.hitVerdicts.remove([last?.verdictId ?? 0, 99])).toBe(1)
  expect(store.hitVerdicts.total()).toBe(0)
})

test('what is said is on the disk when it is acknowledged: a power cut takes nothing of it back', () => {
  const folder = mkdtempSync(join(root, 'synced '))
  const store = openStore({ folder })
  const [photoId = 0] = addFiles(store, '/x', 'a.jpg')
  store.items.saveReading(photoId, photo('p'))
  const logBytes = (): number => fs.statSync(join(folder, 'reverie.db-wal')).size
  let syncedBytes = 0
  const { fsyncSync } = fs
  fs.fsyncSync = file => {
    fsyncSync(file)
    // Files of those two kinds are synced here: said.json is no log.
    if (fs.fstatSync(file).ino === fs.statSync(join(folder, 'reverie.db-wal')).ino)
      syncedBytes = fs.fstatSync(file).size
  }
  syncBuiltinESMExports()
  onTestFinished(() => {
    fs.fsyncSync = fsyncSync
    syncBuiltinESMExports()
    store.close()
  })
  store.ownWords.set('p', hedgehog, 1)
  expect(syncedBytes).toBe(logBytes())
  store.hitVerdicts.set({ question: 'q', contentHash: 'p', text: 'q', verdict: 'right' }, 1)
  expect(syncedBytes).toBe(logBytes())
  store.items.saveReading(photoId, photo('p', { description: 'Only read' }))
  expect(syncedBytes).toBeLessThan(logBytes())
})
