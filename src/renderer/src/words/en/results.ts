import type { Order } from '../../order.ts'
import { count, formats, number } from './formats.ts'

interface Month {
  readonly year: number
  /** From 0. */
  readonly month: number
}

/** What the page says about the order of results, about those that are selected, and about their time. */
export const resultWords = {
  order: {
    label: 'Order',
    names: { best: 'Best match', newest: 'Newest first', oldest: 'Oldest first' } satisfies Record<Order, string>
  },
  /** Above what is shown while nothing is asked. */
  oldest: 'Oldest',
  timeline: {
    label: 'Timeline',
    /** 'March 2021'. */
    month: (at: Month | undefined): string => (at === undefined ? '' : formats.month(Date.UTC(at.year, at.month))),
    shortMonth: (at: Month): string => formats.shortMonth(Date.UTC(at.year, at.month))
  },
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
