import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../src/main/engine/store/database.ts'
import { rememberedFolders } from '../../src/main/engine/store/remembered-folders.ts'
import { setAsideCorrupt } from '../../src/main/engine/store/set-aside.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { addFiles, found, photo, words } from './drawn.ts'

const root = temporaryFolder()
const newFolder = (): string => mkdtempSync(join(root, 'data-'))
const corrupt = expect.objectContaining({ code: 'database-corrupt' }) as Error

function filledLibrary(): string {
  const folder = newFolder()
  const store = openStore({ folder })
  const paths = Array.from({ length: 300 }, (_, i) => `beach ${i}.jpg`)
  for (const itemId of addFiles(store, '/photos', ...paths)) {
    store.items.saveReading(itemId, photo(`hash ${itemId}`, { description: 'a long walk '.repeat(20) }))
    store.thumbnails.save([{ itemId, jpeg: Uint8Array.of(7) }])
  }
  store.close()
  return folder
}

/** Writes nonsense over a part of a file, in fractions of its length. */
function damage(path: string, from: number, to: number): void {
  const size = statSync(path).size
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(Math.floor(size * (to - from)), 0x5a), undefined, undefined, Math.floor(size * from))
  closeSync(file)
}

test('a file that is no database is named, kept, and can be set aside', () => {
  const folder = newFolder()
  const path = join(folder, 'reverie.db')
  writeFileSync(path, 'This is my diary.')
  expect(() => openStore({ folder })).toThrow(corrupt)
  expect(readFileSync(path, 'utf8')).toBe('This is my diary.')

  const aside = setAsideCorrupt(folder)
  expect(readFileSync(aside, 'utf8')).toBe('This is my diary.')
  const store = openStore({ folder })
  expect(store.items.counts().eligible).toBe(0)
  store.close()
})

test('damage is reported by whatever meets it first, opening or reading', () => {
  for (const [from, to] of [
    [0.001, 0.01],
    [0.2, 0.9]
  ] as const) {
    const folder = filledLibrary()
    damage(join(folder, 'reverie.db'), from, to)
    expect(() => {
      const store = openStore({ folder })
      try {
        for (const item of store.items.each()) store.items.get(item.itemId)
        store.words.search(words('beach'), 10)
      } finally {
        store.close()
      }
    }).toThrow(corrupt)
  }
})

test('after a session that was cut off, the tables that everything hangs on are checked before they are used', () => {
  const folder = filledLibrary()
  damage(join(folder, 'reverie.db'), 0.2, 0.9)
  writeFileSync(join(folder, 'reverie.db-wal'), 'left behind')
  expect(() => openStore({ folder })).toThrow(corrupt)
})

test('a library that was set aside is rebuilt from the folders that were chosen, and its thumbnails are not mistaken for new ones', () => {
  const folder = filledLibrary()
  damage(join(folder, 'reverie.db'), 0, 0.5)
  expect(() => openStore({ folder })).toThrow(corrupt)
  expect(rememberedFolders(folder)).toEqual(['/photos'])

  expect(setAsideCorrupt(folder)).toBe(join(folder, 'reverie.corrupt-1.db'))
  const store = openStore({ folder })
  const [itemId] = addFiles(store, rememberedFolders(folder)[0]!, 'other.jpg')
  expect(store.thumbnails.get(itemId!)).toBeUndefined()
  store.close()

  expect(setAsideCorrupt(folder)).toBe(join(folder, 'reverie.corrupt-2.db'))
  expect(existsSync(join(folder, 'reverie.corrupt-1.db'))).toBe(true)
})

test('the log goes with the database that it belongs to', () => {
  const folder = newFolder()
  for (const name of ['reverie.db', 'reverie.db-wal', 'reverie.db-shm']) writeFileSync(join(folder, name), name)
  setAsideCorrupt(folder)
  for (const suffix of ['', '-wal', '-shm']) {
    expect(readFileSync(join(folder, `reverie.corrupt-1.db${suffix}`), 'utf8')).toBe(`reverie.db${suffix}`)
    expect(existsSync(join(folder, `reverie.db${suffix}`))).toBe(false)
  }
})

test('damaged thumbnails are started anew; the library is unharmed', () => {
  const folder = filledLibrary()
  writeFileSync(join(folder, 'thumbnails.db'), 'nonsense')
  const store = openStore({ folder })
  expect(store.items.counts().indexed).toBe(300)
  expect(store.thumbnails.get(1)).toBeUndefined()
  store.thumbnails.save([{ itemId: 1, jpeg: Uint8Array.of(9) }])
  expect([...store.thumbnails.get(1)!]).toEqual([9])
  store.close()
})

test('something that is no file at all is refused in words', () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'reverie.db'))
  expect(() => openStore({ folder })).toThrow(expect.objectContaining({ name: 'EngineError', code: 'internal' }))
})

test('a folder that cannot be made is refused in words', () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'file'), '')
  expect(() => openStore({ folder: join(folder, 'file', 'data') })).toThrow(
    expect.objectContaining({ code: 'bad-input' })
  )
})

test('a transaction whose folders cannot be remembered changes nothing', () => {
  const folder = newFolder()
  const store = openStore({ folder })
  store.folders.add('/photos', 0)
  expect(() =>
    store.transaction(() => {
      store.folders.add('/notes', 0)
      throw new Error('stopped')
    })
  ).toThrow('stopped')
  expect(rememberedFolders(folder)).toEqual(['/photos'])
  expect(store.folders.all().map(({ path }) => path)).toEqual(['/photos'])
  // A rebuild adds all of them at once: a kill must not leave a shorter list behind.
  store.transaction(() => {
    store.folders.add('/notes', 0)
    store.folders.add('/scans', 0)
    expect(rememberedFolders(folder)).toEqual(['/photos'])
    store.items.add(1, [found('a.jpg')])
  })
  expect(rememberedFolders(folder)).toEqual(['/photos', '/notes', '/scans'])
  store.close()
})

test('nothing is remembered where nothing sensible is written', () => {
  const folder = newFolder()
  expect(rememberedFolders(folder)).toEqual([])
  for (const text of ['{', 'null', '[]', '{"folders": 1}', '{"folders": [1, "/a"]}']) {
    writeFileSync(join(folder, 'folders.json'), text)
    expect(rememberedFolders(folder)).toEqual(text.includes('/a') ? ['/a'] : [])
  }
})
