import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { ReadFailure } from '../../../src/main/engine/base/domain.ts'
import { partUnread } from '../../../src/main/engine/features/indexing/unread.ts'
import { openMemoryStore } from '../../../src/main/engine/store/database.ts'
import type { Store } from '../../../src/main/engine/store/store.ts'
import { photo } from '../../store/drawn.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'

const root = temporaryFolder()
let folder = ''
let store: Store

/** Two photos that were read before, in a folder of their own inside the chosen one, and wait to be read again. */
beforeEach(() => {
  folder = mkdtempSync(join(root, 'library-'))
  mkdirSync(join(folder, 'card'))
  store = openMemoryStore()
  const { folderId } = store.folders.add(folder, 0)
  for (const path of ['card/a.jpg', 'card/b.jpg']) {
    writeFileSync(join(folder, path), 'bytes')
    const { size: sizeBytes, mtimeMs } = statSync(join(folder, path))
    const device = String(statSync(join(folder, 'card'), { bigint: true }).dev)
    const more = { sidecarPaths: [], sidecarStamp: '', device }
    store.items.add(folderId, [{ path, sizeBytes, modifiedMs: Math.floor(mtimeMs), ...more }], 1)
  }
  for (const itemId of [1, 2]) store.items.saveReading(itemId, photo(`hash ${itemId}`))
  store.items.readAgain(folderId, 0)
})

async function fail(failure: Partial<ReadFailure>) {
  const [item] = store.items.waiting(0, 10)
  const reading: ReadFailure = { kind: 'failure', code: 'cannot-open', reason: 'No.', contentHash: null, ...failure }
  const output = { reading, picture: null, texts: [] }
  return partUnread([{ item: item!, output }], { store, onSaved: () => undefined })
}

test.each([
  ...['EIO', 'ESTALE', 'EACCES', 'EPERM', 'ENOTCONN', 'ENODEV', 'ENXIO', 'ETIMEDOUT', 'EHOSTDOWN', 'EHOSTUNREACH'],
  ...['ELOOP', 'EMFILE', 'ENFILE', 'EBUSY', 'EREMOTEIO', 'ENOMEDIUM', 'ENETDOWN', 'ECONNRESET', 'EINTR', 'EAGAIN']
])('%s while a file is read is no failure of the file: it is kept as it was', async systemCode => {
  const { read, unreachable, lookAgain } = await fail({ systemCode })
  expect([read, unreachable, lookAgain.size]).toEqual([[], 1, 0])
  expect(store.items.counts()).toMatchObject({ failed: 0, waiting: 1, unreachable: 1 })
  expect(store.items.matching({})).toEqual([1, 2])
  expect(store.items.unreachable(9).places).toMatchObject([{ place: 'card/a.jpg', files: 1 }])
  expect(store.items.unreachable(9).places[0]?.reason).toMatch(/^[A-Z].*\.$/)
})

test('a file that is not there in a folder that is as it was calls for another look, and stays waiting', async () => {
  rmSync(join(folder, 'card/a.jpg'))
  const { read, unreachable, lookAgain } = await fail({ systemCode: 'ENOENT' })
  expect([read, unreachable, [...lookAgain]]).toEqual([[], 0, [1]])
  expect(store.items.counts()).toMatchObject({ failed: 0, waiting: 2 })
})

test('a file that is being written calls for another look, whatever its bytes seemed to be', async () => {
  writeFileSync(join(folder, 'card/a.jpg'), 'many more bytes')
  expect([...(await fail({ code: 'corrupt' })).lookAgain]).toEqual([1])
})

test('a file that changed while it was read calls for another look, even where it is as it was by now', async () => {
  const { read, lookAgain } = await fail({ changedMeanwhile: true })
  expect([read, [...lookAgain]]).toEqual([[], [1]])
  expect(store.items.counts()).toMatchObject({ failed: 0, waiting: 2 })
})

test('with its folder goes only that folder, with the chosen one all of it: nothing more of it is read', async () => {
  renameSync(join(folder, 'card'), join(folder, 'away'))
  // As a mount point that is there again, on another device: what was known of it says so.
  const [before] = store.items.waiting(0, 1)
  store.items.seen(
    2,
    [1, 2].map(itemId => ({ itemId, device: 'another device' }))
  )
  expect(before?.unreachable).toBeNull()
  expect(await fail({ systemCode: 'ENOENT' })).toMatchObject({ unreachable: 1 })
  expect(store.items.counts()).toMatchObject({ unreachable: 2, waiting: 0 })
  expect(store.items.unreachable(9).places).toMatchObject([{ place: '', files: 2 }])
  expect(store.items.waiting(0, 10)).toEqual([])
})

test('the chosen folder that is not there is lost as a whole, also where a decoder only saw that the bytes ended', async () => {
  renameSync(folder, `${folder} away`)
  expect(await fail({ code: 'decoder-crashed' })).toMatchObject({ read: [], unreachable: 1 })
  expect(store.items.counts()).toMatchObject({ unreachable: 2, failed: 0 })
  expect(store.folders.all()[0]).toMatchObject({ isReachable: false })
})

test('content that cannot be used is a failure, with the content that it is', async () => {
  const { read, unreachable } = await fail({ code: 'decoder-crashed' })
  expect(unreachable).toBe(0)
  expect((read[0]?.output.reading as ReadFailure).contentHash).toMatch(/^[0-9a-f]{64}$/)
})

test('a file that may not be read is unreachable', async context => {
  context.skip(process.getuid?.() === 0, 'the superuser may read every file')
  chmodSync(join(folder, 'card/a.jpg'), 0)
  expect(await fail({ code: 'corrupt' })).toMatchObject({ read: [], unreachable: 1 })
})
