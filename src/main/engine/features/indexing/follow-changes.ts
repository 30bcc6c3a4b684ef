import type {
  Changes,
  FolderId,
  FoundFile,
  ItemId,
  KnownFile,
  OutsideLink,
  ScanProblem,
  SeenFolder
} from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { compare } from '../../stages/library/compare.ts'
import { judgeMissing, type Verdict } from '../../stages/library/judge-missing.ts'
import { partExcluded } from '../../stages/library/part-excluded.ts'
import { scan } from '../../stages/library/scan.ts'
import { isToldByName } from '../../stages/library/told-by-name.ts'
import { linkRules, saveFoundLinks } from './outside-links.ts'
import type { Store, StoredFolder, WorkItem } from '../../store/store.ts'
import { hashFound } from './hash-found.ts'

interface Deps {
  readonly store: Store
  readonly onSaved: (change: { itemIds: readonly ItemId[]; folderIds: ReadonlySet<FolderId> }) => void
  readonly onRemoved: (itemIds: readonly ItemId[]) => void
}

/** What a scan of a chosen folder brought. */
interface Look {
  readonly found: readonly FoundFile[]
  readonly problems: readonly ScanProblem[]
  readonly folders: readonly SeenFolder[]
  readonly dangling: readonly string[]
  readonly outside: readonly OutsideLink[]
}

/**
 * Brings the store up to date with one folder, without reading any content that is known. What is not there is set aside only
 * where it is certain that it was deleted (library/judge-missing.ts).
 * @returns what needs its metadata read again
 */
export async function followChanges(folder: StoredFolder, deps: Deps, signal: AbortSignal): Promise<WorkItem[]> {
  const { store } = deps
  const { folderId } = folder
  const look = await lookInto(folder, store, signal)
  if ('lost' in look) {
    loseFolder(folder, look.lost, deps)
    return []
  }
  const unanswered = saveFoundLinks(folder, look.outside, store)
  const known = store.items.inFolder(folderId)
  const excluded = store.excluded.inFolder(folderId)
  const unseen = [
    ...look.problems,
    // A link that leads nowhere is not worth a word to the person, but what was known by it was not looked at.
    ...look.dangling.map(path => ({ path, reason: danglingReason })),
    // What an older version read through a link that nobody was asked about is kept, and not read again before somebody answers.
    ...unanswered.map(path => ({ path, reason: unansweredReason }))
  ]
  const hash = (file: FoundFile): Promise<string> => hashFound(folder.path, file)
  const { kept, changes: exclusions } = await partExcluded(look.found, known, excluded, unseen, hash)
  const changes = await compare(kept, known, unseen, hash)

  const found = new Map(look.found.map(file => [file.path, file]))
  const inPlace = [...known, ...excluded.files].flatMap(file => {
    const now = found.get(file.path)
    return now === undefined ? [] : [{ known: file, found: now }]
  })
  const sight = {
    scan: folder.scans + 1,
    folders: look.folders,
    hidden: new Map(unseen.map(({ path, reason }) => [path, reason])),
    inPlace
  }
  const missing = [...changes.gone, ...changes.unchanged.filter(({ path }) => !found.has(path))]
  const verdicts = judgeMissing(missing, sight)
  const deleted = missing.filter((_, i) => verdicts[i]?.kind === 'deleted').map(({ itemId }) => itemId)

  const isOtherwise = store.transaction(() => {
    store.excluded.saveScan(folderId, withoutLost(exclusions, excluded.files, sight), Date.now())
    const removed = store.items.setAside(deleted, Date.now())
    // Thumbnails lie in a database of their own: no cascade reaches them.
    store.thumbnails.remove(removed)
    applyChanges(folderId, changes, sight.scan, store)
    const presence = applyPresence(missing, verdicts, { ...sight, known, changes, found }, store)
    const isAllLost =
      known.length > 0 && missing.length === known.length && inPlace.length === 0 && deleted.length === 0
    store.folders.saveScan(folderId, {
      isReachable: !isAllLost,
      problems: isAllLost ? [...look.problems, ...allMissing(folder, verdicts)] : look.problems,
      scans: sight.scan
    })
    return presence
  })
  if (deleted.length > 0) deps.onRemoved(deleted)
  if (isOtherwise || changes.added.length + deleted.length + changes.moved.length + changes.changed.length > 0)
    deps.onSaved({ itemIds: [], folderIds: new Set([folderId]) })
  const described = changes.moved.filter(move => move.known.sidecarStamp !== move.found.sidecarStamp)
  return [...changes.described, ...described].map(change => workItem(folder, change.known, change.found))
}

const danglingReason = 'It is a link, and what it leads to is not there now.'
const unansweredReason =
  'It is a link that leads out of the library. Say whether Reverie may follow it: what it leads to is not read before.'

async function lookInto(
  folder: StoredFolder,
  store: Store,
  signal: AbortSignal
): Promise<Look | { readonly lost: string }> {
  const [found, problems, folders, dangling, outside] = [
    [] as FoundFile[],
    [] as ScanProblem[],
    [] as SeenFolder[],
    [] as string[],
    [] as OutsideLink[]
  ]
  try {
    for await (const entry of scan(folder.path, signal, await linkRules(folder, store))) {
      if ('file' in entry) found.push(entry.file)
      else if ('folder' in entry) folders.push(entry.folder)
      else if ('problem' in entry) problems.push(entry.problem)
      else if ('dangling' in entry) dangling.push(entry.dangling)
      else outside.push(entry.outside)
    }
  } catch (error) {
    if (!(error instanceof EngineError) || signal.aborted) throw error
    return { lost: error.message }
  }
  return { found, problems, folders, dangling, outside }
}

/** An unplugged disk is not an empty one: everything that is known of it stays. */
export function loseFolder({ folderId, path }: StoredFolder, reason: string, { store, onSaved }: Deps): void {
  store.transaction(() => {
    store.items.lost(folderId, { place: '', reason }, null)
    store.folders.saveScan(folderId, { isReachable: false, problems: [{ path, reason }] })
  })
  onSaved({ itemIds: [], folderIds: new Set([folderId]) })
}

function allMissing({ path }: StoredFolder, verdicts: readonly Verdict[]): ScanProblem[] {
  const first = verdicts.find(verdict => verdict.kind === 'unreachable')
  if (first === undefined) return []
  return [
    {
      path,
      reason: `${first.reason} All ${verdicts.length} files that are known of it are kept, and still found. If it is on another disk, connect that; if they were deleted, forget them.`
    }
  ]
}

/** What of an excluded file could not be looked for counts as it was; which of them were named is kept in any case. */
function withoutLost(
  exclusions: Parameters<Store['excluded']['saveScan']>[1],
  files: Parameters<typeof partExcluded>[2]['files'],
  sight: Parameters<typeof judgeMissing>[1]
): Parameters<Store['excluded']['saveScan']>[1] {
  const gone = new Set([
    ...exclusions.gone,
    ...exclusions.seen.filter(({ isThere }) => !isThere).map(({ excludedId }) => excludedId)
  ])
  const missing = files.filter(({ excludedId }) => gone.has(excludedId))
  const verdicts = judgeMissing(missing, sight)
  const lost = new Set(
    missing
      .filter((_, i) => verdicts[i]?.kind === 'unreachable' && verdicts[i].why !== 'in-doubt')
      .map(row => row.excludedId)
  )
  return {
    ...exclusions,
    seen: exclusions.seen.filter(({ excludedId, isThere }) => isThere || !lost.has(excludedId)),
    gone: exclusions.gone.filter(excludedId => !lost.has(excludedId))
  }
}

function applyChanges(folderId: FolderId, changes: Changes, scanNumber: number, store: Store): void {
  for (const { known, found } of changes.moved) {
    // What was wrong may have been its name: a text that was called a picture is read as what it is called now.
    if (known.status === 'failed' || isRenamed(known, found, store)) store.items.markChanged(known.itemId, found)
    // Other sidecars are known only once they were read: see saveRead. A run may end before.
    else store.items.relocate(known.itemId, { ...found, sidecarStamp: known.sidecarStamp })
  }
  for (const { known, found } of changes.touched) store.items.relocate(known.itemId, found)
  for (const { known, found } of changes.changed) store.items.markChanged(known.itemId, found)
  // What was excluded while the folder was looked at stays out.
  store.items.add(
    folderId,
    changes.added.filter(({ path }) => !store.excluded.covers(folderId, path)),
    scanNumber
  )
}

/** Whether the new name of a file tells something else of it than the old one did. */
function isRenamed({ itemId, path }: KnownFile, found: FoundFile, store: Store): boolean {
  const told = store.items.told(itemId)
  return told !== undefined && isToldByName(told, path, found.path)
}

/** Writes down what is there and what is not, where that is otherwise than it was. @returns whether anything was */
function applyPresence(
  missing: readonly KnownFile[],
  verdicts: readonly Verdict[],
  now: {
    readonly scan: number
    readonly known: ReturnType<Store['items']['inFolder']>
    readonly changes: Changes
    readonly found: ReadonlyMap<string, FoundFile>
  },
  store: Store
): boolean {
  const before = new Map(now.known.map(file => [file.itemId, file]))
  const moved = now.changes.moved.map(({ known, found }) => ({ itemId: known.itemId, device: found.device ?? null }))
  const seen = now.known.flatMap(({ itemId, path, device, presence, unreachable }) => {
    const found = now.found.get(path)
    if (found === undefined) return []
    const isSame =
      (found.device ?? null) === (device ?? null) && presence?.missingSince === null && unreachable === null
    return isSame ? [] : [{ itemId, device: found.device ?? null }]
  })
  const missed = missing.flatMap(({ itemId, presence }, i) => {
    const verdict = verdicts[i]
    if (verdict?.kind !== 'unreachable') return []
    const { place, reason, why, device } = verdict
    const was = before.get(itemId)?.unreachable
    const wasLookedFor = why !== 'hidden'
    const isSame =
      was?.place === place &&
      was.reason === reason &&
      device === null &&
      (!wasLookedFor || presence?.missingSince !== null)
    return isSame ? [] : [{ itemId, place, reason, device, wasLookedFor }]
  })
  store.items.seen(now.scan, [...moved, ...seen])
  store.items.missed(now.scan, missed)
  return seen.length + missed.length > 0
}

function workItem(folder: StoredFolder, known: KnownFile, found: FoundFile): WorkItem {
  return {
    ...found,
    itemId: known.itemId,
    folderId: folder.folderId,
    folderPath: folder.path,
    contentHash: known.contentHash,
    unreachable: null
  }
}
