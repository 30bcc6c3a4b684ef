import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openLibrary } from '../../src/main/engine/features/indexing/open-library.ts'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import { readDecisions } from '../../src/main/engine/store/decisions.ts'
import { libraryMigrations } from '../../src/main/engine/store/migrations.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { addFiles, found, photo } from './drawn.ts'

const root = temporaryFolder()
const named = (path: string, isFolder = false) => ({ path, isFolder, sizeBytes: 0, modifiedMs: 0, contentHash: null })

test('an item’s place is kept, with its size and content; what is counted adds up', () => {
  const store = openMemoryStore()
  const [a = 0] = addFiles(store, '/x', 'a.jpg', 'b.jpg')
  store.items.saveReading(a, photo('hash of a'))
  store.transaction(() => {
    store.excluded.addItem(a, null, 5)
    store.items.remove([a])
  })
  expect(store.excluded.addItem(99, null, 5)).toBeUndefined()
  expect(store.items.counts()).toEqual({ eligible: 2, indexed: 0, failed: 0, waiting: 1, unreachable: 0, excluded: 1 })
  expect(store.items.counts(1)).toEqual(store.items.counts())
  expect(store.excluded.inFolder(1).files).toMatchObject([
    { path: 'a.jpg', sizeBytes: 1000, contentHash: 'hash of a', withinId: null, isThere: true }
  ])
  expect(store.excluded.covers(1, 'a.jpg')).toBe(true)
  expect(store.excluded.covers(1, 'b.jpg')).toBe(false)
})

test('a folder covers all below it, says how many, and takes them with it', () => {
  const store = openMemoryStore()
  const [inner = 0] = addFiles(store, '/x', 'f/a.jpg', 'fa.jpg')
  const excludedId = store.excluded.add(1, named('f', true), 1)
  expect(store.excluded.add(1, named('f', true), 2)).toBe(excludedId)
  store.excluded.addItem(inner, excludedId, 1)
  store.items.remove([inner])
  store.excluded.saveScan(1, { seen: [], found: [{ withinId: excludedId, file: found('f/g/new.jpg') }], gone: [] }, 2)
  expect(store.excluded.list(10)).toEqual([{ excludedId, kind: 'folder', folderId: 1, path: '/x/f', files: 2 }])
  expect([store.excluded.covers(1, 'f/g/h/x.jpg'), store.excluded.covers(1, 'fa.jpg')]).toEqual([true, false])
  expect(store.excluded.namedBelow(1, new Set(['f']))).toEqual([excludedId])
  expect(store.excluded.remove([excludedId, 99])).toEqual([1])
  expect(store.items.counts()).toMatchObject({ eligible: 1, excluded: 0 })
  expect(store.excluded.remove([excludedId])).toEqual([])
})

test('a file that was found while its folder went in again is nobody’s', () => {
  const store = openMemoryStore()
  store.folders.add('/x', 0)
  store.excluded.saveScan(1, { seen: [], found: [{ withinId: 77, file: found('f/a.jpg') }], gone: [] }, 1)
  expect(store.items.counts().excluded).toBe(0)
})

test('items below a folder are those in it, not those with a longer name', () => {
  const store = openMemoryStore()
  const [a, , c] = addFiles(store, '/x', 'f/a.jpg', 'f.jpg', 'f/0/c.jpg', 'f0/d.jpg', 'f-/e.jpg')
  expect(store.items.below(1, 'f')).toEqual([a, c])
})

test('what was said of a pair comes back with the photo’s content', () => {
  const store = openMemoryStore()
  const [photoId = 0] = addFiles(store, '/x', 'a.jpg')
  store.items.saveReading(photoId, photo('p'))
  store.pairVerdicts.set({ photoId, noteId: null, text: 'Frog!', verdict: 'rejected' }, 'frog', 7)
  store.items.remove([photoId])
  expect(store.pairVerdicts.all()).toEqual([])
  const [again = 0] = addFiles(store, '/x', 'renamed.jpg')
  store.items.saveReading(again, photo('another'))
  expect(store.pairVerdicts.all()).toEqual([])
  store.items.saveReading(again, photo('p'))
  expect(store.pairVerdicts.all()).toEqual([{ photoId: again, noteId: null, text: 'Frog!', verdict: 'rejected' }])
  // Taken back, it does not come again.
  store.pairVerdicts.remove(again, 'frog')
  expect(store.pairVerdicts.kept()).toEqual([])
})

test('a new database in place of a damaged one knows again what the person said', () => {
  const data = mkdtempSync(join(root, 'data-'))
  const photos = mkdtempSync(join(root, 'photos-'))
  const { store } = openLibrary(data, { rebuild: false })
  const [photoId = 0, other = 0] = addFiles(store, photos, 'a.jpg', 'b.jpg')
  store.items.saveReading(photoId, photo('p'))
  store.pairVerdicts.set({ photoId, noteId: null, text: 'Frog', verdict: 'confirmed' }, 'frog', 7)
  store.excluded.addItem(other, null, 1)
  store.items.remove([other])
  store.excluded.add(1, named('f', true), 2)
  store.settings.set('searches', { recent: ['secret'], saved: ['a beach'] })
  store.settings.set('settings', { watchFolders: false })
  store.settings.set('speeds', { x: 1 })
  store.close()
  expect(readFileSync(join(data, 'said.json'), 'utf8')).not.toContain('secret')
  writeFileSync(join(data, 'reverie.db'), 'no database any more')

  const { store: again } = openLibrary(data, { rebuild: true })
  expect(again.excluded.list(10).map(({ kind, path }) => [kind, path])).toEqual([
    ['folder', join(photos, 'f')],
    ['file', join(photos, 'b.jpg')]
  ])
  expect(again.settings.get('searches')).toEqual({ recent: [], saved: ['a beach'] })
  expect(again.settings.get('settings')).toEqual({ watchFolders: false })
  expect(again.settings.get('speeds')).toBeUndefined()
  const [read = 0] = addFiles(again, photos, 'a.jpg')
  again.items.saveReading(read, photo('p'))
  expect(again.pairVerdicts.all()).toEqual([{ photoId: read, noteId: null, text: 'Frog', verdict: 'confirmed' }])
  again.close()
})

test('a file of what was said that is not ours is no reason not to start', () => {
  const data = mkdtempSync(join(root, 'data-'))
  openLibrary(data, { rebuild: false }).store.close()
  writeFileSync(join(data, 'reverie.db'), 'no database any more')
  writeFileSync(join(data, 'said.json'), '{"excluded":[{"path":7}]}')
  const { store } = openLibrary(data, { rebuild: true })
  expect(store.excluded.list(10)).toEqual([])
  store.close()
})

test('a library of the format before keeps what was said of pairs, and has it written beside it at once', () => {
  const data = mkdtempSync(join(root, 'data-'))
  const old = new Database(join(data, 'reverie.db'))
  for (const { sql } of libraryMigrations.slice(0, 2)) old.exec(sql)
  old.pragma('user_version = 2')
  old.exec(`INSERT INTO folder (path, path_folded, added_ms) VALUES ('/x', '/x', 0);
    INSERT INTO item (folder_id, path, path_folded, kind, status, is_searchable, size_bytes, modified_ms, sidecar_paths, sidecar_stamp,
      content_hash, date_local_ms) VALUES (1, 'a.jpg', 'a.jpg', 'photo', 'indexed', 1, 1, 1, '[]', '', 'p', 1);
    INSERT INTO pair_verdict VALUES (1, 'frog', NULL, 'Frog', 'rejected', 7);`)
  old.close()
  const { store } = openLibrary(data, { rebuild: false })
  expect(store.pairVerdicts.all()).toMatchObject([{ photoId: 1, text: 'Frog' }])
  expect(store.items.counts()).toMatchObject({ eligible: 1, excluded: 0 })
  store.close()
  expect(readDecisions(data).verdicts).toMatchObject([{ contentHash: 'p', text: 'Frog', verdict: 'rejected' }])
})
