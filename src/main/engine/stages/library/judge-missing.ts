import { inTurns } from '../../base/give-way.ts'
import type { FoundFile, KnownFile, SeenFolder, Unreachable } from '../../base/domain.ts'
import { folderOf } from '../../base/item-path.ts'

/** A file that is known, and that a scan did not find. */
export type MissingFile = Pick<KnownFile, 'path' | 'device' | 'presence'>

/** What a scan saw of one chosen folder. */
export interface Sight {
  /** Its number; the first is 1. */
  readonly scan: number
  /** Folders that answered; the chosen one, '', is among them unless it is hidden. */
  readonly folders: readonly SeenFolder[]
  /** Folders and files that could not be looked into, and links that lead nowhere: a path, and why. */
  readonly hidden: ReadonlyMap<string, string>
  /** Known files that are where they were. */
  readonly inPlace: readonly {
    readonly known: MissingFile & Pick<KnownFile, 'sizeBytes'>
    readonly found: Pick<FoundFile, 'device' | 'sizeBytes'>
  }[]
}

export type Verdict =
  | { readonly kind: 'deleted' }
  | (Unreachable & {
      readonly kind: 'unreachable'
      /** `hidden`: nobody could look whether it is there. `in-doubt`: its folder answers, and nothing says that it is the same. */
      readonly why: 'hidden' | 'lost' | 'in-doubt'
      /** Where its disk seems to have come back under another number: that number. */
      readonly device: string | null
    })

/**
 * Decides what became of known files that a scan did not find. A file is deleted only where that is certain; everything else
 * is unreachable, and is looked for again in each run.
 *
 * Deleted means: the nearest folder above the file that is still there answers, it is on the device that the file was last
 * seen on, and it still holds, at or below it, another known file that was there in the last scan that saw this one. Why each:
 *
 * - The nearest folder *answers*: behind one that does not, anything may be. The *nearest*: a folder that was deleted with all
 *   its files is judged by its parent.
 * - The *device* is the same: a mount point whose disk was taken away shows the disk below it, and a mount point that was
 *   removed with its disk leaves a parent that is on another one. A disk that was put in the place of another, too, has one of
 *   its own.
 * - It *holds others*: an empty folder is what is left of a bind mount, of a share whose server lost its disk, and of a sync
 *   program that signed out, all on the same device. One file that was its folder's only one is in doubt for the same reason.
 * - Which *were there together*: a stray file below a mount point is known too once it was indexed, and appears whenever the
 *   disk goes. It was never seen together with what is on the disk, so it says nothing of that.
 * - A folder that a marker file keeps out was told so by a person: what was in it is deleted, on the same device.
 *
 * Devices may be numbered anew when a disk is connected again, or the machine starts. Then what is missing is unreachable at
 * first. Where at least half of all that was last seen on the old number is found unchanged on a new one, and nothing on the
 * old one, it is the same disk: the file is known to be on the new number from now on, and the next scan decides.
 *
 * Files that a library of format 3 knew have no device yet: they are deleted where their own folder answers and holds others.
 *
 * @returns verdicts in the order of the missing files
 */
export async function judgeMissing(missing: readonly MissingFile[], sight: Sight): Promise<Verdict[]> {
  if (missing.length === 0) return []
  const folders = new Map(sight.folders.map(folder => [folder.path, folder]))
  const holds = await witnesses(sight)
  const renumbered = await renumberedDevices(missing, sight)
  const verdicts: Verdict[] = []
  await inTurns(missing, file => verdicts.push(judge(file, { sight, folders, holds, renumbered })))
  return verdicts
}

interface Known {
  readonly sight: Sight
  readonly folders: ReadonlyMap<string, SeenFolder>
  readonly holds: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly renumbered: ReadonlyMap<string, string>
}

function judge(file: MissingFile, { sight, folders, holds, renumbered }: Known): Verdict {
  for (const place of [file.path, ...foldersAbove(file.path)]) {
    const reason = sight.hidden.get(place)
    if (reason !== undefined) return unreachable(place, reason, 'hidden')
  }
  const own = folderOf(file.path)
  const nearest = [...foldersAbove(file.path)].find(path => folders.has(path))
  const folder = nearest === undefined ? undefined : folders.get(nearest)
  if (nearest === undefined || folder === undefined)
    return unreachable('', 'Its folder could not be looked into.', 'hidden')

  const device = file.device ?? null
  if (device === null && nearest !== own)
    return unreachable(nearest, 'The folder that it was in is not there now.', 'lost')
  if (device !== null && device !== folder.device) {
    const now = renumbered.get(device)
    return {
      ...unreachable(nearest, 'The disk that it was on is not there now, or another one is in its place.', 'lost'),
      device: now === folder.device ? now : null
    }
  }
  if (folder.isMarked) return { kind: 'deleted' }
  const lastSeen = (file.presence?.missingSince ?? sight.scan) - 1
  const since = holds.get(nearest)?.get(folder.device)
  if (since !== undefined && since <= lastSeen) return { kind: 'deleted' }
  return unreachable(
    nearest,
    'None of the files that were in this folder is there now. A disk may be missing that was there before.',
    'in-doubt'
  )
}

type Lost = Extract<Verdict, { kind: 'unreachable' }>

function unreachable(place: string, reason: string, why: Lost['why']): Lost {
  return { kind: 'unreachable', place, reason, why, device: null }
}

/** By folder and device: since which scan the one that was there longest, of the known files at or below it, has been there. */
async function witnesses({ inPlace }: Sight): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const holds = new Map<string, Map<string, number>>()
  await inTurns(inPlace, ({ known, found }) => {
    // One that was missing until now says nothing of what was there meanwhile.
    if (found.device == null || (known.presence?.missingSince ?? null) !== null) return
    const since = known.presence?.thereSince ?? 0
    for (const path of foldersAbove(known.path)) {
      const devices = holds.get(path) ?? new Map<string, number>()
      devices.set(found.device, Math.min(since, devices.get(found.device) ?? Infinity))
      holds.set(path, devices)
    }
  })
  return holds
}

/** Devices that seem to have another number now. */
async function renumberedDevices(
  missing: readonly MissingFile[],
  { inPlace }: Sight
): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, number>()
  const now = new Map<string, Map<string, number>>()
  const count = (numbers: Map<string, number>, device: string): unknown =>
    numbers.set(device, (numbers.get(device) ?? 0) + 1)
  await inTurns(missing, ({ device }) => {
    if (device != null) count(all, device)
  })
  await inTurns(inPlace, ({ known, found }) => {
    if (known.device == null || found.device == null) return
    count(all, known.device)
    // Other content under the same name is no sign of the same disk.
    if (known.sizeBytes !== found.sizeBytes) return
    const to = now.get(known.device) ?? new Map<string, number>()
    count(to, found.device)
    now.set(known.device, to)
  })
  const renumbered = new Map<string, string>()
  for (const [before, total] of all) {
    const found = now.get(before) ?? new Map<string, number>()
    if (found.has(before)) continue
    for (const [device, files] of found) if (files * 2 >= total) renumbered.set(before, device)
  }
  return renumbered
}

/** Nearest first; the chosen folder, '', is the last. */
function* foldersAbove(path: string): Generator<string> {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) yield path.slice(0, end)
  yield ''
}
