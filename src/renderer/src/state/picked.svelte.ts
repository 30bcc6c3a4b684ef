import type { Stands } from '../tiles.ts'
import { afterPicking, nothingPicked, type Picking } from '../picking.ts'

/**
 * Which hits are picked, to do something with all of them. They are held by item, so another order keeps them; and by
 * question, so nothing stays picked that is not shown.
 */
export class PickedState {
  #picks = $state.raw(nothingPicked)
  #question = $state('')

  /** In the order of the hits. */
  among<T extends { readonly itemId: number }>(hits: readonly T[], question: string): readonly T[] {
    return question === this.#question ? hits.filter(({ itemId }) => this.#picks.itemIds.has(itemId)) : []
  }

  take(picking: Picking, tiles: readonly Stands[], question: string): void {
    const before = question === this.#question ? this.#picks : nothingPicked
    this.#question = question
    this.#picks = afterPicking(before, picking, tiles)
  }
}
