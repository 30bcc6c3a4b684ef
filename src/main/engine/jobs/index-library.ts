import { config } from '../config.ts'
import type { Changes, FolderId, FoundFile, ItemId, KnownFile, OutsideLink, ScanProblem } from '../domain.ts'
import { EngineError } from '../errors.ts'
import { compare, isBelow } from '../library/compare.ts'
import { resolveLinks } from '../library/links.ts'
import { partExcluded } from '../library/part-excluded.ts'
import { scan } from '../library/scan.ts'
import type { ActiveModel } from '../models.ts'
import { linkRules, saveFoundLinks } from '../outside-links.ts'
import type { Store, StoredFolder, WorkItem } from '../store/store.ts'
import type { LibraryEncoder } from '../workers/encoder-process.ts'
import { hashFound } from './hash-found.ts'
import type { Progress } from './queue.ts'
import { readFiles } from './read-files.ts'
import { rememberRebuild } from './rebuild-time.ts'
import { SpeedMeter } from './speed.ts'
import { saveRead } from './save-read.ts'

export interface IndexDeps {
  readonly store: Store
  readonly encoder: LibraryEncoder
  readonly model: ActiveModel | null
  /** The same model, perhaps with another version of its map by now: what is saved belongs to the one that answers. */
  readonly modelNow: () => ActiveModel | null
  /** The galleries and the page follow; items are the ones whose vectors may have changed. */
  readonly onSaved: (change: { itemIds: readonly ItemId[]; folderIds: ReadonlySet<FolderId> }) => void
  readonly onRemoved: (itemIds: readonly ItemId[]) => void
  /** Every file is read anew, not only what changed. */
  readonly isRebuild?: boolean
}

interface Control {
  readonly signal: AbortSignal
  pace(): Promise<void>
}

/**
 * The sentence, spelled out: folders are scanned, what changed is decoded and encoded, projected and stored. Each batch is
 * one transaction: stop it anywhere, start it again, and it carries on.
 */
export async function* indexLibrary(deps: IndexDeps, control: Control): AsyncGenerator<Progress> {
  const { store, encoder, model } = deps
  let progress: Progress = { stage: 'scan', done: 0, total: null, failed: 0, encoded: 0 }
  yield progress

  const described: WorkItem[] = []
  for (const folder of store.folders.all()) {
    await control.pace()
    described.push(...(await followChanges(folder, deps, control.signal)))
    yield progress
  }

  if (deps.isRebuild === true) await readAllAgain(store, control)

  const unseen = model === null ? 0 : store.items.countUnencoded(model.key)
  progress = { ...progress, stage: 'encode', total: store.items.counts().waiting + described.length + unseen }
  yield progress

  const passes: { items: Iterable<WorkItem>; encodePicture: boolean }[] = [
    { items: pages((after, limit) => store.items.waiting(after, limit)), encodePicture: true },
    // Only what is written about them changed: the picture's embedding stays.
    { items: described, encodePicture: false },
    // The active model has not seen these yet.
    { items: model === null ? [] : reachable(unencoded(store, model.key), store), encodePicture: true }
  ]
  const speed = new SpeedMeter()
  const paced = speed.follow(control)
  for (const { items, encodePicture } of passes) {
    for await (const batch of batches(readFiles(items, encoder, paced, { encodePicture }))) {
      speed.add(batch.filter(({ output }) => output.picture !== null).length)
      const saved = saveRead(batch, store, answering(deps), { pictureWasEncoded: encodePicture })
      progress = {
        ...progress,
        done: progress.done + batch.length,
        failed: progress.failed + saved.failed,
        encoded: progress.encoded + saved.encoded
      }
      deps.onSaved({
        itemIds: batch.map(({ item }) => item.itemId),
        folderIds: new Set(batch.map(({ item }) => item.folderId))
      })
      yield progress
    }
  }

  if (model !== null) speed.remember(store, model.key)
  if (deps.isRebuild === true) rememberRebuild(store, model?.key ?? '', progress.done, speed.seconds)

  yield { ...progress, stage: 'finish' }
  followLinks(store)
  yield { ...progress, stage: 'finish', total: progress.done }
}

/** What can be read now is sent back to waiting; what is on a disk that is not connected stays as it is. */
async function readAllAgain(store: Store, control: Control): Promise<void> {
  for (const { folderId, isReachable } of store.folders.all()) {
    if (!isReachable) continue
    for (let after: ItemId | null = 0; after !== null; after = store.items.readAgain(folderId, after)) {
      await control.pace()
      await new Promise(resolve => setImmediate(resolve))
    }
  }
}

/** An embedding is saved with the towers that made it, and projected with the version that answers now. */
function answering({ model, modelNow }: IndexDeps): ActiveModel | null {
  const now = modelNow()
  return now?.key === model?.key ? now : model
}

/** Brings the store up to date with one folder, without reading any content that is known. Returns what needs its metadata read again. */
async function followChanges(folder: StoredFolder, deps: IndexDeps, signal: AbortSignal): Promise<WorkItem[]> {
  const { store } = deps
  const found: FoundFile[] = []
  const problems: ScanProblem[] = []
  const outside: OutsideLink[] = []
  try {
    for await (const entry of scan(folder.path, signal, await linkRules(folder, store))) {
      if ('file' in entry) found.push(entry.file)
      else if ('problem' in entry) problems.push(entry.problem)
      else outside.push(entry.outside)
    }
  } catch (error) {
    if (!(error instanceof EngineError) || signal.aborted) throw error
    // An unplugged disk is not an empty one: everything that is known of it stays.
    store.folders.saveScan(folder.folderId, {
      isReachable: false,
      problems: [{ path: folder.path, reason: error.message }]
    })
    return []
  }
  // What an older version read through a link that nobody was asked about stays as it is until somebody answers.
  const held = new Set(saveFoundLinks(folder, outside, store))
  const known = store.items.inFolder(folder.folderId).filter(({ path }) => !isBelow(path, held))
  const everyExcluded = store.excluded.inFolder(folder.folderId)
  const excluded = { ...everyExcluded, files: everyExcluded.files.filter(({ path }) => !isBelow(path, held)) }
  const knownFiles = known.length + excluded.files.filter(({ isThere }) => isThere).length
  if (found.length === 0 && problems.length === 0 && knownFiles >= config.emptyFolderKeeps) {
    // The folder of a disk that is not mounted is there, and empty.
    const reason = `The folder is empty now, and ${knownFiles} files of it are known. They are kept, in case a disk is not connected. Remove the folder from the library to forget them.`
    store.folders.saveScan(folder.folderId, { isReachable: false, problems: [{ path: folder.path, reason }] })
    return []
  }
  const hash = (file: FoundFile): Promise<string> => hashFound(folder.path, file)
  const { kept, changes: exclusions } = await partExcluded(found, known, excluded, problems, hash)
  const changes = await compare(kept, known, problems, hash)
  store.transaction(() => {
    store.excluded.saveScan(folder.folderId, exclusions, Date.now())
    applyChanges(folder.folderId, changes, store)
  })
  store.folders.saveScan(folder.folderId, { isReachable: true, problems })
  const gone = changes.gone.map(({ itemId }) => itemId)
  // Thumbnails lie in a database of their own: no cascade reaches them.
  store.thumbnails.remove(gone)
  if (gone.length > 0) deps.onRemoved(gone)
  if (changes.added.length + changes.gone.length + changes.moved.length + changes.changed.length > 0)
    deps.onSaved({ itemIds: [], folderIds: new Set([folder.folderId]) })
  const described = changes.moved.filter(move => move.known.sidecarStamp !== move.found.sidecarStamp)
  return [...changes.described, ...described].map(change => workItem(folder, change.known, change.found))
}

function applyChanges(folderId: FolderId, changes: Changes, store: Store): void {
  store.items.remove(changes.gone.map(({ itemId }) => itemId))
  for (const { known, found } of changes.moved) store.items.relocate(known.itemId, found)
  for (const { known, found } of changes.touched) store.items.relocate(known.itemId, found)
  for (const { known, found } of changes.changed) store.items.markChanged(known.itemId, found)
  // What was excluded while the folder was looked at stays out.
  store.items.add(
    folderId,
    changes.added.filter(({ path }) => !store.excluded.covers(folderId, path))
  )
}

function workItem(folder: StoredFolder, known: KnownFile, found: FoundFile): WorkItem {
  return {
    ...found,
    itemId: known.itemId,
    folderId: folder.folderId,
    folderPath: folder.path,
    contentHash: known.contentHash
  }
}

/** Indexed items that a model has not encoded, by id. */
export function unencoded(store: Store, modelKey: string): Generator<WorkItem> {
  return pages((after, limit) => store.items.unencoded(modelKey, after, limit))
}

/** What is on a disk that is not connected was read before, and must not fail for that. */
function* reachable(items: Iterable<WorkItem>, store: Store): Generator<WorkItem> {
  const there = new Set(store.folders.all().flatMap(folder => (folder.isReachable ? [folder.folderId] : [])))
  for (const item of items) if (there.has(item.folderId)) yield item
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

/** Up to `saveBatch` of what is done, or fewer when time has passed, so that results show up soon and a kill loses little. */
export async function* batches<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = []
  let sinceMs = performance.now()
  for await (const item of items) {
    batch.push(item)
    if (batch.length < config.saveBatch && performance.now() - sinceMs < config.saveEveryMs) continue
    yield batch
    batch = []
    sinceMs = performance.now()
  }
  if (batch.length > 0) yield batch
}

/** Links find their items by name and place, so any added or moved file can give an old link a target. */
function followLinks(store: Store): void {
  const links = [...store.links.all()]
  const items = [...store.items.each()]
  const before = new Map(links.map(link => [link.linkId, link.toId]))
  const changed = resolveLinks(links, items).filter(({ linkId, toId }) => before.get(linkId) !== toId)
  if (changed.length > 0) store.transaction(() => store.links.resolve(changed))
}
