import type { Order } from '../../order.ts'
import { count, formats, number } from './formats.ts'

interface Month {
  readonly year: number
  /** From 0. */
  readonly month: number
}

export const resultWords = {
  order: {
    label: 'Reihenfolge',
    names: { best: 'Beste zuerst', newest: 'Neueste zuerst', oldest: 'Älteste zuerst' } satisfies Record<Order, string>
  },
  oldest: 'Älteste',
  timeline: {
    label: 'Zeitleiste',
    month: (at: Month | undefined): string => (at === undefined ? '' : formats.month(Date.UTC(at.year, at.month))),
    shortMonth: (at: Month): string => formats.shortMonth(Date.UTC(at.year, at.month))
  },
  stacks: {
    name: (n: number, isOpen: boolean): string =>
      `${number(n)} ähnliche Fotos, ${isOpen ? 'aufgeklappt' : 'zugeklappt'}`,
    member: (place: number, n: number): string => `${number(place)} von ${number(n)} ähnlichen Fotos`,
    hint: (isOpen: boolean): string => (isOpen ? 'Ähnliche Fotos zuklappen (S)' : 'Ähnliche Fotos zeigen (S)'),
    sum: (photos: number, stacks: number): string =>
      `${number(photos)} ähnliche Fotos in ${count(stacks, 'Stapel', 'Stapeln')}`,
    fold: 'Ähnliche stapeln',
    about: 'Kopien eines Fotos und Serienbilder als eine Kachel'
  },
  selection: {
    label: 'Auswahl',
    count: (n: number): string => `${number(n)} ausgewählt`,
    copy: (n: number): string => (n === 1 ? 'Pfad kopieren' : 'Pfade kopieren'),
    copied: (n: number): string => `${count(n, 'Pfad', 'Pfade')} kopiert`,
    notCopied: 'Die Pfade ließen sich nicht kopieren: Der Browser hat es verweigert.',
    reveal: 'Im Ordner zeigen',
    similar: 'Ähnliches suchen',
    clear: 'Aufheben'
  }
}
