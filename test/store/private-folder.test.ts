import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../src/main/engine/store/database.ts'
import { makePrivate } from '../../src/main/engine/store/private-folder.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'

const folder = temporaryFolder()
const rights = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8)
let made = 0

/** A folder with these rights, and in it files with theirs. */
function made777(files: Readonly<Record<string, number>>, mode = 0o777): string {
  const data = join(folder, String(made++))
  mkdirSync(data)
  for (const [name, fileMode] of Object.entries(files)) {
    writeFileSync(join(data, name), name)
    chmodSync(join(data, name), fileMode)
  }
  chmodSync(data, mode)
  return data
}

describe.skipIf(process.platform === 'win32')('a data folder is for its owner alone', () => {
  test('it is made so, whatever the umask', () => {
    const before = process.umask(0)
    try {
      makePrivate(join(folder, 'new', 'reverie'))
    } finally {
      process.umask(before)
    }
    expect(rights(join(folder, 'new', 'reverie'))).toBe('700')
  })

  test('one that was open is closed with all that is ours in it, set aside and half written too; the owner’s own rights stay', () => {
    const names = ['reverie.db', 'reverie.db-wal', 'thumbnails.db-shm', 'reverie.corrupt-2.db', 'said.json.new']
    const data = made777({ ...Object.fromEntries(names.map(name => [name, 0o664])), 'folders.json': 0o444 })
    mkdirSync(join(data, 'models', '.incoming', 'a'), { recursive: true })
    writeFileSync(join(data, 'models', '.incoming', 'a', 'b.part'), '')
    chmodSync(join(data, 'models', '.incoming', 'a', 'b.part'), 0o755)
    makePrivate(data)
    expect(rights(data)).toBe('700')
    for (const name of names) expect(rights(join(data, name)), name).toBe('600')
    expect(rights(join(data, 'folders.json'))).toBe('400')
    expect(rights(join(data, 'models', '.incoming'))).toBe('700')
    expect(rights(join(data, 'models', '.incoming', 'a', 'b.part'))).toBe('700')
  })

  test('what is not ours keeps its rights: other files, and what a link leads to', () => {
    const data = made777({ 'holiday.txt': 0o644 })
    const elsewhere = made777({ 'packs.txt': 0o644 })
    symlinkSync(elsewhere, join(data, 'models'))
    symlinkSync(join(elsewhere, 'packs.txt'), join(data, 'said.json'))
    makePrivate(data)
    expect(rights(data)).toBe('700')
    expect(rights(join(data, 'holiday.txt'))).toBe('644')
    expect(rights(elsewhere)).toBe('777')
    expect(rights(join(elsewhere, 'packs.txt'))).toBe('644')
  })

  test('a place of many (sticky, as /tmp is) stays theirs; our files in it are closed', () => {
    const data = made777({ 'reverie.db': 0o644 }, 0o1777)
    makePrivate(data)
    expect(rights(data)).toBe('1777')
    expect(rights(join(data, 'reverie.db'))).toBe('600')
  })

  test('a group’s folder is closed like any other', () => {
    const data = made777({}, 0o2770)
    makePrivate(data)
    expect(rights(data)).toBe('700')
  })

  test.skipIf(process.getuid?.() !== 0)('another user’s folder and files keep their rights', () => {
    const data = made777({ 'reverie.db': 0o644, 'said.json': 0o644 }, 0o755)
    chownSync(data, 65_534, 65_534)
    chownSync(join(data, 'said.json'), 65_534, 65_534)
    makePrivate(data)
    expect([data, join(data, 'reverie.db'), join(data, 'said.json')].map(rights)).toEqual(['755', '600', '644'])
  })

  test('a link that lies where we write next is not written through', () => {
    const data = made777({})
    const precious = join(folder, 'precious')
    writeFileSync(precious, 'mine')
    for (const name of ['said.json.new', 'folders.json.new']) symlinkSync(precious, join(data, name))
    const store = openStore({ folder: data })
    store.transaction(() => store.folders.add('/a', 1))
    store.close()
    expect(readFileSync(precious, 'utf8')).toBe('mine')
    expect(readFileSync(join(data, 'folders.json'), 'utf8')).toContain('/a')
  })
})
