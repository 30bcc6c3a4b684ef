import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { layOut, rowHeightFor, type GridItem, type GridMeasures } from '../../../src/renderer/src/layout/grid.ts'

const photo = (widthPx: number, heightPx: number, isRelevant = true): GridItem => ({ widthPx, heightPx, isRelevant })
const note = (isRelevant = true): GridItem => ({ widthPx: null, heightPx: null, isRelevant })
const heights = { lineHeightPx: 40, headingHeightPx: 50 }
const measures: GridMeasures = { widthPx: 1000, rowHeightPx: 200, gapPx: 10, ...heights }
/** Squares: five fill a row, at 960 / 5 = 192. */
const sure = (n: number): GridItem[] => Array.from({ length: n }, () => photo(1, 1))
const unsure = (n: number): GridItem[] => Array.from({ length: n }, () => photo(1, 1, false))
const kindsOf = (hits: readonly GridItem[]): string[] =>
  layOut(hits, measures).rows.map(({ kind, boxes }) =>
    kind === 'tiles' ? `tiles ${boxes[0]?.index}–${boxes.at(-1)?.index}` : kind
  )

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

  test('rows run on over the threshold, and the line stands below the row that it lies in', () => {
    const hits = [...sure(1), ...unsure(9)]
    expect(kindsOf(hits)).toEqual(['tiles 0–4', 'line', 'tiles 5–9'])
    expect(layOut(hits, measures).rows.map(row => [row.topPx, row.heightPx])).toEqual([
      [0, 192],
      [202, 40],
      [252, 192]
    ])
  })

  test('a row that the sure hits nearly fill ends with them, a little higher; a few too many go into the row above', () => {
    // Four fill the width at 970 / 4 = 243 = 1.21 × 200.
    expect(kindsOf([...sure(9), ...unsure(10)])).toEqual([
      'tiles 0–4',
      'tiles 5–8',
      'line',
      'tiles 9–13',
      'tiles 14–18'
    ])
    // Six fill it at 950 / 6 = 158 = 0.79 × 200.
    expect(kindsOf([...sure(6), ...unsure(8)])).toEqual(['tiles 0–5', 'line', 'tiles 6–10', 'tiles 11–13'])
    // Seven would be 134 high, two 495: neither.
    expect(kindsOf([...sure(7), ...unsure(8)])).toEqual(['tiles 0–4', 'tiles 5–9', 'line', 'tiles 10–14'])
  })

  test('less sure hits that are ranked among sure ones stay there: the line comes after the last sure one', () => {
    expect(kindsOf([...sure(2), ...unsure(5), ...sure(3), ...unsure(4)])).toEqual([
      'tiles 0–4',
      'tiles 5–9',
      'line',
      'tiles 10–13'
    ])
  })

  test('a threshold between two rows has its line there', () => {
    expect(kindsOf([...sure(5), ...unsure(2)])).toEqual(['tiles 0–4', 'line', 'tiles 5–6'])
  })

  test('no line is above the first row, nor anywhere where no hit is sure or every hit is', () => {
    expect(kindsOf(unsure(7))).toEqual(['tiles 0–4', 'tiles 5–6'])
    expect(kindsOf(sure(7))).toEqual(['tiles 0–4', 'tiles 5–6'])
    // All there is stands in the first row.
    expect(kindsOf([...sure(1), ...unsure(2)])).toEqual(['tiles 0–2'])
    expect(layOut([], measures)).toEqual({ rows: [], rowOf: [], heightPx: 0 })
  })

  test('where the threshold lies in the last row, the sure hits have a row of their own', () => {
    expect(kindsOf([...sure(7), ...unsure(2)])).toEqual(['tiles 0–4', 'tiles 5–6', 'line', 'tiles 7–8'])
  })

  test('what belongs to a picture is a part of its own above the rest, each under its heading', () => {
    const hits = [note(), note(), ...sure(1), ...unsure(5)]
    const { rows } = layOut(hits, measures, 2)
    expect(rows.map(row => [row.kind, row.topPx, row.boxes.map(box => box.index)])).toEqual([
      ['belonging', 0, []],
      ['tiles', 60, [0, 1]],
      ['rest', 270, []],
      ['tiles', 330, [2, 3, 4, 5, 6]],
      ['line', 532, []],
      ['tiles', 582, [7]]
    ])
    expect(layOut([note()], measures, 1).rows.map(({ kind }) => kind)).toEqual(['belonging', 'tiles'])
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
  // Sure and less sure ones mixed, and from somewhere on only less sure ones.
  items: fc.tuple(fc.array(anyItem, { maxLength: 120 }), fc.nat(140)).map(([items, end]) =>
    items.map(({ size, isRelevant }, n): GridItem => ({
      widthPx: size?.[0] ?? null,
      heightPx: size?.[1] ?? null,
      isRelevant: isRelevant && n < end
    }))
  ),
  widthPx: fc.integer({ min: 200, max: 4000 }),
  rowHeightPx: fc.integer({ min: 120, max: 500 }),
  gapPx: fc.integer({ min: 0, max: 16 })
})

describe('for any hits and any width', () => {
  test('every hit is in exactly one row, in order', () => {
    fc.assert(
      fc.property(anyGrid, ({ items, ...rest }) => {
        const { rows, rowOf } = layOut(items, { ...rest, ...heights })
        expect(rows.flatMap(row => row.boxes.map(box => box.index))).toEqual(items.map((_, n) => n))
        rows.forEach((row, n) => row.boxes.forEach(box => expect(rowOf[box.index]).toBe(n)))
      })
    )
  })

  test('rows follow one another with a gap, tiles in a row too, and no row is out of proportion', () => {
    fc.assert(
      fc.property(anyGrid, ({ items, ...rest }) => {
        const { rows, heightPx } = layOut(items, { ...rest, ...heights })
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

  test('every row but the last above the line and the last of all fills the width exactly, and none is wider', () => {
    fc.assert(
      fc.property(anyGrid, ({ items, ...rest }) => {
        const { rows } = layOut(items, { ...rest, ...heights })
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

  test('no sure hit is below the line, it is never first, and of the others no more than fill a row are above it', () => {
    fc.assert(
      fc.property(anyGrid, ({ items, ...rest }) => {
        const { rows } = layOut(items, { ...rest, ...heights })
        const line = rows.findIndex(({ kind }) => kind === 'line')
        expect(line).not.toBe(0)
        const unsure = items.findLastIndex(({ isRelevant }) => isRelevant) + 1
        if (line === -1) {
          // All equally sure, or the threshold is in the one row that there is.
          if (unsure > 0 && unsure < items.length) expect(rows).toHaveLength(1)
          return
        }
        const below = rows.slice(line + 1).flatMap(row => row.boxes.map(({ index }) => index))
        expect(below[0]).toBeGreaterThanOrEqual(unsure)
        expect(rows[line - 1]!.boxes[0]!.index).toBeLessThan(unsure)
      })
    )
  })

  test('more hits never move the rows that were full before', () => {
    fc.assert(
      fc.property(anyGrid, fc.nat(60), ({ items, ...rest }, keep) => {
        const all = items.map(item => ({ ...item, isRelevant: true }))
        const before = layOut(all.slice(0, keep), { ...rest, ...heights }).rows.slice(0, -1)
        expect(layOut(all, { ...rest, ...heights }).rows.slice(0, before.length)).toEqual(before)
      })
    )
  })
})
