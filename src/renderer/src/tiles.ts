import type { Hit } from '../../shared/searching.ts'
import { foldStacks } from '../../shared/stacks.ts'

/** One tile of the results. */
export interface Tile {
  readonly hit: Hit
  /** What the tile stands for, in the order of the results: its hit, and behind the tile of a folded stack all of them. */
  readonly hits: readonly Hit[]
  /** As the first of its stack is: photos of a stack stand together, above or below the line. */
  readonly isRelevant: boolean
  /** null for a hit that stands alone. */
  readonly stack: TileStack | null
}

export interface TileStack {
  /** All photos of the stack. */
  readonly hits: readonly Hit[]
  readonly isOpen: boolean
  /** From 0, which is the tile that folds and unfolds it. */
  readonly place: number
}

/**
 * The results as tiles, those that show the same behind the first of them. Where a stack is open, its others follow the first.
 *
 * @param isOpen  of a stack, by its photos
 */
export function tilesOf(hits: readonly Hit[], isOpen: (stack: readonly Hit[]) => boolean): readonly Tile[] {
  return foldStacks(hits).flatMap((stack): Tile[] => {
    const [first] = stack
    const { isRelevant } = first
    if (stack.length === 1) return [{ hit: first, hits: stack, isRelevant, stack: null }]
    if (!isOpen(stack))
      return [{ hit: first, hits: stack, isRelevant, stack: { hits: stack, isOpen: false, place: 0 } }]
    return stack.map((hit, place) => ({
      ...{ hit, isRelevant },
      hits: [hit],
      stack: { hits: stack, isOpen: true, place }
    }))
  })
}

/** The photos whose stacks are open, after one that was folded is opened or one that was open is folded. */
export function afterToggling(open: ReadonlySet<number>, { hits, isOpen }: TileStack): ReadonlySet<number> {
  const own = new Set(hits.map(({ itemId }) => itemId))
  return isOpen ? open.difference(own) : open.union(own)
}

/** The photo that a tile shows: of a note the first of its pictures; null for a note without any. */
export const pictureOf = ({ kind, itemId, firstPhotoId }: Hit): number | null =>
  kind === 'photo' ? itemId : (firstPhotoId ?? null)

/**
 * The answer to a picture in its two parts: first the notes that belong to it, then what is like it, each in its order.
 * @returns `belonging`: so many tiles, from the first, are notes that belong to it
 */
export function belongingFirst(tiles: readonly Tile[]): {
  readonly tiles: readonly Tile[]
  readonly belonging: number
} {
  const isBelonging = ({ hit, isRelevant }: Tile): boolean => hit.kind === 'note' && isRelevant
  const notes = tiles.filter(isBelonging)
  return { tiles: [...notes, ...tiles.filter(tile => !isBelonging(tile))], belonging: notes.length }
}

/** Every hit by itself. */
export function unfolded(hits: readonly Hit[]): readonly Tile[] {
  return hits.map(hit => ({ hit, hits: [hit], isRelevant: hit.isRelevant, stack: null }))
}

/** The place of the tile that stands for an item; −1 where none does. */
export function placeOf(tiles: readonly Stands[], itemId: number | undefined): number {
  return tiles.findIndex(({ hits }) => hits.some(hit => hit.itemId === itemId))
}

/** What has a place among the results, and the items that it stands for. */
export interface Stands {
  readonly hits: readonly { readonly itemId: number }[]
}
