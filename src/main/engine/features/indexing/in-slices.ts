import { config } from '../../base/config.ts'
import type { ItemId } from '../../base/domain.ts'
import { giveWay } from '../../base/give-way.ts'

/** Works on many items a page at a time, which may take seconds in all: between two pages a search that waits goes first. */
export async function inSlices(
  itemIds: readonly ItemId[],
  work: (slice: readonly ItemId[]) => void | Promise<void>
): Promise<void> {
  for (let from = 0; from < itemIds.length; from += config.pageSize) {
    await work(itemIds.slice(from, from + config.pageSize))
    await giveWay()
  }
}
