import type { ExcludedFile, ExcludedPlaces, FolderId } from '../../base/domain.ts'
import { config } from '../../base/config.ts'
import { inTurns } from '../../base/give-way.ts'
import type { IdRange } from '../../store/id-range.ts'
import type { Store } from '../../store/store.ts'

/** All items of a folder, read in turns of the event loop. What another command changes meanwhile may be met or not. */
export async function knownFiles(folderId: FolderId, store: Store): Promise<ReturnType<Store['items']['inFolder']>> {
  return inIdRanges(store.items.lastId(), ids => store.items.inFolder(folderId, ids))
}

/** The same for what is excluded of it. */
export async function excludedPlaces(folderId: FolderId, store: Store): Promise<ExcludedPlaces> {
  const files: readonly ExcludedFile[] = await inIdRanges(
    store.excluded.lastId(),
    ids => store.excluded.inFolder(folderId, ids).files
  )
  return { files, folders: store.excluded.inFolder(folderId, { from: 0, to: 0 }).folders }
}

/** Rows read or written by their ids, a few in each turn of the event loop. @param last  id */
export async function inIdRanges<T>(last: number, read: (ids: IdRange) => readonly T[]): Promise<readonly T[]> {
  const all: T[] = []
  await inTurns(
    idRanges(() => last),
    ids => all.push(...read(ids))
  )
  return all
}

/** Ranges of a page of ids each. @param last  id, asked before each: rows may be added meanwhile */
export function* idRanges(last: () => number): Generator<IdRange> {
  for (let from = 0; from <= last(); from += config.pageSize) yield { from, to: from + config.pageSize }
}
