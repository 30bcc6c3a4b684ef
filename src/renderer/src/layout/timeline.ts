import { endOfSure } from '../../../shared/searching.ts'
import type { GridLayout, Row } from './grid.ts'

/**
 * Where the months of hits in order of date lie, along the grid and along the slim line beside it. It spans the sure hits, for
 * dates begin anew with those that are less sure; or all where none is sure.
 */

/** What the geometry needs to know of a hit. */
export interface DatedItem {
  /** Wall-clock time as if UTC, milliseconds. */
  readonly dateMs: number
  readonly isRelevant: boolean
}

/** A row that begins with another month than the last stop. */
interface Stop {
  readonly year: number
  /** From 0. */
  readonly month: number
  /** Of the row, in the grid. */
  readonly topPx: number
}

export interface Timeline {
  /** From the top; one at least. */
  readonly stops: readonly Stop[]
  /** Of the rows that it spans. */
  readonly heightPx: number
}

export interface Label {
  readonly stop: Stop
  readonly kind: 'year' | 'month'
  /** On the line, from its top. */
  readonly atPx: number
}

export type TimelineMove = 'next' | 'previous' | 'next-year' | 'previous-year' | 'first' | 'last'

/** With fewer hits, or all within a year, scrolling is as quick. */
const MORE_THAN = 60
const LONGER_THAN_MS = 365 * 86_400_000

/** How many hits, from the first, a timeline spans; 0 where there is none. */
export function timelineSpan(items: readonly DatedItem[]): number {
  const sure = endOfSure(items)
  const span = sure > 0 ? sure : items.length
  const [first, last] = [items[0], items[span - 1]]
  if (span <= MORE_THAN || first === undefined || last === undefined) return 0
  return Math.abs(last.dateMs - first.dateMs) > LONGER_THAN_MS ? span : 0
}

/** @param span  as `timelineSpan` says, above 0 */
export function timelineOf(items: readonly DatedItem[], span: number, { rows, rowOf }: GridLayout): Timeline {
  const stops: Stop[] = []
  for (const row of rows.slice(0, (rowOf[span - 1] ?? -1) + 1)) {
    const item = items[row.boxes[0]?.index ?? -1]
    if (item === undefined) continue
    const date = new Date(item.dateMs)
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
    const last = stops.at(-1)
    if (last?.year !== year || last.month !== month) stops.push({ year, month, topPx: row.topPx })
  }
  return { stops, heightPx: bottomOf(rows[rowOf[span - 1] ?? -1]) }
}

/** The stop that the top of the view lies in: a place in `stops`. */
export function stopAt({ stops }: Timeline, topPx: number): number {
  // A browser may round where it scrolls to.
  const next = stops.findIndex(stop => stop.topPx > topPx + 1)
  return Math.max(0, (next === -1 ? stops.length : next) - 1)
}

export function stopAfter({ stops }: Timeline, from: number, move: TimelineMove): number {
  const last = stops.length - 1
  const year = stops[from]?.year
  switch (move) {
    case 'next':
      return Math.min(last, from + 1)
    case 'previous':
      return Math.max(0, from - 1)
    case 'first':
      return 0
    case 'last':
      return last
    case 'next-year': {
      const next = stops.findIndex((stop, n) => n > from && stop.year !== year)
      return next === -1 ? last : next
    }
    case 'previous-year': {
      const before = stops.findLast((stop, n) => n < from && stop.year !== year)
      return Math.max(0, before === undefined ? 0 : stops.findIndex(stop => stop.year === before.year))
    }
  }
}

/** Years first, then months where there is still room between them. */
export function labelsFor({ stops, heightPx }: Timeline, lineHeightPx: number, spacePx: number): readonly Label[] {
  const kept: Label[] = []
  const keep = (kind: Label['kind'], stop: Stop): void => {
    const atPx = Math.round((stop.topPx / Math.max(1, heightPx)) * lineHeightPx)
    if (kept.every(label => Math.abs(label.atPx - atPx) >= spacePx)) kept.push({ stop, kind, atPx })
  }
  const beginsYear = (stop: Stop, n: number): boolean => stops[n - 1]?.year !== stop.year
  stops.filter((stop, n) => beginsYear(stop, n)).forEach(stop => keep('year', stop))
  stops.filter((stop, n) => !beginsYear(stop, n)).forEach(stop => keep('month', stop))
  return kept.toSorted((a, b) => a.atPx - b.atPx)
}

const bottomOf = (row: Row | undefined): number => (row === undefined ? 0 : row.topPx + row.heightPx)
