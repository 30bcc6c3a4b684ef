import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LeftBehind, type Surroundings } from '../../src/main/engine/features/models/leftovers.ts'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'

const root = temporaryFolder()
const session = '1796047013606\nbfa557f9-43c0-1c0e-5422-706058050e50'
let machines = 0

interface Machine {
  readonly surroundings: Surroundings
  readonly cache: string
  readonly temporary: string
  readonly leftBehind: LeftBehind
}

/** A machine of its own, without anything on it. */
function machine(platform: NodeJS.Platform = 'linux', environment: Record<string, string> = {}): Machine {
  const home = join(root, `home ${machines++}`)
  const temporary = join(home, 'temporary')
  mkdirSync(temporary, { recursive: true })
  const cache = join(home, platform === 'darwin' ? 'Library/Application Support' : '.cache')
  const surroundings = { platform, environment: { TMPDIR: temporary, ...environment }, home }
  return { surroundings, cache, temporary, leftBehind: new LeftBehind(surroundings, openMemoryStore().settings) }
}

/** What ONNX Runtime 1.30 leaves, written down from a real run. */
function leave({ cache, temporary }: Pick<Machine, 'cache' | 'temporary'>): string[] {
  const folder = join(cache, 'Microsoft/DeveloperTools/.onnxruntime')
  mkdirSync(folder, { recursive: true })
  const files = {
    [join(folder, 'deviceid')]: '85a1a1e2-3a4b-4f5c-8d6e-7f8091a2b3c4',
    [join(folder, 'onnxruntime.db')]: 'x'.repeat(32_768),
    [join(folder, 'onnxruntime.db-wal')]: 'x'.repeat(100),
    [join(temporary, '.ses')]: session,
    [join(temporary, 'mat-debug-1215.log')]: ''
  }
  for (const [path, content] of Object.entries(files)) writeFileSync(path, content)
  return Object.keys(files).sort()
}

describe('what ONNX Runtime left', () => {
  test('is listed, and nothing of it is deleted by looking', async () => {
    const { leftBehind, ...places } = machine()
    expect(await leftBehind.list()).toEqual({ paths: [], sizeBytes: 0, isSettled: false })
    const paths = leave(places)
    expect(await leftBehind.list()).toEqual({ paths, sizeBytes: 36 + 32_768 + 100 + 50, isSettled: false })
    expect(paths.filter(path => !existsSync(path))).toEqual([])
  })

  test('stays when the person declines, who is not asked again', async () => {
    const { leftBehind, ...places } = machine()
    const paths = leave(places)
    expect(await leftBehind.settle(false)).toEqual({ deletedFiles: 0, freedBytes: 0, left: [] })
    expect(await leftBehind.list()).toMatchObject({ paths, isSettled: true })
  })

  test('is deleted with consent, with the folders that are empty then', async () => {
    const { leftBehind, surroundings, ...places } = machine()
    leave(places)
    expect(await leftBehind.settle(true)).toEqual({ deletedFiles: 5, freedBytes: 36 + 32_768 + 100 + 50, left: [] })
    expect(await leftBehind.list()).toEqual({ paths: [], sizeBytes: 0, isSettled: true })
    expect(readdirSync(surroundings.home).sort()).toEqual(['.cache', 'temporary'])
    expect(readdirSync(places.cache)).toEqual([])
  })

  test('is all that is deleted: what other programs keep beside it stays, and so do its folders', async () => {
    const { leftBehind, ...places } = machine()
    leave(places)
    const others = [
      join(places.cache, 'Microsoft/DeveloperTools/deviceid'),
      join(places.cache, 'Microsoft/DeveloperTools/.onnxruntime/models.db'),
      join(places.temporary, 'mat-debug-7.log'),
      join(places.temporary, 'mat-debug-notes.log'),
      join(places.temporary, 'onnxruntime.db')
    ]
    for (const path of others) writeFileSync(path, 'of somebody else')
    mkdirSync(join(places.temporary, 'mat-debug-8.log'))
    expect(await leftBehind.settle(true)).toMatchObject({ deletedFiles: 5, left: [] })
    expect(others.filter(path => !existsSync(path))).toEqual([])
    expect(existsSync(join(places.temporary, 'mat-debug-8.log'))).toBe(true)
  })

  test('a file called .ses is somebody else’s where it does not hold a session', async () => {
    const { leftBehind, temporary } = machine()
    for (const content of ['', 'my notes', `${session}\nand more`, 'x'.repeat(10_000)]) {
      writeFileSync(join(temporary, '.ses'), content)
      expect((await leftBehind.list()).paths).toEqual([])
    }
  })

  test.skipIf(process.platform === 'win32')(
    'no link is followed: not one for a file, and not one for a folder',
    async () => {
      for (const depth of [1, 2, 3]) {
        const { leftBehind, ...places } = machine()
        const elsewhere = join(root, `elsewhere ${depth} ${machines}`)
        const parts = ['Microsoft', 'DeveloperTools', '.onnxruntime']
        mkdirSync(join(elsewhere, ...parts.slice(depth)), { recursive: true })
        const precious = join(elsewhere, ...parts.slice(depth), 'deviceid')
        writeFileSync(precious, 'precious')
        mkdirSync(join(places.cache, ...parts.slice(0, depth - 1)), { recursive: true })
        symlinkSync(elsewhere, join(places.cache, ...parts.slice(0, depth)))
        symlinkSync(precious, join(places.temporary, 'mat-debug-1.log'))
        symlinkSync(precious, join(places.temporary, '.ses'))
        expect((await leftBehind.list()).paths).toEqual([])
        expect(await leftBehind.settle(true)).toEqual({ deletedFiles: 0, freedBytes: 0, left: [] })
        expect(existsSync(precious)).toBe(true)
      }
    }
  )

  test('lies where the system has its caches; a relative place is no place, and on Windows there is none', async () => {
    const own = join(root, 'own cache')
    const withOwn = machine('linux', { XDG_CACHE_HOME: own })
    leave({ cache: own, temporary: withOwn.temporary })
    expect((await withOwn.leftBehind.list()).paths).toHaveLength(5)

    const relative = machine('linux', { XDG_CACHE_HOME: 'cache' })
    leave(relative)
    expect((await relative.leftBehind.list()).paths).toHaveLength(5)

    const mac = machine('darwin', { XDG_CACHE_HOME: own })
    leave(mac)
    expect((await mac.leftBehind.list()).paths[0]).toContain('Library/Application Support')

    const windows = machine('win32')
    leave(windows)
    expect((await windows.leftBehind.list()).paths).toEqual([])
    expect((await new LeftBehind(null, openMemoryStore().settings).list()).paths).toEqual([])
  })
})
