import type { FolderId, ItemId } from '../../base/domain.ts'
import { config } from '../../base/config.ts'
import { giveWay } from '../../base/give-way.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { forgetItems } from './forget-items.ts'
import { knownFiles } from './known-files.ts'
import type { IndexingParts } from './parts.ts'

/** Takes a folder out of the library with everything that is known of it, a little at a time; its files are not touched. */
export async function removeFolder(
  folderId: FolderId,
  parts: Pick<IndexingParts, 'store' | 'galleries'>
): Promise<void> {
  const { store } = parts
  if (!store.folders.has(folderId)) throw new EngineError('not-found', 'This folder is not in the library any more.')
  // A scan that runs meanwhile adds files until the folder is gone.
  for (let left = await itemsOf(folderId, parts); left.length > 0; left = await itemsOf(folderId, parts))
    await forgetItems(left, parts)
  // What was named goes with the folder, all at once; what scans found beside it is found again if that is not reached.
  for (const { excludedId } of store.excluded.inFolder(folderId, { from: 0, to: 0 }).folders)
    while (store.excluded.forgetWithin(excludedId, config.pageSize) > 0) await giveWay()
  store.folders.remove(folderId)
}

async function itemsOf(folderId: FolderId, { store }: Pick<IndexingParts, 'store'>): Promise<readonly ItemId[]> {
  const known = await knownFiles(folderId, store)
  return [...known.map(({ itemId }) => itemId), ...store.items.asideIn(folderId)]
}
