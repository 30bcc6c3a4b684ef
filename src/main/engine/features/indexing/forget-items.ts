import { config } from '../../base/config.ts'
import type { ItemId } from '../../base/domain.ts'
import type { IndexingParts } from './parts.ts'

/**
 * Removes items with all that was derived from them; files are not touched.
 * @param before  what belongs to the same transaction as each slice
 */
export async function forgetItems(
  itemIds: readonly ItemId[],
  { store, galleries }: Pick<IndexingParts, 'store' | 'galleries'>,
  before: (slice: readonly ItemId[]) => void = () => undefined
): Promise<void> {
  for (let from = 0; from < itemIds.length; from += config.pageSize) {
    const slice = itemIds.slice(from, from + config.pageSize)
    store.transaction(() => {
      before(slice)
      store.items.remove(slice)
      store.thumbnails.remove(slice)
    })
    galleries.remove(slice)
    // Many take seconds: a search that waits goes first.
    await new Promise(resolve => setImmediate(resolve))
  }
}
