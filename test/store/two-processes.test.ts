import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openStore } from '../../src/main/engine/store/database.ts'
import { acquireWriter, SharedWriter } from '../../src/main/engine/store/writer-lock.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { found, words } from './drawn.ts'

const root = temporaryFolder()
const newFolder = (): string => mkdtempSync(join(root, 'data-'))

const writers: ChildProcess[] = []
afterAll(() => writers.forEach(writer => writer.kill('SIGKILL')))

/** @returns once it has saved its first batch */
async function startWriter(folder: string): Promise<ChildProcess> {
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'write-forever.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  writers.push(writer)
  await once(writer.stdout, 'data')
  return writer
}

async function kill(writer: ChildProcess): Promise<void> {
  const ended = once(writer, 'exit')
  writer.kill('SIGKILL')
  await ended
}

test('only one process indexes; the other is told which one does, and may go on when that one was killed', async () => {
  const folder = newFolder()
  const writer = await startWriter(folder)
  expect(() => acquireWriter(folder)).toThrow(
    expect.objectContaining({
      code: 'database-in-use',
      message: expect.stringContaining(`process id ${writer.pid}`) as string,
      detail: { processId: writer.pid }
    })
  )
  // Reading goes on meanwhile.
  const store = openStore({ folder })
  expect(store.items.counts().indexed).toBeGreaterThanOrEqual(10)
  expect(store.words.search(words('hedgehog'), 5)).toHaveLength(5)
  // And so do small changes.
  store.settings.set('devices', 'dark')
  store.close()

  await kill(writer)
  const release = acquireWriter(folder)
  expect(() => acquireWriter(folder)).toThrow(
    expect.objectContaining({ code: 'database-in-use', detail: { processId: process.pid } })
  )
  release()
  release()
  acquireWriter(folder)()
})

test('the jobs of one engine share the lock, and the last lets go', () => {
  const folder = newFolder()
  const writer = new SharedWriter(folder)
  const [indexing, training] = [writer.acquire(), writer.acquire()]
  const isTaken = (): boolean => {
    try {
      acquireWriter(folder)()
      return false
    } catch {
      return true
    }
  }
  indexing()
  indexing()
  expect(isTaken()).toBe(true)
  training()
  expect(isTaken()).toBe(false)
  writer.acquire()()
  expect(isTaken()).toBe(false)
})

test('a process that is killed at any moment leaves whole batches and nothing else', async () => {
  const folder = newFolder()
  for (let round = 0; round < 5; round++) {
    const writer = await startWriter(folder)
    await new Promise(resolve => setTimeout(resolve, 20 + round * 23))
    await kill(writer)

    const store = openStore({ folder })
    const { eligible, indexed } = store.items.counts()
    expect(eligible % 10).toBe(0)
    expect(eligible).toBeGreaterThanOrEqual((round + 1) * 10)
    expect(indexed).toBe(eligible)
    expect(store.items.countUnencoded('model')).toBe(0)
    expect(store.embeddings.count('encoder')).toBe(eligible * 2)
    expect(store.projections.count('space')).toBe(eligible * 2)
    expect(store.words.search(words('badger'), 100_000)).toHaveLength(eligible)
    for (const { itemId } of store.items.each()) expect(store.thumbnails.get(itemId)).toBeDefined()
    store.close()
  }
})

test('a reader sees a batch whole or not at all', () => {
  const folder = newFolder()
  const [writer, reader] = [openStore({ folder }), openStore({ folder })]
  const { folderId } = writer.folders.add('/notes', 0)
  writer.transaction(() => {
    writer.items.add(folderId, [found('a.md')])
    expect(reader.items.counts().eligible).toBe(0)
    writer.items.add(folderId, [found('b.md')])
  })
  expect(reader.items.counts().eligible).toBe(2)
  writer.close()
  reader.close()
})

test('three processes that open a new data folder in the same moment all get it', async () => {
  const below = temporaryFolder()
  const processes = Array.from({ length: 3 }, () =>
    spawn(process.execPath, [join(import.meta.dirname, 'open-at-once.ts'), below, '25'], {
      stdio: ['pipe', 'pipe', 'pipe']
    })
  )
  await Promise.all(processes.map(({ stdout }) => once(stdout, 'data')))
  const words = processes.map(async ({ stderr }) => (await stderr.toArray()).map(String).join(''))
  const ended = processes.map(one => once(one, 'exit'))
  for (const { stdin } of processes) stdin.end('go')
  expect(await Promise.all(words)).toEqual(['', '', ''])
  expect((await Promise.all(ended)).map(([code]: unknown[]) => code)).toEqual([0, 0, 0])
})
