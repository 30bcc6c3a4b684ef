import type { Changes, FoundFile, KnownFile, ScanProblem } from '../../base/domain.ts'
import { inTurns } from '../../base/give-way.ts'
import { nameOf } from '../../base/item-path.ts'
import { mapBounded } from './bounded.ts'
import { systemCodeOf } from './folder-listing.ts'

type Pair = Changes['changed'][number]

/** Two keep a disk busy; more make a spinning one seek. */
const hashesInFlight = 2

/**
 * What happened to a folder since it was last known. Content is the same only when its sha256 is: a file is hashed when
 * its time stamp changed but its size did not, or when it is new and as large as one that is gone; never otherwise.
 *
 * @param problems  known files at or below these were not looked at: they count as unchanged
 * @param hash  sha256 of the content, hex; rejects with the file system's error when the file cannot be read
 */
export async function compare(
  found: readonly FoundFile[],
  known: readonly KnownFile[],
  problems: readonly ScanProblem[],
  hash: (file: FoundFile) => Promise<string>
): Promise<Changes> {
  const knownByPath = new Map<string, KnownFile>()
  await inTurns(known, file => knownByPath.set(file.path, file))
  const inPlace: Pair[] = []
  const fresh: FoundFile[] = []
  const foundPaths = new Set<string>()
  await inTurns(found, file => {
    foundPaths.add(file.path)
    const same = knownByPath.get(file.path)
    if (same === undefined) fresh.push(file)
    else inPlace.push({ known: same, found: file })
  })
  const hidden = new Set(problems.map(({ path }) => path))
  const unseen: KnownFile[] = []
  const missing: KnownFile[] = []
  await inTurns(known, file => {
    if (!foundPaths.has(file.path)) (isBelow(file.path, hidden) ? unseen : missing).push(file)
  })

  const { changed, touched, described, unchanged } = await judge(inPlace, hash)
  const moved = await findMoves(fresh, missing, hash)
  const movedFrom = new Set(moved.map(move => move.known))
  const movedTo = new Set(moved.map(move => move.found))
  return {
    added: fresh.filter(file => !movedTo.has(file)),
    changed,
    moved,
    touched,
    described,
    unchanged: [...unchanged, ...unseen],
    gone: missing.filter(file => !movedFrom.has(file))
  }
}

/** Whether the path, or a folder that it is in, is one of these. '' is the chosen folder. */
export function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  if (folders.size === 0) return false
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (folders.has(path.slice(0, end))) return true
  }
  return folders.has('')
}

/** Files that are where they were. */
async function judge(
  pairs: readonly Pair[],
  hash: (file: FoundFile) => Promise<string>
): Promise<Pick<Changes, 'changed' | 'touched' | 'described' | 'unchanged'>> {
  const touched: Pair[] = []
  await inTurns(pairs, pair => {
    if (pair.known.sizeBytes === pair.found.sizeBytes && isTouched(pair)) touched.push(pair)
  })
  const same = await mapBounded(touched, hashesInFlight, ({ known, found }) =>
    hasContent(found, known.contentHash, hash)
  )
  const isSame = new Set(touched.filter((_, i) => same[i]))
  const verdicts = {
    changed: [] as Pair[],
    touched: [] as Pair[],
    described: [] as Pair[],
    unchanged: [] as KnownFile[]
  }
  await inTurns(pairs, pair => {
    const { known, found } = pair
    if (known.sizeBytes !== found.sizeBytes || (isTouched(pair) && !isSame.has(pair))) verdicts.changed.push(pair)
    // Other sidecars mean that metadata is read again, which a new time stamp alone does not.
    else if (known.sidecarStamp !== found.sidecarStamp) verdicts.described.push(pair)
    else if (isTouched(pair)) verdicts.touched.push(pair)
    else verdicts.unchanged.push(known)
  })
  return verdicts
}

function isTouched({ known, found }: Pair): boolean {
  return known.modifiedMs !== found.modifiedMs
}

async function hasContent(
  file: FoundFile,
  contentHash: string | null,
  hash: (file: FoundFile) => Promise<string>
): Promise<boolean> {
  return contentHash !== null && (await hashIfReadable(file, hash)) === contentHash
}

/**
 * New files whose content is that of a missing one, each missing one used once. Of several with the same content the one
 * with the same name is taken, so that a moved folder of copies keeps each item's own history.
 */
export async function findMoves<K extends Pick<KnownFile, 'path' | 'sizeBytes' | 'contentHash'>>(
  fresh: readonly FoundFile[],
  missing: readonly K[],
  hash: (file: FoundFile) => Promise<string>
): Promise<{ readonly known: K; readonly found: FoundFile }[]> {
  const sizes = new Set(missing.filter(({ contentHash }) => contentHash !== null).map(({ sizeBytes }) => sizeBytes))
  const candidates = fresh.filter(({ sizeBytes }) => sizes.has(sizeBytes))
  const hashes = await mapBounded(candidates, hashesInFlight, file => hashIfReadable(file, hash))

  const left = new Map<string, K[]>()
  await inTurns(missing, file => {
    if (file.contentHash === null) return
    const same = left.get(file.contentHash)
    if (same === undefined) left.set(file.contentHash, [file])
    else same.push(file)
  })
  const moves = new Map<FoundFile, K>()
  const take = (isRightName: (from: string, to: string) => boolean): Promise<void> =>
    inTurns(candidates.entries(), ([i, file]) => {
      const same = left.get(hashes[i] ?? '')
      const index = moves.has(file)
        ? -1
        : (same?.findIndex(({ path }) => isRightName(nameOf(path), nameOf(file.path))) ?? -1)
      const [from] = index < 0 ? [] : (same?.splice(index, 1) ?? [])
      if (from !== undefined) moves.set(file, from)
    })
  await take((from, to) => from === to)
  await take(() => true)
  const found: { readonly known: K; readonly found: FoundFile }[] = []
  await inTurns(candidates, file => {
    const from = moves.get(file)
    if (from !== undefined) found.push({ known: from, found: file })
  })
  return found
}

/** null for a file that cannot be read: it counts as different, and reading it will tell why. */
export async function hashIfReadable(
  file: FoundFile,
  hash: (file: FoundFile) => Promise<string>
): Promise<string | null> {
  try {
    return await hash(file)
  } catch (error) {
    if (systemCodeOf(error) === 'unknown') throw error
    return null
  }
}
