/** What of a hit says which others it stands with. */
interface Stacked {
  readonly itemId: number
  readonly stack?: number | undefined
}

/**
 * Hits with those that show the same behind the first of them. Every hit is there once; the first ones keep their order, and
 * so do those behind each.
 *
 * @returns one list for each stack and for each hit that stands alone, none of them empty
 */
export function foldStacks<T extends Stacked>(hits: readonly T[]): readonly (readonly [T, ...T[]])[] {
  // A stack is named by one of its own items: no hit that stands alone has that name.
  return [...Map.groupBy(hits, ({ stack, itemId }) => stack ?? itemId).values()] as [T, ...T[]][]
}
