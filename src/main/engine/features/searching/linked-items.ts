import type { ItemId } from '../../base/domain.ts'
import type { Store } from '../../store/store.ts'

/** The photos that a note shows, or the notes that show a photo. Links between two notes or two photos do not count. */
export function linkedItems(itemId: ItemId, store: Store): ItemId[] {
  const others = [
    ...store.links.from(itemId).flatMap(({ toId }) => toId ?? []),
    ...store.links.to(itemId).map(({ fromId }) => fromId)
  ]
  if (others.length === 0) return []
  const items = store.items.summaries([itemId, ...others])
  const kind = items.get(itemId)?.kind
  return [...new Set(others)].filter(other => items.has(other) && items.get(other)?.kind !== kind)
}
