import Database from 'better-sqlite3'
import { cpSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ItemId } from '../../src/main/engine/base/domain.ts'
import { openStore } from '../../src/main/engine/store/database.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import { databaseContent } from '../engine/database-content.ts'
import { brokenInvariants } from '../tools/invariants.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { addFiles, note, takeBack, unit, words } from './drawn.ts'

const root = temporaryFolder()
/** More than are written or taken away at once. */
const passages = Array.from({ length: 300 }, (_, i) => `Passage ${i} of the lighthouse.`)

function withStore<T>(data: string, work: (store: Store) => T): T {
  const store = openStore({ folder: data })
  try {
    return work(store)
  } finally {
    store.close()
  }
}

/** A long note with a vector, beside a short one. */
function library(prepare: (store: Store, itemId: ItemId) => void = () => undefined): { data: string; itemId: ItemId } {
  const data = mkdtempSync(join(root, 'data-'))
  const itemId = withStore(data, store => {
    const [long = 0, short = 0] = addFiles(store, '/p', 'long.txt', 'short.txt')
    store.items.saveReading(long, note('long', passages))
    store.items.saveReading(short, note('short', ['A lighthouse.']))
    store.embeddings.save('encoder', [{ itemId: long, part: 3, rotationDeg: 0, vector: unit(1) }])
    store.projections.save('space', [{ itemId: long, part: 3, vector: unit(1) }])
    prepare(store, long)
    while (store.leaving.step());
    return long
  })
  return { data, itemId }
}

const foundIn = (store: Store): unknown => ({
  byWords: new Set(store.words.search(words('lighthouse'), 1000).map(({ itemId }) => itemId)),
  without: store.words.allowed({ ...words(), without: ['nothing'] }),
  exactly: new Set(store.words.search({ ...words(), exact: ['of the lighthouse'] }, 1000).map(({ itemId }) => itemId))
})

test.each<[string, (store: Store, itemId: ItemId) => unknown]>([
  ['removed', (store, itemId) => store.items.remove([itemId])],
  ['set aside', (store, itemId) => store.items.setAside([itemId], 5)],
  ['not read', (store, itemId) => store.items.forgetLongReading(itemId)],
  [
    'failed',
    (store, itemId) =>
      store.items.saveFailure(itemId, { kind: 'failure', code: 'corrupt', reason: 'Damaged.', contentHash: 'other' })
  ]
])('a long note that is %s is found by nothing from then on; a kill after any step loses nothing', (_, leave) => {
  const { data: before, itemId } = library()
  const copy = (): string => {
    const data = mkdtempSync(join(root, 'copy-'))
    cpSync(before, data, { recursive: true })
    return data
  }
  const calm = copy()
  const steps = withStore(calm, store => {
    leave(store, itemId)
    let steps = 0
    while (store.leaving.step()) steps++
    return steps
  })
  expect(steps).toBeGreaterThan(3)
  expect(brokenInvariants(calm)).toEqual([])
  for (let kill = 0; kill <= steps; kill++) {
    const data = copy()
    withStore(data, store => {
      leave(store, itemId)
      for (let step = 0; step < kill; step++) store.leaving.step()
    })
    expect(brokenInvariants(data)).toEqual([])
    withStore(data, store => {
      const short = new Set([itemId + 1])
      expect(foundIn(store)).toEqual({ byWords: short, without: short, exactly: new Set() })
      expect(store.embeddings.of('encoder', itemId)).toEqual([])
      store.leaving.recover()
      while (store.leaving.step());
      expect(store.leaving.ids()).toEqual(new Set())
    })
    expect(databaseContent(data)).toEqual(databaseContent(calm))
  }
})

test('a long note that comes back is found from its last step on; what a kill leaves is aside again, and can come back', () => {
  const { data: whole } = library()
  const { data: before, itemId } = library((store, itemId) => store.items.setAside([itemId], 5))
  const found = withStore(whole, foundIn)
  let isDone = false
  for (let kill = 1; !isDone; kill++) {
    const data = mkdtempSync(join(root, 'back-'))
    cpSync(before, data, { recursive: true })
    isDone = withStore(data, store => {
      const steps = store.items.takeBackInSteps(itemId)
      const isBack = Array.from({ length: kill }, () => steps.next().done === true).some(Boolean)
      if (isBack) expect(foundIn(store)).toEqual(found)
      else expect(foundIn(store)).toMatchObject({ byWords: new Set([itemId + 1]) })
      return isBack
    })
    expect(brokenInvariants(data)).toEqual([])
    withStore(data, store => {
      store.leaving.recover()
      while (store.leaving.step());
      expect(takeBack(store, itemId)).toBe(!isDone)
      expect(foundIn(store)).toEqual(found)
      expect(store.embeddings.of('encoder', itemId)).toHaveLength(1)
    })
    expect({ ...databaseContent(data), projections: [] }).toEqual({ ...databaseContent(whole), projections: [] })
  }
})

test('deleted words are not merged away while somebody may wait: that is one piece, and takes as long as all words do', () => {
  const { data } = library()
  const database = new Database(join(data, 'reverie.db'), { readonly: true })
  const share = database.prepare("SELECT v FROM word_index_config WHERE k = 'deletemerge'").pluck().get()
  database.close()
  expect(share).toBe(0)
})

test('one of which bringing it back was left off leaves again, and one that is leaving does not come back meanwhile', () => {
  const { data, itemId } = library((store, itemId) => store.items.setAside([itemId], 5))
  withStore(data, store => {
    const steps = store.items.takeBackInSteps(itemId)
    steps.next()
    steps.next()
    steps.return(false)
    expect(takeBack(store, itemId)).toBe(false)
    while (store.leaving.step());
    expect(takeBack(store, itemId)).toBe(true)
  })
})
