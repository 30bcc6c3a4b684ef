import { config } from '../../base/config.ts'
import type { FolderId, ItemId } from '../../base/domain.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import type { Store, StoredFolder, WorkItem } from '../../store/store.ts'
import type { LibraryEncoder } from '../../workers/encoder-process.ts'
import { finishLeaving } from './finish-leaving.ts'
import { followLinks } from './follow-links.ts'
import { comeBack, forgetOld } from './come-back.ts'
import { followChanges } from './follow-changes.ts'
import { giveWay, inTurns } from '../../base/give-way.ts'
import { completeTexts } from '../projecting/complete-texts.ts'
import type { Control, Progress } from '../../base/job-queue.ts'
import { withOwnTexts } from './own-texts.ts'
import { readFiles, type ReadItem } from './read-files.ts'
import { rememberRebuild } from './rebuild-time.ts'
import { SpeedMeter } from './speed.ts'
import { saveRead, type SaveDeps } from './save-read.ts'
import { countUnencodedHere, unencoded } from './unencoded.ts'
import { partUnread } from './unread.ts'

/** Of some 10 ms each: a batch waits no longer for the posting lists of the ones before. */
const listStepsPerBatch = 8

export interface IndexDeps {
  readonly store: Store
  readonly encoder: LibraryEncoder
  readonly model: ActiveModel | null
  /** The same model, perhaps with another version of its map by now: what is saved belongs to the one that answers. */
  readonly modelNow: () => ActiveModel | null
  /** The galleries follow what was just saved. */
  readonly follow: SaveDeps['onSaved']
  /** The galleries and the page follow; items are the ones whose vectors may have changed. */
  readonly onSaved: (change: { itemIds: readonly ItemId[]; folderIds: ReadonlySet<FolderId> }) => void
  readonly onRemoved: (itemIds: readonly ItemId[]) => void
  /** Every file is read anew, not only what changed. */
  readonly isRebuild?: boolean
}

/**
 * The sentence, spelled out: folders are scanned, what changed is decoded and encoded, projected and stored. Each batch is
 * one transaction: stop it anywhere, start it again, and it carries on.
 */
export async function* indexLibrary(deps: IndexDeps, control: Control): AsyncGenerator<Progress> {
  const { store, encoder, model } = deps
  let progress: Progress = { stage: 'scan', done: 0, total: null, failed: 0, encoded: 0 }
  yield progress

  store.leaving.recover()
  await finishLeaving(store)
  await renewWords(store, control)
  await forgetOld(store, Date.now(), control)
  const described = await followAll(store.folders.all(), deps, control)
  yield progress

  if (deps.isRebuild === true) await readAllAgain(store, control)

  await encodeWhatWasSaid(deps, control)
  const unseen = model === null ? 0 : await countUnencodedHere(store, model.key)
  progress = { ...progress, stage: 'encode', total: store.items.counts().waiting + described.length + unseen }
  yield progress

  const passes: { items: Iterable<WorkItem> | AsyncIterable<WorkItem>; encodePicture: boolean }[] = [
    { items: waiting(store), encodePicture: true },
    // Only what is written about them changed: the picture's embedding stays.
    { items: described, encodePicture: false },
    // The active model has not seen these yet.
    { items: model === null ? [] : unencodedHere(store, model.key), encodePicture: true }
  ]
  const speed = new SpeedMeter()
  const paced = speed.follow(control)
  const changedMeanwhile = new Set<FolderId>()
  let hasLookedTwice = false
  for (let pass = passes.shift(); pass !== undefined; pass = passes.shift()) {
    const { items, encodePicture } = pass
    for await (const batch of batches(readFiles(items, encoder, paced, { encodePicture }), passagesOf)) {
      speed.add(batch.filter(({ output }) => output.picture !== null).length)
      const { read, unreachable, lookAgain } = await partUnread(batch, deps)
      for (const folderId of lookAgain) changedMeanwhile.add(folderId)
      const complete = model === null ? read : await withOwnTexts(read, store, encoder, control.signal)
      const saved = await saveRead(complete, {
        store,
        model: () => answering(deps),
        pictureWasEncoded: encodePicture,
        onSaved: deps.follow,
        signal: control.signal
      })
      progress = {
        ...progress,
        done: progress.done + batch.length,
        total: Math.max(progress.total ?? 0, progress.done + batch.length),
        failed: progress.failed + saved.failed,
        encoded: progress.encoded + saved.encoded,
        unreachable: (progress.unreachable ?? 0) + unreachable
      }
      deps.onSaved({ itemIds: [], folderIds: new Set(batch.map(({ item }) => item.folderId)) })
      yield progress
      await tendWords(store, control, listStepsPerBatch)
    }
    if (passes.length > 0 || changedMeanwhile.size === 0) continue
    // What was moved, written or taken away while it was read is looked at once more; what is still restless then, next time.
    const folders = store.folders.all().filter(({ folderId }) => changedMeanwhile.has(folderId))
    changedMeanwhile.clear()
    if (hasLookedTwice) break
    hasLookedTwice = true
    passes.push({ items: await followAll(folders, deps, control), encodePicture: false })
    passes.push({ items: waiting(store), encodePicture: true })
  }

  if (model !== null) speed.remember(store, model.key)
  if (deps.isRebuild === true) rememberRebuild(store, model?.key ?? '', progress.done, speed.seconds)

  yield { ...progress, stage: 'finish' }
  await tendWords(store, control, Infinity)
  await followLinks(store)
  yield { ...progress, stage: 'finish', total: progress.done }
}

/** Words that an older version of Reverie wrote are written as they are looked for today. No file is read for it. */
async function renewWords(store: Store, control: Control): Promise<void> {
  while (store.words.renew(config.pageSize)) {
    await control.pace()
    await giveWay()
  }
}

/** The posting lists follow what was written: see word-lists.ts. What is not done here is done by the next run. */
async function tendWords(store: Store, control: Control, steps: number): Promise<void> {
  for (let step = 0; step < steps && store.words.tend(); step++) {
    await control.pace()
    await giveWay()
  }
}

/** What the person said of photos since they were read, and nobody encoded because the program ended. No file is read for it. */
async function encodeWhatWasSaid(deps: IndexDeps, { signal }: Control): Promise<void> {
  const { store, encoder } = deps
  const model = answering(deps)
  if (model === null) return
  const itemIds: ItemId[] = []
  for await (const { itemId } of unencoded(store, model.key)) itemIds.push(itemId)
  const encoded = await completeTexts(itemIds, store, model, encoder, signal)
  if (encoded.length > 0) deps.follow({ itemIds: encoded })
}

/** Brings the store up to date with folders. @returns what needs its metadata read again */
async function followAll(folders: readonly StoredFolder[], deps: IndexDeps, control: Control): Promise<WorkItem[]> {
  const described: WorkItem[] = []
  for (const folder of folders) {
    await control.pace()
    described.push(...(await followChanges(folder, deps, control.signal)))
  }
  const { back, described: backDescribed } = await comeBack(deps.store, answering(deps), control)
  await inTurns(back, itemId => deps.follow({ itemIds: [itemId] }))
  if (back.length > 0) deps.onSaved({ itemIds: [], folderIds: new Set(folders.map(({ folderId }) => folderId)) })
  return [...described, ...backDescribed]
}

/** What can be read now is sent back to waiting; what is on a disk that is not connected stays as it is. */
async function readAllAgain(store: Store, control: Control): Promise<void> {
  for (const { folderId, isReachable } of store.folders.all()) {
    if (!isReachable) continue
    for (let after: ItemId | null = 0; after !== null; after = store.items.readAgain(folderId, after)) {
      await control.pace()
      await giveWay()
    }
  }
}

/** An embedding is saved with the towers that made it, and projected with the version that answers now. */
function answering({ model, modelNow }: IndexDeps): ActiveModel | null {
  const now = modelNow()
  return now?.key === model?.key ? now : model
}

async function* unencodedHere(store: Store, modelKey: string): AsyncGenerator<WorkItem> {
  for await (const item of unencoded(store, modelKey))
    if (item.unreachable === null && store.items.unreachableReasons([item.itemId]).size === 0) yield item
}

/** What is still to be read when its turn comes: a disk may be lost meanwhile. */
function* waiting(store: Store): Generator<WorkItem> {
  for (const item of pages((after, limit) => store.items.waiting(after, limit)))
    if (store.items.isWaiting(item.itemId)) yield item
}

/** Rows a page at a time, because rows are written while this is read. */
function* pages(read: (afterId: ItemId, limit: number) => readonly WorkItem[]): Generator<WorkItem> {
  let after = 0
  for (;;) {
    const page = read(after, config.pageSize)
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    after = last.itemId
  }
}

function passagesOf({ output: { reading } }: ReadItem): number {
  return reading.kind === 'note' ? reading.passages.length : 0
}

/**
 * Up to `saveBatch` of what is done, or fewer when they are long or time has passed, so that results show up soon and a kill
 * loses little.
 */
export async function* batches<T>(items: AsyncIterable<T>, passagesOf: (item: T) => number): AsyncGenerator<T[]> {
  let batch: T[] = []
  let passages = 0
  let sinceMs = performance.now()
  for await (const item of items) {
    batch.push(item)
    passages += passagesOf(item)
    const isSmall = batch.length < config.saveBatch && passages < config.saveBatchPassages
    if (isSmall && performance.now() - sinceMs < config.saveEveryMs) continue
    yield batch
    batch = []
    passages = 0
    sinceMs = performance.now()
  }
  if (batch.length > 0) yield batch
}
