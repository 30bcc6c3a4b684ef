import { expect, test } from 'vitest'
import { layOut } from '../../../src/renderer/src/layout/grid.ts'
import {
  labelsFor,
  stopAfter,
  stopAt,
  timelineOf,
  timelineSpan,
  type DatedItem,
  type Timeline
} from '../../../src/renderer/src/layout/timeline.ts'

const measures = { widthPx: 430, rowHeightPx: 100, gapPx: 10, lineHeightPx: 40, headingHeightPx: 50 }
const square = { widthPx: 1, heightPx: 1 }
const on = (year: number, month: number, isRelevant = true): DatedItem => ({
  dateMs: Date.UTC(year, month, 15),
  isRelevant
})
const times = <T>(n: number, item: T): T[] => Array.from({ length: n }, () => item)

test('there is one for more than 60 hits over more than a year', () => {
  expect(timelineSpan([...times(60, on(2022, 5)), on(2020, 1)])).toBe(61)
  expect(timelineSpan([...times(59, on(2022, 5)), on(2020, 1)])).toBe(0)
  expect(timelineSpan([...times(60, on(2022, 5)), on(2022, 1)])).toBe(0)
  expect(timelineSpan([])).toBe(0)
})

test('the oldest may come first; weaker matches below are left out, and are all of it where nothing else is', () => {
  expect(timelineSpan([...times(60, on(2020, 5)), on(2022, 1)])).toBe(61)
  expect(timelineSpan([...times(60, on(2022, 5)), on(2020, 1), on(2023, 1, false)])).toBe(61)
  expect(timelineSpan([...times(61, on(2022, 5)), on(2020, 1, false)])).toBe(0)
  expect(timelineSpan([...times(60, on(2022, 5, false)), on(2020, 1, false)])).toBe(61)
})

test('a row that begins with another month is a stop', () => {
  // Rows of four: June ×4 · June ×2 and May ×2 · May ×4 · December of the year before.
  const items = [...times(6, on(2021, 5)), ...times(6, on(2021, 4)), ...times(2, on(2020, 11))]
  const layout = layOut(
    [...items, on(2022, 0, false)].map(item => ({ ...square, ...item })),
    measures
  )
  expect(timelineOf(items, items.length, layout)).toEqual({
    stops: [
      { year: 2021, month: 5, topPx: 0 },
      { year: 2021, month: 4, topPx: 220 },
      { year: 2020, month: 11, topPx: 330 }
    ],
    heightPx: 430
  })
})

/** Two stops close together in 2022, two in 2021, one in 2019. */
const timeline: Timeline = {
  stops: [
    { year: 2022, month: 7, topPx: 0 },
    { year: 2022, month: 6, topPx: 50 },
    { year: 2021, month: 11, topPx: 400 },
    { year: 2021, month: 2, topPx: 600 },
    { year: 2019, month: 0, topPx: 950 }
  ],
  heightPx: 1000
}

test('the view is in the last stop at or above its top', () => {
  expect([-80, 0, 49, 399, 400, 5000].map(topPx => stopAt(timeline, topPx))).toEqual([0, 0, 1, 2, 2, 4])
})

test('moves go by month and by year, and stay at the ends', () => {
  expect(stopAfter(timeline, 0, 'next')).toBe(1)
  expect(stopAfter(timeline, 4, 'next')).toBe(4)
  expect(stopAfter(timeline, 0, 'previous')).toBe(0)
  expect(stopAfter(timeline, 0, 'next-year')).toBe(2)
  expect(stopAfter(timeline, 4, 'next-year')).toBe(4)
  expect(stopAfter(timeline, 4, 'previous-year')).toBe(2)
  expect(stopAfter(timeline, 1, 'previous-year')).toBe(0)
  expect([stopAfter(timeline, 2, 'first'), stopAfter(timeline, 2, 'last')]).toEqual([0, 4])
})

test('years are named first, months where there is room between them', () => {
  const named = (heightPx: number): (string | number)[][] =>
    labelsFor(timeline, heightPx, 20).map(({ kind, stop, atPx }) => [kind === 'year' ? stop.year : stop.month, atPx])
  // 200 px: August and July of 2022 are 10 px apart, March 2021 40 px below its year.
  expect(named(200)).toEqual([
    [2022, 0],
    [2021, 80],
    [2, 120],
    [2019, 190]
  ])
  expect(named(30)).toEqual([
    [2022, 0],
    [2019, 29]
  ])
})
