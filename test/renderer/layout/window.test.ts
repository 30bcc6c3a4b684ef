import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layOut, rowHeightFor } from '../../../src/renderer/src/layout/grid.ts'
import { MOST_TILES, rowsToDraw } from '../../../src/renderer/src/layout/window.ts'

/** Rows of four squares, 100 high, 10 apart: row n from 110 n to 110 n + 100. */
const squares = (count: number) =>
  layOut(
    Array.from({ length: count }, () => ({ widthPx: 1, heightPx: 1, isRelevant: true })),
    { widthPx: 430, rowHeightPx: 100, gapPx: 10, lineHeightPx: 40, headingHeightPx: 50 }
  )

test('rows in view are drawn, and those within one view above and below', () => {
  expect(rowsToDraw(squares(400), { topPx: 1100, heightPx: 220 }, -1)).toEqual([8, 9, 10, 11, 12, 13])
})

test('at the top nothing is above, at the end nothing below', () => {
  expect(rowsToDraw(squares(400), { topPx: -50, heightPx: 220 }, -1)).toEqual([0, 1, 2, 3])
  expect(rowsToDraw(squares(40), { topPx: 990, heightPx: 220 }, -1)).toEqual([7, 8, 9])
})

test('the row with the keyboard’s place is drawn wherever it is', () => {
  expect(rowsToDraw(squares(400), { topPx: 1100, heightPx: 220 }, 2)).toEqual([0, 8, 9, 10, 11, 12, 13])
  expect(rowsToDraw(squares(400), { topPx: 1100, heightPx: 220 }, 399)).toEqual([8, 9, 10, 11, 12, 13, 99])
  expect(rowsToDraw(squares(400), { topPx: 1100, heightPx: 220 }, 40)).toEqual([8, 9, 10, 11, 12, 13])
})

test('without hits nothing is drawn', () => {
  expect(rowsToDraw(squares(0), { topPx: 0, heightPx: 500 }, -1)).toEqual([])
})

test('no view ever draws more than sixty tiles', () => {
  fc.assert(
    fc.property(
      fc.nat(2000),
      fc.nat(60_000),
      fc.integer({ min: 1, max: 4000 }),
      fc.nat(2000),
      (count, topPx, heightPx, active) => {
        const layout = squares(count)
        const drawn = rowsToDraw(layout, { topPx, heightPx }, active)
        expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b))
        expect(drawn.reduce((sum, n) => sum + (layout.rows[n]?.boxes.length ?? 0), 0)).toBeLessThanOrEqual(MOST_TILES)
      }
    )
  )
})

test('on screens from a telephone to 4K, sixty tiles cover all that is seen, portraits too', () => {
  const screens = [
    [328, 560],
    [608, 330],
    [1216, 640],
    [1376, 760],
    [1856, 950],
    [2496, 1300],
    [3776, 2000]
  ] as const
  for (const [widthPx, viewPx] of screens) {
    for (const [w, h] of [
      [3, 4],
      [4, 3],
      [2, 3],
      [16, 9],
      [1, 1]
    ] as const) {
      const items = Array.from({ length: 500 }, () => ({ widthPx: w, heightPx: h, isRelevant: true }))
      const layout = layOut(items, {
        widthPx,
        rowHeightPx: rowHeightFor(widthPx, viewPx),
        gapPx: 8,
        lineHeightPx: 44,
        headingHeightPx: 50
      })
      const topPx = Math.round((layout.rows[5]?.topPx ?? 0) - 1 - (layout.rows[4]?.heightPx ?? 0) / 2)
      const rows = rowsToDraw(layout, { topPx, heightPx: viewPx }, -1).map(n => layout.rows[n]!)
      const last = rows.at(-1)!
      expect(rows[0]!.topPx).toBeLessThanOrEqual(topPx)
      expect(last.topPx + last.heightPx + 8).toBeGreaterThanOrEqual(topPx + viewPx)
    }
  }
})
