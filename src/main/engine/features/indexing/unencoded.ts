import { Turns } from '../../base/give-way.ts'
import type { Store, WorkItem } from '../../store/store.ts'
import { idRanges, inIdRanges } from './known-files.ts'

/**
 * Read items that a model has not encoded, by id, also those that cannot be reached now. Where it has encoded nearly all of a
 * large library, many are looked at before one is found: in turns of the event loop.
 */
export async function* unencoded(store: Store, modelKey: string): AsyncGenerator<WorkItem> {
  const turns = new Turns()
  for (const ids of idRanges(() => store.items.lastId())) {
    yield* store.items.unencoded(modelKey, ids)
    if (turns.isLong) await turns.next()
  }
}

/** The same at once, for a decision that nothing may come between. */
export function* unencodedNow(store: Store, modelKey: string): Generator<WorkItem> {
  for (const ids of idRanges(() => store.items.lastId())) yield* store.items.unencoded(modelKey, ids)
}

/** How many of those can be reached. */
export async function countUnencodedHere(store: Store, modelKey: string): Promise<number> {
  const counts = await inIdRanges(store.items.lastId(), ids => [store.items.countUnencodedHere(modelKey, ids)])
  return counts.reduce((sum, count) => sum + count, 0)
}
