import { Turns } from '../../base/give-way.ts'
import type { Store } from '../../store/store.ts'

/** Takes away what is left of long notes that nothing finds any more: see [Note: leaving in steps]. */
export async function finishLeaving(store: Store, turns = new Turns()): Promise<void> {
  while (store.leaving.step()) if (turns.isLong) await turns.next()
}
