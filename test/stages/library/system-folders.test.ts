import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test, type TestContext } from 'vitest'
import { listFolder } from '../../../src/main/engine/stages/library/folder-listing.ts'
import { identityOf, isInsideItself, type Identity } from '../../../src/main/engine/stages/library/identity.ts'
import { LinkGuard } from '../../../src/main/engine/stages/library/outside-links.ts'
import {
  isSystemFolder,
  kindInTable,
  onDemandReason,
  systemReason
} from '../../../src/main/engine/stages/library/system-folders.ts'
import { folderWith, scanAll } from './folders.ts'

interface Scanned {
  readonly paths: readonly string[]
  readonly problems: readonly { readonly path: string; readonly reason: string }[]
  readonly system: readonly boolean[]
}

/** Scans where other things are mounted; nobody else sees these mounts. Only the superuser of Linux may do so. */
function scanWithMounts(context: TestContext, folder: string, mounts: readonly string[], ...asked: string[]): Scanned {
  const trial = 'unshare -m mount -t tmpfs none /mnt'
  const isAllowed = ((): boolean => {
    try {
      execFileSync('sh', ['-c', trial], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })()
  context.skip(!isAllowed, `nothing can be mounted for this test alone here (${trial} is refused)`)
  const script = [...mounts, 'exec "$@"'].join(' && ')
  const run = [process.execPath, resolve(import.meta.dirname, 'scan-once.ts'), folder, ...asked]
  return JSON.parse(
    execFileSync('unshare', ['-m', 'sh', '-c', script, 'sh', ...run], { encoding: 'utf8', cwd: folder })
  ) as Scanned
}

test('file systems of the system that are mounted inside a chosen folder are left out, and that is said', context => {
  const folder = folderWith({ 'a.jpg': '', 'proc/below.txt': 'hidden by the mount', 'disk/b.jpg': '' })
  for (const name of ['sys', 'cgroup', 'pts', 'disk']) mkdirSync(join(folder, name), { recursive: true })
  const { paths, problems } = scanWithMounts(context, folder, [
    'mount -t proc none proc',
    'mount -t sysfs none sys',
    'mount -t cgroup2 none cgroup',
    'mount -t devpts none pts',
    // An ordinary disk is looked into.
    'mount -t tmpfs none disk',
    'echo 1 > disk/on-the-disk.jpg'
  ])
  expect(paths).toEqual(['a.jpg', 'disk/on-the-disk.jpg'])
  expect(problems.map(({ path, reason }) => [path, reason])).toEqual(
    ['cgroup', 'proc', 'pts', 'sys'].map(path => [path, systemReason])
  )
})

test('where a whole disk is chosen its system folders are left out by their place, whatever is mounted there', async context => {
  context.skip(process.platform !== 'linux', 'these are Linux’s')
  const within = await identityOf('/', null)
  for (const name of ['proc', 'sys', 'dev', 'run'].filter(each => existsSync(`/${each}`))) {
    const place = { path: name, realPath: `/${name}`, within }
    const { files, folders, problems } = await listFolder('/', place, new LinkGuard('/', { roots: [], included: [] }))
    expect([files, folders, problems], name).toEqual([[], [], [{ path: name, reason: systemReason }]])
  }
})

test('system folders cannot be chosen, others can', async context => {
  context.skip(process.platform !== 'linux', 'these are Linux’s')
  for (const folder of ['/proc', '/proc/self', '/sys', '/sys/kernel', '/dev', '/run'])
    if (existsSync(folder)) expect(await isSystemFolder(folder), folder).toBe(true)
  expect(await isSystemFolder('/')).toBe(false)
  expect(await isSystemFolder(folderWith())).toBe(false)
})

test('a disk that is mounted inside itself is scanned once', context => {
  const folder = folderWith({ 'a.jpg': '', 'deep/b.jpg': '' })
  mkdirSync(join(folder, 'deep', 'again'))
  const { paths, problems } = scanWithMounts(context, folder, ['mount --rbind . deep/again'])
  expect(paths).toEqual(['a.jpg', 'deep/b.jpg'])
  expect(problems).toEqual([])
})

test('only a folder that is itself above is taken for one that is inside itself', () => {
  const chain = (first: readonly [number, number], ...places: readonly (readonly [number, number])[]): Identity => {
    const at = ([device, inode]: readonly [number, number], within: Identity | null): Identity => ({
      ...{ device: BigInt(device), inode: BigInt(inode), within }
    })
    return places.reduce<Identity>((within, place) => at(place, within), at(first, null))
  }
  expect(isInsideItself(chain([1, 5]))).toBe(false)
  expect(isInsideItself(chain([1, 5], [1, 6], [1, 5]))).toBe(true)
  expect(isInsideItself(chain([1, 5], [2, 5]))).toBe(false)
  // Where nothing is numbered, nothing is known.
  expect(isInsideItself(chain([1, 0], [1, 0]))).toBe(false)
})

test('the table of mounts says what is mounted without opening it', () => {
  const table = [
    '21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
    '22 21 0:21 / /proc rw - proc proc rw',
    '23 21 0:45 / /net rw,relatime master:3 shared:4 - autofs /etc/auto.net rw',
    '24 21 259:262145 / /data\\040disk rw - xfs /dev/nvme1n1 rw',
    ''
  ].join('\n')
  const device = (major: bigint, minor: bigint): bigint =>
    ((major & 0xfffn) << 8n) | ((major & ~0xfffn) << 32n) | (minor & 0xffn) | ((minor & ~0xffn) << 12n)
  expect(kindInTable(table, device(254n, 0n))).toBe('ext4')
  expect(kindInTable(table, device(0n, 21n))).toBe('proc')
  expect(kindInTable(table, device(0n, 45n))).toBe('autofs')
  expect(kindInTable(table, device(259n, 262145n))).toBe('xfs')
  expect(kindInTable(table, device(0n, 99n))).toBeUndefined()
  expect(onDemandReason).toContain('choose the folder itself')
})

test('an ordinary folder is not touched by any of this', async () => {
  const folder = folderWith({ 'proc/a.jpg': '', 'sys/b.jpg': '', 'dev/c.jpg': '', 'run/d.jpg': '' })
  const { paths, problems } = await scanAll(folder)
  expect([paths, problems]).toEqual([['dev/c.jpg', 'proc/a.jpg', 'run/d.jpg', 'sys/b.jpg'], []])
})
