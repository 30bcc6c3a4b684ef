import type { Hit } from '../../../shared/searching.ts'
import { foldStacks } from '../../../shared/stacks.ts'
import { afterToggling, tilesOf, unfolded, type Tile, type TileStack } from '../tiles.ts'

const nothing: ReadonlySet<number> = new Set()

/**
 * Whether photos that show the same stand behind one tile, and which of these stacks are open. They are open by item, so
 * more hits and another order leave them so; and by question, so another one begins folded.
 */
export class StacksState {
  isFolding = $state(true)
  #open = $state.raw<{ readonly question: string; readonly itemIds: ReadonlySet<number> }>({
    question: '',
    itemIds: nothing
  })

  tiles(hits: readonly Hit[], question: string): readonly Tile[] {
    if (!this.isFolding) return unfolded(hits)
    const open = this.#openFor(question)
    return tilesOf(hits, stack => stack.some(({ itemId }) => open.has(itemId)))
  }

  /** Opens a stack that is folded, and folds one that is open. */
  toggle(stack: TileStack, question: string): void {
    this.#open = { question, itemIds: afterToggling(this.#openFor(question), stack) }
  }

  #openFor(question: string): ReadonlySet<number> {
    return question === this.#open.question ? this.#open.itemIds : nothing
  }
}

/** How many stacks there are, whether they are folded or not, and how many photos stand in them. */
export function countStacks(hits: readonly Hit[]): { readonly stacks: number; readonly photos: number } {
  const stacks = foldStacks(hits).filter(({ length }) => length > 1)
  return { stacks: stacks.length, photos: stacks.reduce((sum, { length }) => sum + length, 0) }
}
