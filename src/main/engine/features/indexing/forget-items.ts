import type { ItemId } from '../../base/domain.ts'
import type { Store } from '../../store/store.ts'
import type { IndexingParts } from './parts.ts'
import { inSlices } from './in-slices.ts'

/**
 * Sets aside items whose files were deleted, or that the person forgot: see `ItemRows.setAside`.
 * @param after  called when a slice of them is committed
 */
export async function setItemsAside(
  itemIds: readonly ItemId[],
  store: Store,
  aside: { readonly nowMs: number; readonly forgottenMs?: number },
  after: (slice: readonly ItemId[]) => void
): Promise<void> {
  const { nowMs, ...forgotten } = aside
  let removed: ItemId[] = []
  await inSlices(itemIds, store, itemId => removed.push(...store.items.setAside([itemId], nowMs, forgotten)), {
    inside() {
      // Thumbnails lie in a database of their own: no cascade reaches them.
      store.thumbnails.remove(removed)
      removed = []
    },
    after
  })
}

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
