import { config } from '../../base/config.ts'
import type { ForgetInput, Forgetting, UnreachableAnswer } from '../../../../shared/unreachable.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { within } from './excluding.ts'
import { Turns } from '../../base/give-way.ts'
import { bringBack } from './come-back.ts'
import type { IndexingParts } from './parts.ts'
import { absolutePath } from '../../store/paths.ts'
import { setItemsAside } from './forget-items.ts'

/** Where files cannot be reached now. */
export function unreachable(store: IndexingParts['store'], limit: number): UnreachableAnswer {
  const { places, total } = store.items.unreachable(limit)
  return {
    total,
    places: places.map(({ folderId, folderPath, place, reason, files }) => ({
      ...{ folderId, reason, files },
      path: place === '' ? folderPath : absolutePath(folderPath, place)
    }))
  }
}

/**
 * The person's last word on files that cannot be reached: nothing of them is found any more. What was read of them is kept as
 * that of deleted files is, so that nothing has to be encoded again should they come back after all.
 */
export async function forgetUnreachable(
  { paths }: ForgetInput,
  parts: IndexingParts,
  nowMs: number
): Promise<Forgetting> {
  const { store, galleries, indexing } = parts
  const folders = store.folders.all()
  const places =
    paths === undefined
      ? folders.map(({ folderId }) => ({ folderId, path: '' }))
      : paths.map(path => within(path, folders))
  const itemIds = [...new Set(places.flatMap(({ folderId, path }) => store.items.unreachableBelow(folderId, path)))]
  if (itemIds.length === 0)
    throw new EngineError(
      'not-found',
      'Nothing of this is unreachable, so nothing was forgotten. Files that are there are taken out of the library by leaving them out.'
    )
  await setItemsAside(itemIds, store, { nowMs, forgottenMs: nowMs }, slice => galleries.remove(slice))
  indexing.changed()
  return { files: itemIds.length, forgottenMs: nowMs }
}

/** Unreachable again, and found: what was forgotten as one, or all that was. */
export async function recallForgotten(
  forgottenMs: number | null,
  { store, galleries, indexing, model }: IndexingParts
): Promise<number> {
  const itemIds = store.items.forgottenAt(forgottenMs)
  let files = 0
  const turns = new Turns()
  for (const itemId of itemIds) {
    if (!(await bringBack(itemId, store, () => model.now))) continue
    galleries.follow([itemId])
    files++
    if (turns.isLong) await turns.next()
  }
  if (files === 0)
    throw new EngineError(
      'not-found',
      `Nothing that was forgotten is left to bring back: it is kept for ${config.keepDeletedDays} days. Files that are there again are found by indexing.`
    )
  indexing.changed()
  return files
}
