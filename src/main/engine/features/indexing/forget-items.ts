import type { ItemId } from '../../base/domain.ts'
import type { IndexingParts } from './parts.ts'
import { inSlices } from './in-slices.ts'

/**
 * Removes items with all that was derived from them; files are not touched.
 * @param before  what belongs to the same transaction as each slice
 */
export async function forgetItems(
  itemIds: readonly ItemId[],
  { store, galleries }: Pick<IndexingParts, 'store' | 'galleries'>,
  before: (slice: readonly ItemId[]) => void = () => undefined
): Promise<void> {
  await inSlices(itemIds, slice => {
    store.transaction(() => {
      before(slice)
      store.items.remove(slice)
      store.thumbnails.remove(slice)
    })
    galleries.remove(slice)
  })
}
