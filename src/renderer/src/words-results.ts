import type { Order } from './order.ts'
import { count, number } from './words.ts'

/** What the page says about the order of results, about those that are selected, and about their time. */
export const resultWords = {
  order: {
    label: 'Order',
    names: { best: 'Best match', newest: 'Newest first', oldest: 'Oldest first' } satisfies Record<Order, string>
  },
  /** Above what is shown while nothing is asked. */
  oldest: 'Oldest',
  selection: {
    label: 'Selection',
    count: (n: number): string => `${number(n)} selected`,
    copy: (n: number): string => (n === 1 ? 'Copy path' : 'Copy paths'),
    copied: (n: number): string => `${count(n, 'path')} copied`,
    notCopied: 'The paths could not be copied: the browser refused.',
    reveal: 'Reveal in folder',
    similar: 'Search like this',
    clear: 'Clear'
  }
} as const
