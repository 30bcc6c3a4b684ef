import { Turns } from '../../base/give-way.ts'
import { resolvingLinks } from '../../stages/library/links.ts'
import type { Store } from '../../store/store.ts'

/** Rows that are read or written between two steps. */
const stepRows = 512
/**
 * Links find their items by name and place, so any added or moved file can give an old link a target. Lets questions go first now
 * and then; whatever ends it half way is made good by the next run.
 */
export async function followLinks(store: Store): Promise<void> {
  const turns = new Turns()
  for (const steps = following(store); steps.next().done !== true;) if (turns.isLong) await turns.next()
}

/** The same within one turn, for a library that nobody can ask yet. */
export function followLinksAtOnce(store: Store): void {
  for (const steps = following(store); steps.next().done !== true;);
}

function* following(store: Store): Generator<void> {
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

function* collected<T>(rows: Iterable<T>): Generator<void, readonly T[]> {
  const all: T[] = []
  for (const row of rows) {
    all.push(row)
    if (all.length % stepRows === 0) yield
  }
  return all
}
