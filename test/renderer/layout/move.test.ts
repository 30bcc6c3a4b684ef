import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layOut } from '../../../src/renderer/src/layout/grid.ts'
import { moveFrom, type Move } from '../../../src/renderer/src/layout/move.ts'

const measures = { widthPx: 430, rowHeightPx: 100, gapPx: 10, lineHeightPx: 40, headingHeightPx: 50 }
const square = { widthPx: 1, heightPx: 1, isRelevant: true }
const unsure = { ...square, isRelevant: false }
/** Rows 0–3, 4–7, 8–9, the line, 10–11. */
const layout = layOut([...Array.from({ length: 10 }, () => square), unsure, unsure], measures)

test('previous and next run on through the rows and stop at the ends', () => {
  expect(moveFrom(layout, 3, 'next', 300)).toBe(4)
  expect(moveFrom(layout, 4, 'previous', 300)).toBe(3)
  expect(moveFrom(layout, 0, 'previous', 300)).toBe(0)
  expect(moveFrom(layout, 11, 'next', 300)).toBe(11)
})

test('up and down keep the column, pass the line, and take the nearest where a row is shorter', () => {
  expect(moveFrom(layout, 1, 'down', 300)).toBe(5)
  expect(moveFrom(layout, 7, 'down', 300)).toBe(9)
  expect(moveFrom(layout, 8, 'down', 300)).toBe(10)
  expect(moveFrom(layout, 11, 'up', 300)).toBe(9)
  expect(moveFrom(layout, 2, 'up', 300)).toBe(2)
  expect(moveFrom(layout, 10, 'down', 300)).toBe(10)
})

test('Home and End go to the ends of the row, with Ctrl to the ends of everything', () => {
  expect(moveFrom(layout, 6, 'row-start', 300)).toBe(4)
  expect(moveFrom(layout, 6, 'row-end', 300)).toBe(7)
  expect(moveFrom(layout, 6, 'first', 300)).toBe(0)
  expect(moveFrom(layout, 6, 'last', 300)).toBe(11)
})

test('a page is as many rows as are seen, one at least', () => {
  const long = layOut(
    Array.from({ length: 40 }, () => square),
    measures
  )
  expect(moveFrom(long, 1, 'page-down', 330)).toBe(13)
  expect(moveFrom(long, 37, 'page-up', 330)).toBe(25)
  expect(moveFrom(long, 1, 'page-down', 20)).toBe(5)
})

test('no key ever leaves the hits, and down then up comes back to the row', () => {
  const item = fc.record({
    widthPx: fc.integer({ min: 1, max: 40 }),
    heightPx: fc.integer({ min: 1, max: 40 }),
    isRelevant: fc.constant(true)
  })
  const moves: Move[] = [
    'previous',
    'next',
    'up',
    'down',
    'row-start',
    'row-end',
    'first',
    'last',
    'page-up',
    'page-down'
  ]
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 80 }), fc.nat(), (items, n) => {
      const any = layOut(items, measures)
      const index = n % items.length
      for (const move of moves) expect(any.rowOf[moveFrom(any, index, move, 300)]).toBeDefined()
      const below = moveFrom(any, index, 'down', 300)
      if (below !== index) expect(any.rowOf[moveFrom(any, below, 'up', 300)]).toBe(any.rowOf[index])
    })
  )
})
