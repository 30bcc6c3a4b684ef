import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { FoundFile } from '../../src/main/engine/base/domain.ts'
import { hashFile } from '../../src/main/engine/base/hash-file.ts'
import { hashFound } from '../../src/main/engine/features/indexing/hash-found.ts'
import { readNote } from '../../src/main/engine/stages/library/note/read-note.ts'
import type { EncoderApi, ReadOutput } from '../../src/main/engine/workers/encoder-api.ts'
import { createEncoderApi } from '../../src/main/engine/workers/encoder-service.ts'
import { identifyFile } from '../../src/main/engine/workers/identify-file.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'

const folder = temporaryFolder()
const gigabyte = 1024 ** 3
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
let api: EncoderApi

beforeAll(() => {
  api = createEncoderApi()
})

/** A file that begins like this and goes on with holes, which take no room on the disk and read as zeros. */
function sparse(name: string, head: Buffer | string, sizeBytes: number): string {
  const path = join(folder, name)
  writeFileSync(path, head)
  truncateSync(path, sizeBytes)
  return path
}

const read = (path: string): Promise<ReadOutput> =>
  api.read({ path, sidecarPaths: [], modifiedMs: 0, encodePicture: false })

/** All that this process has asked the system to read so far. */
const bytesRead = (): number => Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])

async function bytesReadBy(work: () => Promise<unknown>): Promise<number> {
  const before = bytesRead()
  await work()
  return bytesRead() - before
}

const noCount = 'only Linux tells a process how many bytes it has read'

test.each([
  ['picture.png', png, 10 * gigabyte, 'too-large', /10,240 MB.*1,024 MB/],
  ['a text.txt', 'plain words '.repeat(6000), 10 * gigabyte, 'too-large', /10737 MB.*50 MB/],
  ['papers.pdf', '%PDF-1.7\n', 10 * gigabyte, 'too-large', /10737 MB.*200 MB/],
  ['film.jpg', '\0\0\0\x18ftypmp42', 10 * gigabyte, 'wrong-content', /a video/],
  ['just over.png', png, gigabyte + 1, 'too-large', /1,024 MB/]
])('of %s no more than its head is read, because it is too large', async (name, head, sizeBytes, code, reason) => {
  const path = sparse(name, head, sizeBytes)
  let output: ReadOutput | undefined
  const count = process.platform === 'linux' ? bytesReadBy : (work: () => Promise<unknown>) => work().then(() => 0)
  expect(await count(async () => (output = await read(path)))).toBeLessThan(300_000)
  expect(output?.reading).toMatchObject({ kind: 'failure', code, reason: expect.stringMatching(reason) as string })
  const opened = await api.openPicture({ path })
  expect(opened).toMatchObject({ kind: 'failure' })
})

const found = (path: string, sizeBytes: number): FoundFile => ({
  ...{ path, sizeBytes, modifiedMs: 0, sidecarPaths: [], sidecarStamp: '' }
})

test('the engine does not open what no reader reads, to see whether it was moved', async context => {
  context.skip(process.platform !== 'linux', noCount)
  sparse('moved.png', png, 10 * gigabyte)
  const refused = async (): Promise<void> => {
    await expect(hashFound(folder, found('moved.png', 10 * gigabyte))).rejects.toMatchObject({ code: 'EFBIG' })
  }
  expect(await bytesReadBy(refused)).toBeLessThan(100_000)
})

test('a file that grew since it was found is read up to where it ended then', async context => {
  context.skip(process.platform !== 'linux', noCount)
  writeFileSync(join(folder, 'log.txt'), 'a line\n')
  const before = found('log.txt', 7)
  expect(await hashFound(folder, before)).toBe(await hashFile(join(folder, 'log.txt')))
  appendFileSync(join(folder, 'log.txt'), 'more\n'.repeat(1_000_000))
  const refused = async (): Promise<void> => {
    await expect(hashFound(folder, before)).rejects.toMatchObject({ code: 'EFBIG' })
  }
  expect(await bytesReadBy(refused)).toBeLessThan(100_000)
})

test('what never ends is given up at the bound', async context => {
  context.skip(process.platform === 'win32', 'Windows has no device that never ends')
  await expect(hashFile('/dev/zero', 3_000_000)).rejects.toMatchObject({ code: 'EFBIG' })
})

test('a whole file is hashed as before, also one that ends exactly at the bound', async () => {
  const path = join(folder, 'abc')
  writeFileSync(path, 'abc')
  const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect([await hashFile(path), await hashFile(path, 3)]).toEqual([hash, hash])
  await expect(hashFile(path, 2)).rejects.toMatchObject({ code: 'EFBIG' })
  const large = sparse('large', 'x', 3 * 1024 ** 2)
  expect(await hashFile(large, 3 * 1024 ** 2)).toBe(await hashFile(large))
})

test('a pipe, a device or a folder with the name of a file is not waited for', async context => {
  context.skip(process.platform === 'win32', 'Windows has no pipes among files')
  const pipe = join(folder, 'pipe.jpg')
  execFileSync('mkfifo', [pipe])
  symlinkSync('/dev/zero', join(folder, 'endless.png'))
  symlinkSync(pipe, join(folder, 'link to a pipe.md'))
  mkdirSync(join(folder, 'folder.jpg'))
  for (const name of ['pipe.jpg', 'endless.png', 'link to a pipe.md', 'folder.jpg']) {
    const path = join(folder, name)
    expect((await read(path)).reading, name).toMatchObject({ kind: 'failure', code: 'cannot-open' })
    expect(await api.openPicture({ path }), name).toMatchObject({ kind: 'failure', code: 'cannot-open' })
    expect(await api.render({ path, maximumPx: 100 }), name).toMatchObject({ kind: 'failure', code: 'cannot-open' })
  }
})

test('a note is read as it was when it was opened', async () => {
  const path = join(folder, 'note.md')
  writeFileSync(path, '# Boats\n\nOn the sea.')
  const file = await identifyFile(path)
  expect(file).toMatchObject({ sniffed: { kind: 'note', format: 'markdown' } })
  expect(await readNote(path, 'markdown', { modifiedMs: 0, contentHash: 'x' })).toMatchObject({ title: 'Boats' })
})
