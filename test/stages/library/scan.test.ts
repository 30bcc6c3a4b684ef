import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EngineError } from '../../../src/shared/errors.ts'
import { scan } from '../../../src/main/engine/stages/library/scan.ts'
import { describeWithData } from '../../tools/shared-data.ts'
import { folderWith, scanAll, write } from './folders.ts'

/** The superuser may read everything, so nothing is unreadable to it. */
const isSuperuser = process.getuid?.() === 0

test('finds photos and notes in all folders, files before folders, in the order of their names', async () => {
  const folder = folderWith({
    'b.jpg': '1',
    'B.md': '22',
    'a/z.png': '',
    'a/deep/er/x.pdf': '1',
    'notes.ts': '',
    'film.mp4': ''
  })
  const { paths, files, problems } = await scanAll(folder)
  expect(paths).toEqual(['B.md', 'b.jpg', 'a/z.png', 'a/deep/er/x.pdf'])
  expect(files.map(({ sizeBytes }) => sizeBytes)).toEqual([2, 1, 0, 1])
  expect(problems).toEqual([])
})

test('times are whole milliseconds', async () => {
  const folder = folderWith({ 'a.jpg': '' })
  utimesSync(join(folder, 'a.jpg'), 1000.0019, 1000.0019)
  expect((await scanAll(folder)).files[0]?.modifiedMs).toBe(1_000_001)
})

test('the order is the same however many folders are listed at once', async () => {
  const names = Array.from({ length: 60 }, (_, i) => `${i % 7}/${i % 5}/${i}.jpg`)
  const folder = folderWith(Object.fromEntries(names.map(name => [name, ''])))
  const first = (await scanAll(folder)).paths
  expect(first).toHaveLength(60)
  for (let i = 0; i < 3; i++) expect((await scanAll(folder)).paths).toEqual(first)
})

test('a marker file excludes its folder and everything below it', async () => {
  const folder = folderWith({
    'a.jpg': '',
    'hidden/.nomedia': '',
    'hidden/b.jpg': '',
    'hidden/deep/c.jpg': '',
    'x/.NoIndex': '',
    'x/d.jpg': ''
  })
  expect((await scanAll(folder)).paths).toEqual(['a.jpg'])
})

test('hidden and system folders, hidden files and other programs’ caches are skipped', async () => {
  const folder = folderWith({
    ...{
      '.git/a.jpg': '',
      'node_modules/p/a.png': '',
      '@eaDir/a.jpg': '',
      '$RECYCLE.BIN/a.jpg': '',
      '__MACOSX/a.jpg': ''
    },
    ...{ 'P.photoslibrary/originals/0/a.heic': '', 'P.photoslibrary/resources/b.jpg': '', 'P.photoslibrary/c.jpg': '' },
    ...{ '._a.jpg': '', 'kept.jpg': '' }
  })
  expect((await scanAll(folder)).paths).toEqual(['kept.jpg', 'P.photoslibrary/originals/0/a.heic'])
})

test('a file without extension is found when its first bytes are a picture’s', async () => {
  const folder = folderWith({ photo: new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0]), LICENSE: 'MIT', empty: '' })
  expect((await scanAll(folder)).paths).toEqual(['photo'])
})

test('sidecars are found beside their photo, and are no items', async () => {
  const folder = folderWith({
    'x/a.jpg': '1',
    'x/a.jpg.json': '{}',
    'x/a.xmp': '<x/>',
    'x/other.json': '{}',
    'x/a.md': ''
  })
  const { files } = await scanAll(folder)
  expect(files.map(({ path, sidecarPaths }) => [path, sidecarPaths])).toEqual([
    ['x/a.jpg', ['x/a.jpg.json', 'x/a.xmp']],
    ['x/a.md', []]
  ])
  write(folder, 'x/a.xmp', '<longer/>')
  const later = (await scanAll(folder)).files
  expect(later[0]?.sidecarStamp).not.toBe(files[0]?.sidecarStamp)
  expect(later[1]?.sidecarStamp).toBe('')
})

test('links to folders that may be followed are followed once, after all real folders, and loops end', async () => {
  const outside = folderWith({ 'o.jpg': '', 'sub/p.jpg': '' })
  const folder = folderWith({ 'm/a.jpg': '' })
  symlinkSync(folder, join(folder, 'm', 'loop'))
  symlinkSync(join(folder, 'm'), join(folder, 'a-link-to-m'))
  symlinkSync(outside, join(folder, 'a-link-outside'))
  symlinkSync(outside, join(folder, 'm', 'second-link-outside'))
  symlinkSync(join(folder, 'self'), join(folder, 'self'))
  const { paths, problems } = await scanAll(folder, undefined, { roots: [outside], included: [] })
  expect(paths).toEqual(['m/a.jpg', 'a-link-outside/o.jpg', 'a-link-outside/sub/p.jpg'])
  expect(problems).toEqual([])
})

test('a link to a file of the library is that file, and a broken link is nothing', async () => {
  const outside = folderWith({ 'real.jpg': 'four' })
  const folder = folderWith()
  symlinkSync(join(outside, 'real.jpg'), join(folder, 'linked.jpg'))
  symlinkSync(join(outside, 'gone.jpg'), join(folder, 'broken.jpg'))
  const { files, problems } = await scanAll(folder, undefined, { roots: [outside], included: [] })
  expect(files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([['linked.jpg', 4]])
  expect(problems).toEqual([])
})

test('a folder that cannot be read is a problem, not an empty folder', async context => {
  context.skip(isSuperuser, 'the superuser may read every folder, so there is none to refuse')
  const folder = folderWith({ 'a.jpg': '', 'locked/b.jpg': '' })
  chmodSync(join(folder, 'locked'), 0o000)
  const { paths, problems } = await scanAll(folder)
  chmodSync(join(folder, 'locked'), 0o700)
  expect(paths).toEqual(['a.jpg'])
  expect(problems).toEqual([{ path: 'locked', reason: 'You have no permission to open it.' }])
})

test('what is too deep for the operating system is a problem', async context => {
  context.skip(process.platform === 'win32', 'Windows makes no folder that deep')
  const folder = folderWith({ 'a.jpg': '' })
  // Made step by step: its whole path is longer than the 4096 bytes that one call may name.
  const home = process.cwd()
  const deep: string[] = []
  try {
    process.chdir(folder)
    for (let i = 0; i < 20; i++) {
      mkdirSync('x'.repeat(240))
      process.chdir('x'.repeat(240))
      deep.push('x'.repeat(240))
    }
    writeFileSync('deepest.jpg', '')
  } finally {
    process.chdir(home)
  }
  const { paths, problems } = await scanAll(folder)
  expect(paths).toEqual(['a.jpg'])
  expect(problems).toHaveLength(1)
  expect(problems[0]?.reason).toBe('Its path is too long for the operating system.')
  expect(deep.join('/').startsWith(problems[0]?.path ?? '?')).toBe(true)
})

test('a name that is no text is a problem, because such a file cannot be asked for', async context => {
  context.skip(process.platform !== 'linux', 'only Linux has names that are no text')
  const folder = folderWith({ 'a.jpg': '' })
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.jpg')]), '')
  const { paths, problems } = await scanAll(folder)
  expect(paths).toEqual(['a.jpg'])
  expect(problems).toEqual([{ path: 'caf\ufffd.jpg', reason: expect.stringContaining('Rename it') as string }])
})

test('a folder whose name is no text is a problem too, and what is in it is not taken for deleted', async context => {
  context.skip(process.platform !== 'linux', 'only Linux has names that are no text')
  const folder = folderWith({ 'a.jpg': '' })
  const name = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])])
  mkdirSync(name)
  writeFileSync(Buffer.concat([name, Buffer.from('/b.jpg')]), '')
  const { paths, problems } = await scanAll(folder)
  expect(paths).toEqual(['a.jpg'])
  expect(problems).toEqual([{ path: 'caf\ufffd', reason: expect.stringContaining('Rename it') as string }])
})

test('pipes and sockets with the names of pictures are no files, also behind a link', async context => {
  context.skip(process.platform === 'win32', 'Windows has no pipes among files')
  const folder = folderWith({ 'a.jpg': '' })
  execFileSync('mkfifo', [join(folder, 'pipe.jpg'), join(folder, 'pipe'), join(folder, 'a.jpg.xmp')])
  symlinkSync(join(folder, 'pipe.jpg'), join(folder, 'link.jpg'))
  symlinkSync(join(folder, 'pipe'), join(folder, 'link'))
  symlinkSync('/dev/zero', join(folder, 'endless.jpg'))
  symlinkSync('/dev/zero', join(folder, 'endless'))
  const { paths, problems, outside, files } = await scanAll(folder)
  expect([paths, problems, outside, files[0]?.sidecarPaths]).toEqual([['a.jpg'], [], [], []])
})

test('a chosen folder that is missing, or is a file, refuses the scan', async () => {
  const folder = folderWith({ 'a.jpg': '' })
  for (const path of ['nowhere', 'a.jpg']) {
    const refused = await scanAll(join(folder, path)).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(EngineError)
    expect((refused as EngineError).code).toBe('not-found')
  }
})

test('a chosen folder that disappears during the scan refuses it, instead of looking empty', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reverie-'))
  for (let i = 0; i < 30; i++) write(folder, `${i}/a.jpg`, '')
  const entries = scan(folder, new AbortController().signal)
  await entries.next()
  rmSync(folder, { recursive: true })
  const drain = async (): Promise<void> => {
    for await (const entry of entries) expect(entry).toHaveProperty('file')
  }
  await expect(drain()).rejects.toThrow('is not there now')
})

test('an aborted scan stops with the reason that it was given', async () => {
  const folder = folderWith({ 'a/a.jpg': '', 'b/b.jpg': '' })
  const controller = new AbortController()
  const entries = scan(folder, controller.signal)
  await entries.next()
  controller.abort(new Error('enough'))
  await expect(entries.next()).rejects.toThrow('enough')
  await expect(scanAll(folder, AbortSignal.abort(new Error('never began')))).rejects.toThrow('never began')
})

describeWithData('the collection of odd formats', ['formats'], folder => {
  test('is scanned without a problem, and everything that a person would call a picture is in it', async () => {
    const { paths, problems } = await scanAll(folder)
    expect(problems).toEqual([])
    const ending = (extension: string): number => paths.filter(path => path.toLowerCase().endsWith(extension)).length
    for (const extension of ['.jpg', '.heic', '.avif', '.cr3', '.nef', '.jxl', '.jp2', '.psd'])
      expect(ending(extension), extension).toBeGreaterThan(0)
    for (const extension of ['.json', '.ico', '.fuzzed']) expect(ending(extension), extension).toBe(0)
  })
})
