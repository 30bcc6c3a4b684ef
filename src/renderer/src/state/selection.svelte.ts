import { placeOf, type Stands } from '../tiles.ts'

/**
 * Which hit has the grid's one tab stop. It is held by item, so it stays on the same tile when more hits arrive around it;
 * and by question, so another question begins at its first hit.
 */
export class SelectionState {
  #chosen = $state.raw<{ readonly itemId: number; readonly question: string } | null>(null)

  choose(itemId: number, question: string): void {
    this.#chosen = { itemId, question }
  }

  /** Place among the tiles: of the one that stands for the chosen item, or the first when none does for this question; −1 without any. */
  indexIn(tiles: readonly Stands[], question: string): number {
    if (tiles.length === 0) return -1
    return this.#chosen?.question === question ? Math.max(0, placeOf(tiles, this.#chosen.itemId)) : 0
  }
}
