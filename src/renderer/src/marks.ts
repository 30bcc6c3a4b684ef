import type { Hit } from '../../shared/searching.ts'

/** What a tile shows of what the person said of its item. */
export interface Mark extends Pick<Hit, 'isFavourite' | 'said'> {
  readonly itemId: number
}

/** The same hits in the same order, with what was said of them. */
export function marked<T extends { readonly itemId: number }>(
  hits: readonly T[],
  marks: readonly Mark[]
): readonly T[] {
  const byItem = new Map(marks.map(mark => [mark.itemId, mark]))
  return hits.map(hit => ({ ...hit, ...byItem.get(hit.itemId) }))
}
