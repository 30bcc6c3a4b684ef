/**
 * Which hit has the grid's one tab stop. It is held by item, so it stays on the same tile when more hits arrive around it;
 * and by question, so another question begins at its first hit.
 */
export class SelectionState {
  #chosen = $state.raw<{ readonly itemId: number; readonly question: string } | null>(null)

  choose(itemId: number, question: string): void {
    this.#chosen = { itemId, question }
  }

  /** Place among the hits: the chosen item's, or the first when nothing among them was chosen for this question; −1 without hits. */
  indexIn(hits: readonly { readonly itemId: number }[], question: string): number {
    if (hits.length === 0) return -1
    if (this.#chosen?.question !== question) return 0
    const { itemId } = this.#chosen
    return Math.max(
      0,
      hits.findIndex(hit => hit.itemId === itemId)
    )
  }
}
