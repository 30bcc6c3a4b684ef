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
  const kinds = store.items.kinds([itemId, ...others.map(other => other.itemId)])
  const own = kinds.get(itemId)
  return others.filter(other => kinds.has(other.itemId) && kinds.get(other.itemId) !== own)
}
