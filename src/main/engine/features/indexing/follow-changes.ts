import type {
  ExcludedFile,
  ExclusionChanges,
  FolderId,
  FoundFile,
  FoundSidecar,
  ItemId,
  KnownFile,
  OutsideLink,
  ScanProblem,
  SeenFolder,
  Unreachable
} from '../../base/domain.ts'
import { inTurns } from '../../base/give-way.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { compare } from '../../stages/library/compare.ts'
import { judgeMissing, type Sight, type Verdict } from '../../stages/library/judge-missing.ts'
import { partExcluded } from '../../stages/library/part-excluded.ts'
import { withFolderSidecars } from '../../stages/library/folder-sidecars.ts'
import { scan } from '../../stages/library/scan.ts'
import type { LibraryEncoder } from '../../workers/encoder-process.ts'
import { openContainers } from './open-containers.ts'
import { linkRules, saveFoundLinks } from './outside-links.ts'
import type { Store, StoredFolder, WorkItem } from '../../store/store.ts'
import { applyChanges, type Missed, type Otherwise, type Seen } from './apply-changes.ts'
import { hashOfItem } from './hash-found.ts'
import { inIdRanges, excludedPlaces, knownFiles } from './known-files.ts'

interface Deps {
  readonly store: Store
  readonly encoder: Pick<LibraryEncoder, 'listContained'>
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
  const look = await lookInto(folder, deps, signal)
  if ('lost' in look) {
    await loseFolder(folder, look.lost, deps)
    return []
  }
  const unanswered = saveFoundLinks(folder, look.outside, store)
  const known = await knownFiles(folderId, store)
  const excluded = await excludedPlaces(folderId, store)
  const unseen = [
    ...look.problems,
    // A link that leads nowhere is not worth a word to the person, but what was known by it was not looked at.
    ...look.dangling.map(path => ({ path, reason: danglingReason })),
    // What an older version read through a link that nobody was asked about is kept, and not read again before somebody answers.
    ...unanswered.map(path => ({ path, reason: unansweredReason }))
  ]
  const hash = (file: FoundFile): Promise<string> => hashOfItem({ ...file, folderId, folderPath: folder.path }, store)
  const { kept, changes: exclusions } = await partExcluded(look.found, known, excluded, unseen, hash)
  const changes = await compare(kept, known, unseen, hash)

  const found = new Map<string, FoundFile>()
  await inTurns(look.found, file => found.set(file.path, file))
  const inPlace: Sight['inPlace'][number][] = []
  const meet = (file: KnownFile | ExcludedFile): void => {
    const now = found.get(file.path)
    if (now !== undefined) inPlace.push({ known: file, found: now })
  }
  await inTurns(known, meet)
  await inTurns(excluded.files, meet)
  const sight: Sight = {
    scan: folder.scans + 1,
    folders: look.folders,
    hidden: new Map(unseen.map(({ path, reason }) => [path, reason])),
    inPlace
  }
  const missing = [...changes.gone]
  await inTurns(changes.unchanged, file => {
    if (!found.has(file.path)) missing.push(file)
  })
  const verdicts = await judgeMissing(missing, sight)
  const deleted = missing.filter((_, i) => verdicts[i]?.kind === 'deleted').map(({ itemId }) => itemId)
  const isAllLost = known.length > 0 && missing.length === known.length && inPlace.length === 0 && deleted.length === 0

  const isOtherwise = await applyChanges(
    folderId,
    {
      ...{ deleted, exclusions: await withoutLost(exclusions, excluded.files, sight), changes },
      presence: await presenceOf(missing, verdicts, { known, found }),
      scan: {
        isReachable: !isAllLost,
        problems: isAllLost ? [...look.problems, ...allMissing(folder, verdicts)] : look.problems,
        scans: sight.scan
      }
    },
    deps,
    signal
  )
  if (isOtherwise) deps.onSaved({ itemIds: [], folderIds: new Set([folderId]) })
  const described = changes.moved.filter(move => move.known.sidecarStamp !== move.found.sidecarStamp)
  return [...changes.described, ...described].map(change => workItem(folder, change.known, change.found))
}

const danglingReason = 'It is a link, and what it leads to is not there now.'
const unansweredReason =
  'It is a link that leads out of the library. Say whether Reverie may follow it: what it leads to is not read before.'

async function lookInto(
  folder: StoredFolder,
  { store, encoder }: Deps,
  signal: AbortSignal
): Promise<Look | { readonly lost: string }> {
  const [found, containers, sidecars, problems, folders, dangling, outside] = [
    [] as FoundFile[],
    [] as FoundFile[],
    [] as FoundSidecar[],
    [] as ScanProblem[],
    [] as SeenFolder[],
    [] as string[],
    [] as OutsideLink[]
  ]
  try {
    for await (const entry of scan(folder.path, signal, await linkRules(folder, store))) {
      if ('file' in entry) found.push(entry.file)
      else if ('container' in entry) containers.push(entry.container)
      else if ('sidecar' in entry) sidecars.push(entry.sidecar)
      else if ('folder' in entry) folders.push(entry.folder)
      else if ('problem' in entry) problems.push(entry.problem)
      else if ('dangling' in entry) dangling.push(entry.dangling)
      else outside.push(entry.outside)
    }
  } catch (error) {
    if (!(error instanceof EngineError) || signal.aborted) throw error
    return { lost: error.message }
  }
  const opened = await openContainers(folder, { containers, problems }, { store, encoder }, signal)
  return {
    found: [...(await withFolderSidecars(found, sidecars)), ...opened.found],
    problems: [...problems, ...opened.problems],
    folders: [...folders, ...opened.folders],
    dangling,
    outside
  }
}

/** An unplugged disk is not an empty one: everything that is known of it stays. */
export async function loseFolder(
  { folderId, path }: StoredFolder,
  reason: string,
  { store, onSaved }: Pick<Deps, 'store' | 'onSaved'>
): Promise<void> {
  await loseItems(folderId, { place: '', reason }, null, store)
  store.folders.saveScan(folderId, { isReachable: false, problems: [{ path, reason }] })
  onSaved({ itemIds: [], folderIds: new Set([folderId]) })
}

/** Items that cannot be reached, a few in each turn of the event loop: those that a kill leaves out are met by the next run. */
export async function loseItems(
  folderId: FolderId,
  where: Unreachable,
  device: string | null,
  store: Store
): Promise<void> {
  await inIdRanges(store.items.lastId(), ids => {
    store.items.lost(folderId, where, device, ids)
    return []
  })
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
async function withoutLost(
  exclusions: ExclusionChanges,
  files: readonly ExcludedFile[],
  sight: Sight
): Promise<ExclusionChanges> {
  const gone = new Set([
    ...exclusions.gone,
    ...exclusions.seen.filter(({ isThere }) => !isThere).map(({ excludedId }) => excludedId)
  ])
  const missing = files.filter(({ excludedId }) => gone.has(excludedId))
  const verdicts = await judgeMissing(missing, sight)
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

/** What is there and what is not, where that is otherwise than it was. */
async function presenceOf(
  missing: readonly KnownFile[],
  verdicts: readonly Verdict[],
  {
    known,
    found
  }: { readonly known: ReturnType<Store['items']['inFolder']>; readonly found: ReadonlyMap<string, FoundFile> }
): Promise<Otherwise['presence']> {
  const before = new Map<ItemId, (typeof known)[number]>()
  const seen: Seen[] = []
  await inTurns(known, file => {
    before.set(file.itemId, file)
    const { itemId, path, device, presence, unreachable } = file
    const now = found.get(path)
    if (now === undefined) return
    const isSame = (now.device ?? null) === (device ?? null) && presence?.missingSince === null && unreachable === null
    if (!isSame) seen.push({ itemId, device: now.device ?? null })
  })
  const missed: Missed[] = []
  await inTurns(missing.entries(), ([i, { itemId, presence }]) => {
    const verdict = verdicts[i]
    if (verdict?.kind !== 'unreachable') return
    const { place, reason, why, device } = verdict
    const was = before.get(itemId)?.unreachable
    const wasLookedFor = why !== 'hidden'
    const isSame =
      was?.place === place &&
      was.reason === reason &&
      device === null &&
      (!wasLookedFor || presence?.missingSince !== null)
    if (!isSame) missed.push({ itemId, place, reason, device, wasLookedFor })
  })
  return { seen, missed }
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
