import type { ItemId } from '../../base/domain.ts'
import type { IndexingParts } from './parts.ts'
import { inSlices } from './in-slices.ts'

/**
 * Removes items with all that was derived from them; files are not touched.
 * @param before  what belongs to the same transaction as the removal of each
 */
export async function forgetItems(
  itemIds: readonly ItemId[],
  { store, galleries }: Pick<IndexingParts, 'store' | 'galleries'>,
  before: (itemId: ItemId) => void = () => undefined
): Promise<void> {
  await inSlices(
    itemIds,
    store,
    itemId => {
      before(itemId)
      store.items.remove([itemId])
    },
    { inside: slice => store.thumbnails.remove(slice), after: slice => galleries.remove(slice) }
  )
}
