import { EngineError } from '../../../../shared/errors.ts'
import type { ItemSummary } from '../../../../shared/items.ts'
import type { ItemId } from '../../base/domain.ts'
import type { Store } from '../../store/store.ts'

/** An item that something can be said of: its content is known. */
export interface SaidItem {
  readonly itemId: ItemId
  readonly contentHash: string
}

/**
 * Those of these items that are there and were read: what is said is kept by content.
 * @throws EngineError not-found when none is there, bad-input when none was read
 */
export function saidItems(itemIds: readonly ItemId[], store: Store): readonly SaidItem[] {
  const there = [...new Set(itemIds)].filter(itemId => store.items.exists(itemId))
  if (there.length === 0)
    throw new EngineError(
      'not-found',
      'None of this is in the library any more. Nothing was changed. Its files may have been moved or deleted.'
    )
  const read = there.flatMap((itemId): SaidItem[] => {
    const { contentHash = null, isSearchable = false } = store.items.reading(itemId) ?? {}
    return contentHash !== null && isSearchable ? [{ itemId, contentHash }] : []
  })
  if (read.length === 0)
    throw new EngineError(
      'bad-input',
      'Nothing was read of this yet, and what you say is kept by what is in the file. Nothing was changed. Say it once the file is indexed.'
    )
  return read
}

/** The items that have this content now; none when its file is not in the library. */
export function itemsWith(contentHash: string, store: Store): readonly ItemSummary[] {
  return [...store.items.summaries(store.items.findContent(contentHash)).values()]
}
