import type {
  ExcludedFile,
  ExcludedPlaces,
  ExclusionChanges,
  FoundFile,
  KnownFile,
  ScanProblem
} from '../../base/domain.ts'
import { inTurns } from '../../base/give-way.ts'
import { findMoves, hashIfReadable, isBelow } from './compare.ts'

type HashFile = (file: FoundFile) => Promise<string>

/**
 * Parts what a scan found into the files that are the library's and those that the person excluded.
 *
 * A folder is excluded by its place: what is moved into it is excluded, what is moved out of it is not. A file that was
 * named itself is excluded by its place, whatever is written into it, and stays excluded when it is moved or renamed: a new
 * file with its content, while it is not where it was, is taken for it. A copy beside it is not. Named files that are not
 * there now stay named, so that one which comes back is still excluded.
 *
 * @param known  items: their files were not moved from anywhere
 * @param problems  nothing at or below these was looked at: it counts as it was
 * @param hash  as in `compare`
 */
export async function partExcluded(
  found: readonly FoundFile[],
  known: readonly KnownFile[],
  excluded: ExcludedPlaces,
  problems: readonly ScanProblem[],
  hash: HashFile
): Promise<{ readonly kept: readonly FoundFile[]; readonly changes: ExclusionChanges }> {
  const folders = new Map(excluded.folders.map(({ path, excludedId }) => [path, excludedId]))
  const rows = new Map<string, ExcludedFile>()
  await inTurns(excluded.files, file => rows.set(file.path, file))
  const inPlace: { readonly row: ExcludedFile; readonly file: FoundFile }[] = []
  const entering: { readonly withinId: number; readonly file: FoundFile }[] = []
  const left: FoundFile[] = []
  await inTurns(found, file => {
    const row = rows.get(file.path)
    const withinId = folderAbove(file.path, folders)
    if (row !== undefined && (row.withinId === null || withinId !== null)) inPlace.push({ row, file })
    else if (withinId !== null) entering.push({ withinId, file })
    else left.push(file)
  })

  const there = new Set(inPlace.map(({ row }) => row))
  const hidden = new Set(problems.map(({ path }) => path))
  const missing = excluded.files.filter(row => !there.has(row) && !isBelow(row.path, hidden))
  const named = missing.filter(({ withinId }) => withinId === null)
  // Most libraries have none: then nothing of a hundred thousand files has to be looked at for them.
  const moves =
    named.length === 0
      ? []
      : await findMoves(await withoutPathsOf(left, known), await unlikeMissing(named, known, found), hash)
  const moved = new Map(moves.map(move => [move.known, move.found]))
  const movedTo = new Set(moved.values())

  return {
    kept: left.filter(file => !movedTo.has(file)),
    changes: {
      seen: [
        ...(await seenInPlace(inPlace, hash)),
        ...missing.flatMap(row => {
          const file = moved.get(row)
          if (file !== undefined) return [{ ...row, ...placeOf(file), isThere: true }]
          return row.withinId === null && row.isThere ? [{ ...row, isThere: false }] : []
        })
      ],
      found: entering,
      gone: missing.filter(({ withinId }) => withinId !== null).map(({ excludedId }) => excludedId)
    }
  }
}

/** The nearest excluded folder that a path is in. */
function folderAbove(path: string, folders: ReadonlyMap<string, number>): number | null {
  if (folders.size === 0) return null
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const excludedId = folders.get(path.slice(0, end))
    if (excludedId !== undefined) return excludedId
  }
  return null
}

async function withoutPathsOf(files: readonly FoundFile[], known: readonly KnownFile[]): Promise<FoundFile[]> {
  const paths = new Set<string>()
  await inTurns(known, ({ path }) => paths.add(path))
  return files.filter(({ path }) => !paths.has(path))
}

/** Where an item with the same content is missing too, the new file is that item's: it was to be found. */
async function unlikeMissing(
  rows: readonly ExcludedFile[],
  known: readonly KnownFile[],
  found: readonly FoundFile[]
): Promise<ExcludedFile[]> {
  const paths = new Set<string>()
  await inTurns(found, ({ path }) => paths.add(path))
  const taken = new Set<string | null>()
  await inTurns(known, ({ path, contentHash }) => {
    if (!paths.has(path)) taken.add(contentHash)
  })
  return rows.filter(({ contentHash }) => contentHash !== null && !taken.has(contentHash))
}

/** Those that are otherwise than they were. What was named itself is hashed, so that it can be followed later. */
async function seenInPlace(
  inPlace: readonly { readonly row: ExcludedFile; readonly file: FoundFile }[],
  hash: HashFile
): Promise<ExcludedFile[]> {
  const seen: ExcludedFile[] = []
  for (const { row, file } of inPlace) {
    const isSame = row.sizeBytes === file.sizeBytes && row.modifiedMs === file.modifiedMs
    const wantsHash = row.withinId === null && (!isSame || row.contentHash === null)
    if (isSame && row.isThere && !wantsHash) continue
    const contentHash = wantsHash ? await hashIfReadable(file, hash) : isSame ? row.contentHash : null
    seen.push({ ...row, ...placeOf(file), contentHash, isThere: true })
  }
  return seen
}

function placeOf({ path, sizeBytes, modifiedMs }: FoundFile): Pick<ExcludedFile, 'path' | 'sizeBytes' | 'modifiedMs'> {
  return { path, sizeBytes, modifiedMs }
}
