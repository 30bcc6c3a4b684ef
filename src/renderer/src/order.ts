import type { Hit } from '../../shared/searching.ts'

/** The orders that results can be shown in, as the control offers them. */
export const orders = ['best', 'newest', 'oldest'] as const
export type Order = (typeof orders)[number]

export const orderNamed = (name: string | null): Order => orders.find(order => order === name) ?? 'best'

/** Less sure hits stay below the others, each part in order by itself; equal dates stay as they were ranked. */
export function inOrder(ranked: readonly Hit[], order: Order): readonly Hit[] {
  if (order === 'best') return ranked
  const later = order === 'newest' ? -1 : 1
  return ranked.toSorted((a, b) => Number(b.isRelevant) - Number(a.isRelevant) || later * (a.dateMs - b.dateMs))
}

/** Whether nothing was asked but filters: such hits have no best match, and come by date. */
export const isByFilters = (hits: readonly Hit[]): boolean => hits[0]?.reasons[0]?.kind === 'filter'
