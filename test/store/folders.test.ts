import { posix, win32 } from 'node:path'
import { expect, test } from 'vitest'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import { absolutePath, foldPath, pathWithin } from '../../src/main/engine/store/paths.ts'
import { addFiles, note, photo, unit, words } from './drawn.ts'

const refused = expect.objectContaining({ code: 'bad-input' }) as Error

test('the same folder again is the same row', () => {
  const { folders } = openMemoryStore()
  const folder = folders.add('/a/b', 5)
  expect(folder).toEqual({ folderId: 1, path: '/a/b', addedMs: 5, problems: [], isReachable: true, scans: 0 })
  expect(folders.add('/a/b/', 9)).toEqual(folder)
  expect(folders.add('/a/x/../b/.', 9)).toEqual(folder)
  expect(folders.all()).toEqual([folder])
})

test('a folder in a folder is refused either way round, and one that only begins alike is not', () => {
  const { folders } = openMemoryStore()
  folders.add('/a/b', 0)
  expect(() => folders.add('/a/b/c', 0)).toThrow(refused)
  expect(() => folders.add('/a', 0)).toThrow(refused)
  expect(() => folders.add('/', 0)).toThrow(refused)
  expect(() => folders.add('a/b', 0)).toThrow(refused)
  folders.add('/a/bc', 0)
  folders.add('/a/b c', 0)
  expect(folders.all().map(({ path }) => path)).toEqual(['/a/b', '/a/bc', '/a/b c'])
})

test('the root of a disk holds everything on it', () => {
  const store = openMemoryStore()
  const [itemId] = addFiles(store, '/', 'home/me/a.jpg')
  expect(store.items.get(itemId!)?.path).toBe('/home/me/a.jpg')
  expect(store.items.findPath('/home/me/a.jpg')).toBe(itemId)
  expect(() => store.folders.add('/home', 0)).toThrow(refused)
})

test('what a scan could not look into is kept until the next one', () => {
  const { folders } = openMemoryStore()
  const { folderId } = folders.add('/a', 0)
  folders.saveScan(folderId, { isReachable: false, problems: [{ path: 'x', reason: 'Not allowed.' }] })
  expect(folders.all()[0]).toMatchObject({ isReachable: false, problems: [{ path: 'x', reason: 'Not allowed.' }] })
  folders.saveScan(folderId, { isReachable: true, problems: [] })
  expect(folders.all()[0]).toMatchObject({ isReachable: true, problems: [] })
})

test('a folder that is removed takes everything along, and leaves the others alone', () => {
  const store = openMemoryStore()
  const [gone, goneNote] = addFiles(store, '/gone', 'a.jpg', 'a.md')
  const [kept] = addFiles(store, '/kept', 'b.jpg')
  for (const itemId of [gone!, kept!]) {
    store.items.saveReading(itemId, photo(`hash ${itemId}`, { title: 'harbour', keywords: ['boat'] }))
    store.items.markEncoded(itemId, 'model')
    store.embeddings.save('encoder', [{ itemId, part: 0, rotationDeg: 0, vector: unit(0) }])
    store.projections.save('space', [{ itemId, part: 0, vector: unit(0) }])
  }
  const link = { kind: 'embed', target: 'b.jpg', text: '', start: 0, part: 0 } as const
  store.items.saveReading(goneNote!, note('n', ['the harbour at night'], { links: [link] }))
  store.links.resolve([{ linkId: [...store.links.all()][0]!.linkId, toId: kept!, isGuess: false }])

  store.folders.remove(1)
  expect(store.items.counts()).toEqual({ eligible: 1, indexed: 1, failed: 0, waiting: 0, unreachable: 0, excluded: 0 })
  expect(store.words.search(words('harbour'), 10).map(({ itemId }) => itemId)).toEqual([kept])
  expect(store.items.matching({ tags: ['boat'] })).toEqual([kept])
  expect([...store.embeddings.each('encoder')].map(({ itemId }) => itemId)).toEqual([kept])
  expect([...store.projections.each('space')].map(({ itemId }) => itemId)).toEqual([kept])
  expect([...store.links.all()]).toEqual([])
  expect(store.items.get(gone!)).toBeUndefined()
})

test('paths are taken apart and put together as the operating system writes them', () => {
  expect(absolutePath('C:\\Photos', 'trip/a.jpg', win32)).toBe('C:\\Photos\\trip\\a.jpg')
  expect(absolutePath('C:\\', 'a.jpg', win32)).toBe('C:\\a.jpg')
  expect(pathWithin('C:\\Photos', 'c:\\photos\\trip\\a.jpg', win32)).toBe('trip/a.jpg')
  expect(pathWithin('C:\\Photos', 'C:\\Photos2\\a.jpg', win32)).toBeUndefined()
  expect(pathWithin('C:\\', 'C:\\a.jpg', win32)).toBe('a.jpg')
  expect(foldPath('C:\\Été', win32)).toBe('c:/été')
  expect(absolutePath('/photos', 'a\\b.jpg', posix)).toBe('/photos/a\\b.jpg')
  expect(pathWithin('/photos', '/photos', posix)).toBe('')
  expect(pathWithin('/photos/x', '/photos', posix)).toBeUndefined()
})
