import { readdir, realpath, stat } from 'node:fs/promises'
import type { FoundFile, FoundSidecar, OutsideLink, ScanProblem, SeenFolder } from '../../base/domain.ts'
import { Turns } from '../../base/give-way.ts'
import { EngineError } from '../../../../shared/errors.ts'
import {
  systemCodeOf,
  listFolder,
  nothing,
  reasonOf,
  unspelledReason,
  type Listing,
  type Place
} from './folder-listing.ts'
import { LinkGuard, type LinkRules } from './outside-links.ts'

/** Folders that are listed before their turn, so that many small ones do not wait for each other. */
const foldersAhead = 8

export type ScanEntry =
  | { readonly file: FoundFile }
  /** A file that holds many notes: see [Note: containers]. */
  | { readonly container: FoundFile }
  /** A file that describes others, beside it or further away: see folder-sidecars.ts. */
  | { readonly sidecar: FoundSidecar }
  | { readonly problem: ScanProblem }
  /** It leads out of the library and was not followed. */
  | { readonly outside: OutsideLink }
  /** A folder that answered. */
  | { readonly folder: SeenFolder }
  /** A symbolic link that leads nowhere now: no problem, and nothing that was known by it is taken for deleted. */
  | { readonly dangling: string }

/**
 * All eligible files below a folder, in an order that depends on names only. Symbolic links to folders are followed after
 * everything else, each real folder once, so a loop ends and a photo keeps its own path; those that lead out of the library
 * only where `rules` say so. What cannot be looked into is told as a problem: nothing below it may be taken for deleted.
 *
 * @param folder  absolute
 * @param rules  when absent, no link is followed out of the folder
 * @throws EngineError not-found when the folder itself is missing or cannot be opened; the signal's reason when aborted
 */
export async function* scan(
  folder: string,
  signal: AbortSignal,
  rules: LinkRules = { roots: [], included: [] }
): AsyncGenerator<ScanEntry, void> {
  signal.throwIfAborted()
  const root: Place = { path: '', realPath: await openRoot(folder), within: null }
  const guard = new LinkGuard(root.realPath, rules)
  const identity = await identify(root.realPath)
  const seen = new Set([root.realPath])
  const links = new WaitingLinks()
  const waiting: Place[] = [root]

  const turns = new Turns()
  const ahead = new Map<Place, Promise<Listing>>()
  for (;;) {
    signal.throwIfAborted()
    const place = waiting.pop() ?? links.next(seen)
    if (place === undefined) break
    const listing = await (ahead.get(place) ?? list(folder, place, guard))
    ahead.delete(place)

    const { device, isMarked } = listing
    if (device !== null) yield { folder: { path: place.path, device, isMarked } }
    for (const file of listing.files) {
      yield { file }
      // A folder may hold a hundred thousand of them, and nothing has to be waited for between two.
      if (turns.isLong) await turns.next()
    }
    for (const container of listing.containers) yield { container }
    for (const sidecar of listing.sidecars) {
      yield { sidecar }
      if (turns.isLong) await turns.next()
    }
    for (const problem of listing.problems) yield { problem }
    for (const outside of listing.outside) yield { outside }
    for (const dangling of listing.dangling) yield { dangling }
    for (const link of listing.links) {
      const { path, realPath: target } = link
      if (guard.follows({ kind: 'folder', path, target })) links.add(link)
      else yield { outside: { kind: 'folder', path, target, links: [path] } }
    }
    // One by one: a folder may hold more of them than a call takes arguments.
    for (const next of listing.folders.toReversed()) {
      if (seen.has(next.realPath)) continue
      seen.add(next.realPath)
      waiting.push(next)
    }
    for (const next of waiting.slice(-foldersAhead)) {
      if (!ahead.has(next)) ahead.set(next, list(folder, next, guard))
    }
  }
  // A disk that was unplugged meanwhile left its folders empty, not its owner's intent.
  if ((await identify(root.realPath)) !== identity) throw missing(folder, 'ENOENT')
}

async function openRoot(folder: string): Promise<string> {
  try {
    const real = await realpath(folder)
    if ((await stat(real)).isDirectory()) {
      await readdir(real)
      return real
    }
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') throw missing(folder, code)
    const message = `The folder ${folder} cannot be opened. ${reasonOf(error)} What is known of it is kept.`
    throw new EngineError('not-found', message, { path: folder, reason: code })
  }
  throw new EngineError('not-found', `${folder} is not a folder. Choose the folder that it is in.`, {
    path: folder,
    reason: 'ENOTDIR'
  })
}

function missing(folder: string, reason: string): EngineError {
  const advice = 'What is known of it is kept. If it is on another disk, connect that and try again.'
  return new EngineError('not-found', `The folder ${folder} is not there now. ${advice}`, { path: folder, reason })
}

/** Which folder of which disk this is; '' when it is not there. */
async function identify(folder: string): Promise<string> {
  return stat(folder).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => ''
  )
}

/** Never rejects: a folder below the chosen one that cannot be read is a problem, and one that vanished meanwhile did not answer. */
async function list(folder: string, place: Place, guard: LinkGuard): Promise<Listing> {
  try {
    return await listFolder(folder, place, guard)
  } catch (error) {
    const isGone = systemCodeOf(error) === 'ENOENT' && place.path !== ''
    // A name that cannot be spelled was never asked for.
    const reason = !isGone ? reasonOf(error) : place.path.includes('\ufffd') ? unspelledReason : null
    const problems = reason === null ? [] : [{ path: place.path, reason }]
    return { ...nothing, problems }
  }
}

/** Links to folders, in the order they were met. */
class WaitingLinks {
  readonly #places: Place[] = []
  #next = 0

  add(place: Place): void {
    this.#places.push(place)
  }

  /** The first that leads to a folder that was not seen yet. */
  next(seen: Set<string>): Place | undefined {
    for (let place = this.#places[this.#next++]; place !== undefined; place = this.#places[this.#next++]) {
      if (seen.has(place.realPath)) continue
      seen.add(place.realPath)
      return place
    }
    this.#next = this.#places.length
    return undefined
  }
}
