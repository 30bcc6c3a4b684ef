import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { layOut, rowHeightFor, type GridItem, type GridMeasures } from '../../../src/renderer/src/layout/grid.ts'

const photo = (widthPx: number, heightPx: number, isRelevant = true): GridItem => ({ widthPx, heightPx, isRelevant })
const note = (isRelevant = true): GridItem => ({ widthPx: null, heightPx: null, isRelevant })
const measures: GridMeasures = { widthPx: 1000, rowHeightPx: 200, gapPx: 10, dividerHeightPx: 40 }

describe('photos and notes in justified rows', () => {
  test('three squares and a panorama fill a row from edge to edge', () => {
    // At height 200: 3 × 200 + 400 + 3 gaps of 10 = 1030; to fill 1000 the height must be 970 / 5 = 194.
    const { rows, heightPx } = layOut([photo(1, 1), photo(1, 1), photo(1, 1), photo(2, 1)], measures)
    expect(rows).toHaveLength(1)
    expect(rows[0]?.heightPx).toBe(194)
    expect(rows[0]?.boxes.map(box => [box.leftPx, box.widthPx])).toEqual([
      [0, 194],
      [204, 194],
      [408, 194],
      [612, 388]
    ])
    expect(heightPx).toBe(194)
  })

  test('the last row is not blown up to fill the width', () => {
    const { rows } = layOut([photo(1, 1), photo(1, 1)], measures)
    expect(rows[0]?.heightPx).toBe(200)
    expect(rows[0]?.boxes.map(box => box.widthPx)).toEqual([200, 200])
  })

  test('a row ends where its height is nearest to the wanted one', () => {
    // Two photos of 2 : 1 would be 247 high, three 163: 247 / 200 = 1.24, 200 / 163 = 1.22, so three. Of 2.2 : 1 two is nearer.
    expect(
      layOut(
        Array.from({ length: 6 }, () => photo(2, 1)),
        measures
      ).rows[0]?.boxes
    ).toHaveLength(3)
    expect(
      layOut(
        Array.from({ length: 6 }, () => photo(22, 10)),
        measures
      ).rows[0]?.boxes
    ).toHaveLength(2)
  })

  test('a note is a card half as wide again as it is high', () => {
    expect(layOut([note()], measures).rows[0]?.boxes[0]?.widthPx).toBe(300)
  })

  test('the divider stands before the first weaker match, and its row begins anew', () => {
    const { rows } = layOut([photo(1, 1), note(), photo(1, 1, false)], measures)
    expect(rows.map(row => [row.kind, row.topPx, row.heightPx])).toEqual([
      ['tiles', 0, 200],
      ['divider', 210, 40],
      ['tiles', 260, 200]
    ])
  })

  test('where nothing fits well the divider comes first; where everything does there is none', () => {
    expect(layOut([note(false), note(false)], measures).rows.map(row => row.kind)).toEqual(['divider', 'tiles'])
    expect(layOut([note(), note()], measures).rows.map(row => row.kind)).toEqual(['tiles'])
    expect(layOut([], measures)).toEqual({ rows: [], rowOf: [], heightPx: 0 })
  })

  test('a larger screen has higher rows, not more tiles', () => {
    expect(rowHeightFor(320, 500)).toBe(156)
    // √(1920 · 900 · 3 / 96)
    expect(rowHeightFor(1920, 900)).toBe(232)
  })
})

const anyItem = fc.record({
  size: fc.option(fc.tuple(fc.integer({ min: 1, max: 20000 }), fc.integer({ min: 1, max: 20000 })), { nil: null }),
  isRelevant: fc.boolean()
})
const anyGrid = fc.record({
  items: fc.array(anyItem, { maxLength: 120 }).map(items => {
    const cut = items.findIndex(item => !item.isRelevant)
    return items.map(({ size }, n): GridItem => ({
      widthPx: size?.[0] ?? null,
      heightPx: size?.[1] ?? null,
      isRelevant: cut === -1 || n < cut
    }))
  }),
  widthPx: fc.integer({ min: 200, max: 4000 }),
  rowHeightPx: fc.integer({ min: 120, max: 500 }),
  gapPx: fc.integer({ min: 0, max: 16 })
})

describe('for any hits and any width', () => {
  test('every hit is in exactly one row, in order', () => {
    fc.assert(
      fc.property(anyGrid, ({ items, ...rest }) => {
        const { rows, rowOf } = layOut(items, { ...rest, dividerHeightPx: 40 })
        expect(rows.flatMap(row => row.boxes.map(box => box.index))).toEqual(items.map((_, n) => n))
        rows.forEach((row, n) => row.boxes.forEach(box => expect(rowOf[box.index]).toBe(n)))
      })
    )
  })

  test('rows follow one another with a gap, tiles in a row too, and no row is out of proportion', () => {
    fc.assert(
      fc.property(anyGrid, ({ items, ...rest }) => {
        const { rows, heightPx } = layOut(items, { ...rest, dividerHeightPx: 40 })
        let topPx = 0
        for (const row of rows) {
          expect(row.topPx).toBe(topPx)
          topPx += row.heightPx + rest.gapPx
          if (row.kind === 'tiles') {
            expect(row.heightPx).toBeGreaterThanOrEqual(Math.round(rest.rowHeightPx * 0.6))
            expect(row.heightPx).toBeLessThanOrEqual(Math.round(rest.rowHeightPx * 1.6))
          }
          let leftPx = 0
          for (const box of row.boxes) {
            expect(box.leftPx).toBe(leftPx)
            expect(box.widthPx).toBeGreaterThan(0)
            leftPx += box.widthPx + rest.gapPx
          }
        }
        expect(heightPx).toBe(Math.max(0, topPx - rest.gapPx))
      })
    )
  })

  test('every row but the last of its part fills the width exactly, and none is wider', () => {
    fc.assert(
      fc.property(anyGrid, ({ items, ...rest }) => {
        const { rows } = layOut(items, { ...rest, dividerHeightPx: 40 })
        rows.forEach((row, n) => {
          const last = row.boxes.at(-1)
          if (last === undefined) return
          const isLast = rows[n + 1]?.kind !== 'tiles'
          if (!isLast) expect(last.leftPx + last.widthPx).toBe(rest.widthPx)
          expect(last.leftPx + last.widthPx).toBeLessThanOrEqual(rest.widthPx)
        })
      })
    )
  })

  test('more hits never move the rows that were full before', () => {
    fc.assert(
      fc.property(anyGrid, fc.nat(60), ({ items, ...rest }, keep) => {
        const all = items.map(item => ({ ...item, isRelevant: true }))
        const before = layOut(all.slice(0, keep), { ...rest, dividerHeightPx: 40 }).rows.slice(0, -1)
        expect(layOut(all, { ...rest, dividerHeightPx: 40 }).rows.slice(0, before.length)).toEqual(before)
      })
    )
  })
})
