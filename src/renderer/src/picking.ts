import { placeOf, type Stands } from './tiles.ts'

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

/**
 * What is picked among the tiles after the person has done one thing more. A folded stack is picked as a whole: what a person
 * does to a tile is done to all that it stands for, and a tile of which anything is picked looks picked.
 */
export function afterPicking(picks: Picks, picking: Picking, tiles: readonly Stands[]): Picks {
  switch (picking.kind) {
    case 'none':
      return nothingPicked
    case 'all':
      return { ...picks, itemIds: idsOf(tiles) }
    case 'toggle': {
      const { itemId } = picking.hit
      const tile = tiles[placeOf(tiles, itemId)]
      const own = idsOf(tile === undefined ? [] : [tile])
      const isPicked = !picks.itemIds.isDisjointFrom(own)
      const itemIds = isPicked ? picks.itemIds.difference(own) : picks.itemIds.union(own)
      return { itemIds, anchor: { itemId, others: itemIds } }
    }
    case 'extend': {
      const isAnchored = picks.anchor !== null && placeOf(tiles, picks.anchor.itemId) !== -1
      const anchor = isAnchored ? picks.anchor : { itemId: picking.from.itemId, others: picks.itemIds }
      const ends = [placeOf(tiles, anchor.itemId), placeOf(tiles, picking.hit.itemId)] as const
      const range = tiles.slice(Math.min(...ends), Math.max(...ends) + 1)
      return { itemIds: anchor.others.union(idsOf(range)), anchor }
    }
  }
}

const idsOf = (tiles: readonly Stands[]): ReadonlySet<number> =>
  new Set(tiles.flatMap(({ hits }) => hits.map(({ itemId }) => itemId)))
