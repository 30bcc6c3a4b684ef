/** Which hit has the grid's one tab stop. It is held by item, so it stays on the same tile when more hits arrive around it. */
export class SelectionState {
  #itemId = $state<number | null>(null)

  choose(itemId: number): void {
    this.#itemId = itemId
  }

  /** Place among the hits: the chosen item's, or the first when it is not among them; −1 without hits. */
  indexIn(hits: readonly { readonly itemId: number }[]): number {
    if (hits.length === 0) return -1
    return Math.max(
      0,
      hits.findIndex(hit => hit.itemId === this.#itemId)
    )
  }
}
