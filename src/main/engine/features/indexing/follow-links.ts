import { resolveLinks } from '../../stages/library/links.ts'
import type { Store } from '../../store/store.ts'

/** Links find their items by name and place, so any added or moved file can give an old link a target. */
export function followLinks(store: Store): void {
  const links = [...store.links.all()]
  const before = new Map(links.map(link => [link.linkId, link]))
  const changed = resolveLinks(links, [...store.items.each()]).filter(({ linkId, toId, isGuess }) => {
    const link = before.get(linkId)
    return link?.toId !== toId || link.isGuess !== isGuess
  })
  if (changed.length > 0) store.transaction(() => store.links.resolve(changed))
}
