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
  /** Photos of one answer that show the same. */
  stacks: {
    /** Of the tile and its badge. */
    name: (n: number, isOpen: boolean): string => `${number(n)} similar photos, ${isOpen ? 'unfolded' : 'folded'}`,
    member: (place: number, n: number): string => `${number(place)} of ${number(n)} similar photos`,
    hint: (isOpen: boolean): string => (isOpen ? 'Fold the similar photos (S)' : 'Show the similar photos (S)'),
    /** Beside what was found: '18 similar photos in 4 stacks'. */
    sum: (photos: number, stacks: number): string => `${number(photos)} similar photos in ${count(stacks, 'stack')}`,
    fold: 'Stack similar',
    about: 'Copies of a photo and frames of a burst as one tile'
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
