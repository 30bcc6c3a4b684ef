import { Turns } from '../../base/give-way.ts'
import { finishLeaving } from './finish-leaving.ts'
import type { Store } from '../../store/store.ts'

/**
 * Works on many things in transactions of a few milliseconds each, with a turn of the event loop after each: a search that waits
 * goes first, and a kill leaves some of it done.
 *
 * @param work  on one of them
 * @param ends.inside  ends each transaction, given what was worked on in it
 * @param ends.after  called when it is committed
 */
export async function inSlices<T>(
  all: readonly T[],
  store: Store,
  work: (one: T) => void,
  ends: { readonly inside?: (slice: readonly T[]) => void; readonly after?: (slice: readonly T[]) => void } = {}
): Promise<void> {
  const turns = new Turns()
  for (let from = 0; from < all.length;) {
    const slice = store.transaction(() => {
      let to = from
      for (let one = all[to]; to < all.length && (to === from || !turns.isLong); one = all[++to]) work(one as T)
      const done = all.slice(from, to)
      ends.inside?.(done)
      return done
    })
    ends.after?.(slice)
    from += slice.length
    await finishLeaving(store, turns)
    await turns.next()
  }
}
