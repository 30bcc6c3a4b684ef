import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { ContainedNotes } from '../../../src/main/engine/workers/contained-notes.ts'
import { followChanges } from '../../../src/main/engine/features/indexing/follow-changes.ts'
import { openStore } from '../../../src/main/engine/store/database.ts'
import type { Store } from '../../../src/main/engine/store/store.ts'
import { databaseContent } from '../../engine/database-content.ts'
import { note, photo } from '../../store/drawn.ts'
import { brokenInvariants } from '../../tools/invariants.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'

const root = temporaryFolder()

/** A library as it was known, with a folder in which all that a scan can find has happened since. */
async function changedLibrary(): Promise<{ library: string; data: string }> {
  const folder = mkdtempSync(join(root, 'changed-'))
  const library = join(folder, 'library')
  const write = (path: string, content = `content of ${path}`): void => {
    mkdirSync(dirname(join(library, path)), { recursive: true })
    writeFileSync(join(library, path), content)
  }
  const before = ['stays.jpg', 'moves 1.jpg', 'moves 2.jpg', 'gone 1.jpg', 'gone 2.jpg', 'touched.jpg', 'changes.txt']
  for (const path of [...before, 'out/named.jpg', 'out/left.jpg', 'card/lost.jpg']) write(path)
  const data = join(folder, 'data')
  mkdirSync(data)
  await withStore(data, async store => {
    const { folderId } = store.folders.add(library, 0)
    await follow(store)
    for (const item of store.items.inFolder(folderId)) {
      const hash = createHash('sha256').update(`content of ${item.path}`).digest('hex')
      if (item.path.endsWith('.jpg')) store.thumbnails.save([{ itemId: item.itemId, jpeg: Uint8Array.of(1) }])
      store.items.saveReading(item.itemId, item.path.endsWith('.jpg') ? photo(hash) : note(hash, ['One.', 'Two.']))
      if (item.path.startsWith('card/')) store.items.seen(1, [{ itemId: item.itemId, device: 'of a card' }])
    }
    // As a kill in the middle of an exclusion leaves it: named, and the items are still there.
    const named = { isFolder: true, sizeBytes: 0, modifiedMs: 0, contentHash: null }
    store.excluded.add(folderId, { ...named, path: 'out' }, 0)
  })

  for (const i of [1, 2]) {
    write(`new ${i}.jpg`)
    mkdirSync(join(library, 'sub'), { recursive: true })
    renameSync(join(library, `moves ${i}.jpg`), join(library, `sub/moved ${i}.jpg`))
    rmSync(join(library, `gone ${i}.jpg`))
    write(`out/found ${i}.jpg`)
  }
  const { mtimeMs } = statSync(join(library, 'touched.jpg'))
  utimesSync(join(library, 'touched.jpg'), mtimeMs / 1000, mtimeMs / 1000 + 60)
  write('changes.txt', 'This is longer than it was before.')
  rmSync(join(library, 'card/lost.jpg'))
  write('card/other.jpg')
  return { library, data }
}

async function withStore<T>(data: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = openStore({ folder: data })
  try {
    return await work(store)
  } finally {
    store.close()
  }
}

async function follow(store: Store, signal = new AbortController().signal): Promise<void> {
  const contained = new ContainedNotes()
  const encoder = { listContained: (path: string) => contained.list(path) }
  const deps = { store, encoder, onSaved: () => undefined, onRemoved: () => undefined }
  for (const folder of store.folders.all()) await followChanges(folder, deps, signal)
}

/** Ends the work when it has asked so many times whether it may go on. */
function endsAfter(times: number): AbortSignal & { isSpent(): boolean } {
  let left = times
  return {
    isSpent: () => left < 0,
    aborted: false,
    throwIfAborted() {
      if (--left < 0) throw new Error('Killed.')
    }
  } as unknown as AbortSignal & { isSpent(): boolean }
}

const seenOf = (store: Store): unknown => ({
  counts: store.items.counts(),
  unreachable: store.items.unreachable(10).places.map(({ place, reason, files }) => ({ place, reason, files })),
  exclusions: store.excluded.inFolder(1).files.map(({ path, isThere }) => ({ path, isThere })),
  items: store.items
    .inFolder(1)
    .map(({ path, status }) => `${path} ${status}`)
    .sort()
})

test('a scan that ends after any of its slices leaves what holds, and the next one finishes it', async () => {
  // Each look at the clock is ten milliseconds later: every slice holds one thing only.
  let nowMs = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 10))
  try {
    const { data: before } = await changedLibrary()
    const copy = (name: string | number): string => {
      const data = join(root, `copy ${name}`)
      cpSync(before, data, { recursive: true })
      return data
    }
    const calm = copy('calm')
    const expected = await withStore(calm, async store => {
      await follow(store)
      return seenOf(store)
    })
    const content = JSON.stringify(databaseContent(calm))
    expect(expected).toMatchObject({ counts: { indexed: 4, waiting: 4, unreachable: 1, excluded: 4 } })

    let kills = 0
    for (let isKilled = true; isKilled; kills++) {
      const data = copy(kills)
      const signal = endsAfter(kills)
      await withStore(data, store => follow(store, signal)).catch((error: unknown) => {
        if (!signal.isSpent()) throw error
      })
      isKilled = signal.isSpent()
      expect(brokenInvariants(data)).toEqual([])
      const after = await withStore(data, async store => {
        await follow(store)
        return seenOf(store)
      })
      expect({ kills, after }).toEqual({ kills, after: expected })
      expect(JSON.stringify(databaseContent(data))).toBe(content)
      expect(brokenInvariants(data)).toEqual([])
    }
    expect(kills).toBeGreaterThan(15)
  } finally {
    clock.mockRestore()
  }
}, 60_000)
