import { readdir, realpath, stat } from 'node:fs/promises'
import type { FoundFile, ScanProblem } from '../domain.ts'
import { EngineError } from '../errors.ts'
import { errorCodeOf, listFolder, reasonOf, type Listing, type Place } from './folder-listing.ts'

/** Folders that are listed before their turn, so that many small ones do not wait for each other. */
const foldersAhead = 8

export type ScanEntry = { readonly file: FoundFile } | { readonly problem: ScanProblem }

/**
 * All eligible files below a folder, in an order that depends on names only. Symbolic links to folders are followed after
 * everything else, each real folder once, so a loop ends and a photo keeps its own path. What cannot be looked into is
 * told as a problem: nothing below it may be taken for deleted.
 *
 * @param folder  absolute
 * @throws EngineError not-found when the folder itself is missing or cannot be opened; the signal's reason when aborted
 */
export async function* scan(folder: string, signal: AbortSignal): AsyncGenerator<ScanEntry, void> {
  signal.throwIfAborted()
  const root: Place = { path: '', realPath: await openRoot(folder) }
  const identity = await identify(root.realPath)
  const seen = new Set([root.realPath])
  const links: Place[] = []
  const waiting: Place[] = [root]

  const ahead = new Map<Place, Promise<Listing>>()
  for (;;) {
    signal.throwIfAborted()
    const place = waiting.pop() ?? nextLinked(links, seen)
    if (place === undefined) break
    const listing = await (ahead.get(place) ?? list(folder, place))
    ahead.delete(place)

    for (const file of listing.files) yield { file }
    for (const problem of listing.problems) yield { problem }
    links.push(...listing.links)
    const folders = listing.folders.filter(({ realPath }) => !seen.has(realPath))
    for (const { realPath } of folders) seen.add(realPath)
    waiting.push(...folders.toReversed())
    for (const next of waiting.slice(-foldersAhead)) {
      if (!ahead.has(next)) ahead.set(next, list(folder, next))
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
    const code = errorCodeOf(error)
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

/** Never rejects: a folder below the chosen one that cannot be read is a problem, and one that vanished meanwhile is empty. */
async function list(folder: string, place: Place): Promise<Listing> {
  try {
    return await listFolder(folder, place)
  } catch (error) {
    const isGone = errorCodeOf(error) === 'ENOENT' && place.path !== ''
    return {
      files: [],
      problems: isGone ? [] : [{ path: place.path, reason: reasonOf(error) }],
      folders: [],
      links: []
    }
  }
}

/** The first link to a folder that was not seen yet. */
function nextLinked(links: Place[], seen: Set<string>): Place | undefined {
  for (let link = links.shift(); link !== undefined; link = links.shift()) {
    if (seen.has(link.realPath)) continue
    seen.add(link.realPath)
    return link
  }
  return undefined
}
