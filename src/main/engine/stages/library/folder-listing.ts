import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { FoundFile, FoundSidecar, OutsideLink, ScanProblem } from '../../base/domain.ts'
import { inTurns } from '../../base/give-way.ts'
import { mapBounded } from './bounded.ts'
import { containerAt } from './containers.ts'
import {
  isMarker,
  isPage,
  isPicasa,
  isPhotoLibrary,
  isSidecar,
  isSkippedFolder,
  kindByName,
  looksLikePicture,
  pictureHeadBytes
} from './eligible.ts'
import {
  isJoplinName,
  isJoplinRecord,
  joplinRecordsOf,
  joplinResources,
  readJoplinItem,
  type JoplinItem
} from './joplin-records.ts'
import { headOf } from './file-head.ts'
import { identityOf, isInsideItself, type Identity } from './identity.ts'
import type { LinkGuard } from './outside-links.ts'
import { matchSidecars, sidecarStamp } from './sidecars.ts'
import { sortInTurns } from './sort-in-turns.ts'
import { reasonToSkip } from './system-folders.ts'

/** Node's file system threads are four; a few more keep them busy, many more only cost memory. */
const statsInFlight = 16

/** A folder inside the chosen one. */
export interface Place {
  /** Relative to the chosen folder, '' for itself, `/` between parts. */
  readonly path: string
  /** Without symbolic links: what makes a folder the same folder. */
  readonly realPath: string
  /** The folder that it is in, or whose link leads to it; null for the chosen one. */
  readonly within: Identity | null
}

export interface Listing {
  readonly files: readonly FoundFile[]
  /** Files that hold many notes: see [Note: containers]. */
  readonly containers: readonly FoundFile[]
  readonly sidecars: readonly FoundSidecar[]
  readonly problems: readonly ScanProblem[]
  readonly folders: readonly Place[]
  /** Symbolic links to folders, not followed. */
  readonly links: readonly Place[]
  /** Links to files that the person was not asked about yet, or did not want. */
  readonly outside: readonly OutsideLink[]
  /** Symbolic links that lead nowhere now: their disk may be missing. */
  readonly dangling: readonly string[]
  /** Names the device that the folder is on; null for one that was not looked into. */
  readonly device: string | null
  /** A marker file keeps it out of the library. */
  readonly isMarked: boolean
}

type Seen =
  | {
      readonly kind: 'file' | 'container' | 'sidecar'
      readonly name: string
      readonly sizeBytes: number
      readonly modifiedMs: number
      readonly joplin: JoplinItem | null
    }
  | { readonly kind: 'folder' | 'link'; readonly name: string; readonly realPath: string }
  | { readonly kind: 'outside'; readonly name: string; readonly target: string }
  | { readonly kind: 'problem'; readonly name: string; readonly reason: string }
  | { readonly kind: 'dangling'; readonly name: string }

/**
 * What one folder holds for the library, sorted by name.
 *
 * @param folder  the chosen folder, absolute
 * @throws the file system's error when the folder itself cannot be read, or another one took its place meanwhile
 */
export async function listFolder(folder: string, place: Place, guard: LinkGuard): Promise<Listing> {
  const absolute = join(folder, place.path)
  const identity = await identityOf(absolute, place.within)
  // Each folder is in the library once, and a way into itself would never end.
  if (isInsideItself(identity)) return nothing
  const reason = await reasonToSkip(place.realPath, identity.device, place.within?.device ?? null)
  if (reason !== null) return { ...nothing, problems: [{ path: place.path, reason }] }
  const entries = await readdir(absolute, { withFileTypes: true })
  const device = String(identity.device)
  if (entries.some(({ name }) => isMarker(name))) return { ...nothing, device, isMarked: true }

  const sorted = await sortInTurns(entries, (a, b) => a.name < b.name)
  const own = basename(place.realPath)
  const isOfJoplin = entries.some(({ name }) => isJoplinName(name))
  const isSkipped = (name: string): boolean =>
    isSkippedFolder(name, own) && !(isOfJoplin && name === joplinResources && !isPhotoLibrary(own))
  const seen = (
    await mapBounded(sorted, statsInFlight, entry => look(absolute, { own, place, isSkipped }, entry, guard))
  ).filter(one => one !== null)

  // A disk that went or came meanwhile: what was seen is of neither.
  const after = await identityOf(absolute, place.within)
  if (after.device !== identity.device || after.inode !== identity.inode) throw new FolderReplaced()

  const pathOf = (name: string): string => (place.path === '' ? name : `${place.path}/${name}`)
  const placeOf = ({ name, realPath }: { name: string; realPath: string }): Place => ({
    path: pathOf(name),
    realPath,
    within: identity
  })
  const told = { problems: [] as ScanProblem[], folders: [] as Place[], links: [] as Place[], dangling: [] as string[] }
  await inTurns(seen, one => {
    if (one.kind === 'problem') told.problems.push({ path: pathOf(one.name), reason: one.reason })
    else if (one.kind === 'folder') told.folders.push(placeOf(one))
    else if (one.kind === 'link') told.links.push(placeOf(one))
    else if (one.kind === 'dangling') told.dangling.push(pathOf(one.name))
  })
  return {
    ...told,
    files: await describe(seen, device, pathOf),
    containers: seen.flatMap(one => (one.kind === 'container' ? [plainFile(one, device, pathOf)] : [])),
    sidecars: seen.flatMap(one =>
      // What Joplin says of its notes says nothing of other folders.
      one.kind === 'sidecar' && one.joplin === null
        ? [{ path: pathOf(one.name), sizeBytes: one.sizeBytes, modifiedMs: one.modifiedMs }]
        : []
    ),
    outside: outsideOf(seen, place.path, pathOf),
    device,
    isMarked: false
  }
}

/** Of a folder that was not looked into. */
export const nothing: Listing = {
  ...{ files: [], containers: [], sidecars: [], problems: [], folders: [], links: [], outside: [], dangling: [] },
  device: null,
  isMarked: false
}

class FolderReplaced extends Error {
  override readonly name = 'FolderReplaced'
  readonly code = 'ESTALE'
}

/** One question for all links from one folder to another, not one for each file. */
function outsideOf(seen: readonly Seen[], path: string, pathOf: (name: string) => string): OutsideLink[] {
  const links = seen.flatMap(one => (one.kind === 'outside' ? [one] : []))
  return [...Map.groupBy(links, ({ target }) => target)].map(([target, those]) => ({
    kind: 'files',
    path,
    target,
    links: those.map(({ name }) => pathOf(name))
  }))
}

/** null: nothing for the library. */
async function look(
  absolute: string,
  {
    own,
    place,
    isSkipped
  }: { readonly own: string; readonly place: Place; readonly isSkipped: (folder: string) => boolean },
  entry: Dirent,
  guard: LinkGuard
): Promise<Seen | null> {
  const { name } = entry
  if (entry.isDirectory()) {
    return isSkipped(name) ? null : { kind: 'folder', name, realPath: join(place.realPath, name) }
  }
  if (!entry.isFile() && !entry.isSymbolicLink()) return null
  const path = join(absolute, name)
  try {
    // Most files of an ordinary folder are decided by their names alone.
    if (entry.isFile()) return await lookAtFile(path, own, name)
    const target = await stat(path)
    if (target.isFile()) {
      if (kindByName(name) === null && !isSidecar(name)) return null
      const leadsTo = dirname(await realpath(path))
      if (guard.follows({ kind: 'files', path: place.path, target: leadsTo })) return await lookAtFile(path, own, name)
      return isPhotoLibrary(own) ? null : { kind: 'outside', name, target: leadsTo }
    }
    if (!target.isDirectory() || isSkipped(name)) return null
    return { kind: 'link', name, realPath: await realpath(path) }
  } catch (error) {
    return problemOf(name, entry, error)
  }
}

async function lookAtFile(path: string, own: string, name: string): Promise<Seen | null> {
  if (isPhotoLibrary(own)) return null
  const isDescription = isSidecar(name)
  const kind = kindByName(name)
  if (kind === null && !isDescription) return null
  if (kind === 'sniff' && !looksLikePicture(await headOf(path, pictureHeadBytes))) return null
  // One that cannot be opened is a file whose reading fails with that reason.
  const joplin = isJoplinName(name) ? await readJoplinItem(path).catch(() => null) : null
  // One that cannot be opened now may hold notes that are known: it is told as a problem, so that they are kept.
  const isContainer = (await containerAt(path)) !== null
  const { size, mtimeMs } = await stat(path)
  const times = { name, sizeBytes: size, modifiedMs: Math.floor(mtimeMs), joplin }
  if (isContainer) return { kind: 'container', ...times }
  return isDescription || isJoplinRecord(joplin) ? { kind: 'sidecar', ...times } : { kind: 'file', ...times }
}

export const unspelledReason = 'Its name contains bytes that are not text. Rename it, then it can be read.'

function problemOf(name: string, entry: Dirent, error: unknown): Seen | null {
  const code = systemCodeOf(error)
  if (code === 'ENOENT' || code === 'ELOOP') {
    if (entry.isSymbolicLink()) return { kind: 'dangling', name }
    // Deleted while we looked: not there. But a name that cannot be spelled was never asked for.
    if (!name.includes('\ufffd')) return null
    return {
      kind: 'problem',
      name,
      reason: unspelledReason
    }
  }
  return { kind: 'problem', name, reason: reasonOf(error) }
}

async function describe(seen: readonly Seen[], device: string, pathOf: (name: string) => string): Promise<FoundFile[]> {
  const files = seen.flatMap(one => (one.kind === 'file' ? [one] : []))
  const sidecars = new Map(seen.flatMap(one => (one.kind === 'sidecar' ? [[one.name, one]] : [])))
  const matches = await matchSidecars(
    files.map(({ name }) => name).filter(name => kindByName(name) !== 'note' || isPage(name)),
    [...sidecars.values()].flatMap(({ name, joplin }) => (joplin !== null || isPicasa(name) ? [] : [name]))
  )
  const joplin = new Map(
    [...files, ...sidecars.values()].flatMap(one => (one.joplin === null ? [] : [[one.name, one.joplin] as const]))
  )
  const records = await joplinRecordsOf(joplin)
  const described: FoundFile[] = []
  await inTurns(files, file => {
    const own = matches.get(file.name) ?? records.get(file.name) ?? []
    described.push({
      ...plainFile(file, device, pathOf),
      sidecarPaths: own.map(pathOf),
      sidecarStamp: sidecarStamp(own.flatMap(sidecar => sidecars.get(sidecar) ?? []))
    })
  })
  return described
}

/** A file that nothing stands beside. */
function plainFile(
  { name, sizeBytes, modifiedMs }: { readonly name: string; readonly sizeBytes: number; readonly modifiedMs: number },
  device: string,
  pathOf: (name: string) => string
): FoundFile {
  return { path: pathOf(name), sizeBytes, modifiedMs, sidecarPaths: [], sidecarStamp: '', device }
}

/** The operating system's name for an error, like EACCES; 'unknown' for anything else, also for errors of our own. */
export function systemCodeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^E[A-Z0-9]+$/.test(code) ? code : 'unknown'
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'You have no permission to open it.',
  EPERM: 'The operating system does not allow Reverie to open it.',
  EIO: 'The disk reported an error while it was read.',
  ESTALE: 'The disk or server that it is on was replaced or restarted.',
  ENODEV: 'The disk that it is on is not connected.',
  ENXIO: 'The disk that it is on is not connected.',
  ENOMEDIUM: 'The disk that it is on is not connected.',
  ENOTCONN: 'The disk or server that it is on is not connected.',
  ENETDOWN: 'The server that it is on cannot be reached.',
  ENETUNREACH: 'The server that it is on cannot be reached.',
  EHOSTDOWN: 'The server that it is on cannot be reached.',
  EHOSTUNREACH: 'The server that it is on cannot be reached.',
  ECONNREFUSED: 'The server that it is on cannot be reached.',
  ECONNRESET: 'The server that it is on cannot be reached.',
  ELOOP: 'It is a link that leads nowhere.',
  ENOENT: 'It is not there now.',
  ENOTDIR: 'It is not there now.',
  ENAMETOOLONG: 'Its path is too long for the operating system.',
  ETIMEDOUT: 'The disk or server did not answer in time.',
  EMFILE: 'Too many files are open on this computer right now.',
  ENFILE: 'Too many files are open on this computer right now.'
}

/** A sentence for a person. */
export function reasonOf(error: unknown): string {
  const code = systemCodeOf(error)
  return reasons[code] ?? `It could not be opened (${code}).`
}
