import type { Order } from './order.ts'

/** What the page says about the order of results, about those that are selected, and about their time. */
export const resultWords = {
  order: {
    label: 'Order',
    names: { best: 'Best match', newest: 'Newest first', oldest: 'Oldest first' } satisfies Record<Order, string>
  },
  /** Above what is shown while nothing is asked. */
  oldest: 'Oldest'
} as const
