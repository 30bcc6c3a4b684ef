import type { ItemId } from '../../base/domain.ts'
import type { Linked } from '../../stages/search/fuse.ts'
import type { Store } from '../../store/store.ts'

/**
 * The photos that a note shows, or the notes that show a photo. Links between two notes or two photos do not count, and neither
 * do guesses.
 */
export function linkedItems(itemId: ItemId, store: Store): Linked[] {
  const others: Linked[] = [
    ...store.links
      .from(itemId)
      .flatMap(({ toId, part, isGuess }) => (toId === null || isGuess ? [] : { itemId: toId, part })),
    ...store.links.to(itemId).flatMap(({ fromId, isGuess }) => (isGuess ? [] : { itemId: fromId, part: null }))
  ]
  if (others.length === 0) return []
  const items = store.items.summaries([itemId, ...others.map(other => other.itemId)])
  const kind = items.get(itemId)?.kind
  return others.filter(other => items.has(other.itemId) && items.get(other.itemId)?.kind !== kind)
}
