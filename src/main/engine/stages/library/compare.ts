import type { Changes, FoundFile, KnownFile, ScanProblem } from '../../base/domain.ts'
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
  const knownByPath = new Map(known.map(file => [file.path, file]))
  const inPlace: Pair[] = []
  const fresh: FoundFile[] = []
  for (const file of found) {
    const same = knownByPath.get(file.path)
    if (same === undefined) fresh.push(file)
    else inPlace.push({ known: same, found: file })
  }
  const foundPaths = new Set(found.map(({ path }) => path))
  const hidden = new Set(problems.map(({ path }) => path))
  const [unseen, missing] = partition(
    known.filter(({ path }) => !foundPaths.has(path)),
    ({ path }) => isBelow(path, hidden)
  )

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
  const verdicts = await mapBounded(pairs, hashesInFlight, async ({ known, found }) => {
    const isTouched = known.modifiedMs !== found.modifiedMs
    if (known.sizeBytes !== found.sizeBytes) return 'changed'
    if (isTouched && !(await hasContent(found, known.contentHash, hash))) return 'changed'
    // Other sidecars mean that metadata is read again, which a new time stamp alone does not.
    if (known.sidecarStamp !== found.sidecarStamp) return 'described'
    return isTouched ? 'touched' : 'unchanged'
  })
  const select = (verdict: (typeof verdicts)[number]): Pair[] => pairs.filter((_, i) => verdicts[i] === verdict)
  return {
    changed: select('changed'),
    touched: select('touched'),
    described: select('described'),
    unchanged: select('unchanged').map(({ known }) => known)
  }
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
  for (const file of missing) {
    if (file.contentHash === null) continue
    const same = left.get(file.contentHash)
    if (same === undefined) left.set(file.contentHash, [file])
    else same.push(file)
  }
  const moves = new Map<FoundFile, K>()
  const take = (isRightName: (from: string, to: string) => boolean): void => {
    for (const [i, file] of candidates.entries()) {
      const same = left.get(hashes[i] ?? '')
      const index = moves.has(file)
        ? -1
        : (same?.findIndex(({ path }) => isRightName(nameOf(path), nameOf(file.path))) ?? -1)
      const [from] = index < 0 ? [] : (same?.splice(index, 1) ?? [])
      if (from !== undefined) moves.set(file, from)
    }
  }
  take((from, to) => from === to)
  take(() => true)
  return candidates.flatMap(file => {
    const from = moves.get(file)
    return from === undefined ? [] : [{ known: from, found: file }]
  })
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

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter(item => !test(item))]
}
