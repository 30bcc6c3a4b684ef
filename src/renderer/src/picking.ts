interface Item {
  readonly itemId: number
}

/** What the person did to the selection. */
export type Picking<T extends Item = Item> =
  | { readonly kind: 'toggle'; readonly hit: T }
  /** All from where the last one was picked, or from `from` when none was, to `hit`. */
  | { readonly kind: 'extend'; readonly from: T; readonly hit: T }
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }

export interface Picks {
  readonly itemIds: ReadonlySet<number>
  /** Where a range begins, and what is picked beside it: a range that is made shorter gives back what it took. */
  readonly anchor: { readonly itemId: number; readonly others: ReadonlySet<number> } | null
}

export const nothingPicked: Picks = { itemIds: new Set(), anchor: null }

/** What is picked among `hits` after the person has done one thing more. */
export function afterPicking(picks: Picks, picking: Picking, hits: readonly Item[]): Picks {
  switch (picking.kind) {
    case 'none':
      return nothingPicked
    case 'all':
      return { ...picks, itemIds: idsOf(hits) }
    case 'toggle': {
      const { itemId } = picking.hit
      const itemIds = picks.itemIds.symmetricDifference(new Set([itemId]))
      return { itemIds, anchor: { itemId, others: itemIds } }
    }
    case 'extend': {
      const placeOf = (itemId: number): number => hits.findIndex(hit => hit.itemId === itemId)
      const isAnchored = picks.anchor !== null && placeOf(picks.anchor.itemId) !== -1
      const anchor = isAnchored ? picks.anchor : { itemId: picking.from.itemId, others: picks.itemIds }
      const ends = [placeOf(anchor.itemId), placeOf(picking.hit.itemId)] as const
      const range = hits.slice(Math.min(...ends), Math.max(...ends) + 1)
      return { itemIds: anchor.others.union(idsOf(range)), anchor }
    }
  }
}

const idsOf = (items: readonly Item[]): ReadonlySet<number> => new Set(items.map(({ itemId }) => itemId))
