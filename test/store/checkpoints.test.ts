import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src/main/engine/store/database.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import { sourceCheckpointer } from '../tools/source-workers.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'

const root = temporaryFolder()
const megabyte = new Uint8Array(1 << 20).fill(7)
const pagesOfMegabyte = 256

interface Log {
  readonly log: number
  readonly checkpointed: number
}

/** Thumbnails have a database of their own, so that all of these pages are in one log. */
function write(store: Store, firstId: number, lastId: number): void {
  for (let itemId = firstId; itemId <= lastId; itemId++)
    store.transaction(() => store.thumbnails.save([{ itemId, jpeg: megabyte }]))
}

/** What another connection sees of the log, without copying anything. */
function watchLog(folder: string): () => Log {
  const database = new Database(join(folder, 'thumbnails.db'))
  onTestFinished(() => void database.close())
  const log = database.prepare<[], Log>('PRAGMA wal_checkpoint(NOOP)')
  return () => log.get()!
}

const newFolder = (): string => mkdtempSync(join(root, 'data-'))

test('a log of 16 MB is copied into the database by another thread, and nothing of it is lost', async () => {
  const folder = newFolder()
  const store = openStore({ folder, checkpointer: sourceCheckpointer })
  const log = watchLog(folder)
  write(store, 1, 12)
  expect(log()).toMatchObject({ checkpointed: 0 })
  write(store, 13, 18)
  // SQLite would not do so by itself yet.
  expect(log().log).toBeLessThan(8000)
  await expect.poll(() => log().checkpointed).toBeGreaterThan(16 * pagesOfMegabyte)

  await store.endCheckpoints()
  expect(store.thumbnails.get(17)?.length).toBe(megabyte.length)
  store.close()
})

test('the last to close leaves no log behind, also when the thread has been at work', async () => {
  const folder = newFolder()
  const store = openStore({ folder, checkpointer: sourceCheckpointer })
  write(store, 1, 20)
  await store.endCheckpoints()
  store.close()
  expect(existsSync(join(folder, 'thumbnails.db-wal'))).toBe(false)
  const again = openStore({ folder })
  expect(again.thumbnails.get(20)?.length).toBe(megabyte.length)
  again.close()
})

test.each([
  ['cannot be started', null],
  ['fails', "import { parentPort } from 'node:worker_threads'\nparentPort.on('message', () => missing())"]
])('a thread that %s is not needed: SQLite copies the log within a commit, as it does alone', async (_, source) => {
  const folder = newFolder()
  const checkpointer = join(folder, 'thread.mjs')
  if (source !== null) writeFileSync(checkpointer, source)
  const store = openStore({ folder, checkpointer })
  const log = watchLog(folder)
  let itemId = 0
  await expect
    .poll(() => {
      write(store, ++itemId, itemId)
      return log().checkpointed
    })
    .toBeGreaterThan(0)
  // Not the bound for a thread that does not come to its end.
  expect(itemId).toBeLessThan(40)
  await store.endCheckpoints()
  store.close()
})
