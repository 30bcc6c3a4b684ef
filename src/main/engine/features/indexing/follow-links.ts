import { collected, stepsAtOnce, stepsInTurns, type Steps } from '../../base/give-way.ts'
import { resolvingLinks } from '../../stages/library/links.ts'
import type { Store } from '../../store/store.ts'

/** Rows that are written between two steps. */
const stepRows = 512
/**
 * Links find their items by name and place, so any added or moved file can give an old link a target. Lets questions go first now
 * and then; whatever ends it half way is made good by the next run.
 */
export async function followLinks(store: Store): Promise<void> {
  await stepsInTurns(following(store))
}

/** The same within one turn, for a library that nobody can ask yet. */
export function followLinksAtOnce(store: Store): void {
  stepsAtOnce(following(store))
}

function* following(store: Store): Steps<void> {
  const links = yield* collected(store.links.all())
  const items = yield* collected(store.items.each())
  const before = new Map(links.map(link => [link.linkId, link]))
  const resolved = yield* resolvingLinks(links, items)
  const changed = resolved.filter(({ linkId, toId, isGuess }) => {
    const link = before.get(linkId)
    return link?.toId !== toId || link.isGuess !== isGuess
  })
  for (let from = 0; from < changed.length; from += stepRows) {
    store.links.resolve(changed.slice(from, from + stepRows))
    yield
  }
}
