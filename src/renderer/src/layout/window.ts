import type { GridLayout, Row } from './grid.ts'

/** No more tiles than this are ever in the page. */
export const MOST_TILES = 60

export interface View {
  /** What is seen, relative to the top of the grid; negative while something stands above it. */
  readonly topPx: number
  readonly heightPx: number
}

/**
 * The rows to draw: those in view, then those nearest to it while there are tiles to spare and they are within one view's
 * height; and the row of the active tile wherever it is, so that the keyboard's place is never lost.
 *
 * @param activeIndex  a hit; −1 for none
 * @returns indices into `layout.rows`, ascending
 */
export function rowsToDraw(layout: GridLayout, view: View, activeIndex: number): readonly number[] {
  const { rows, rowOf } = layout
  const bottomPx = view.topPx + view.heightPx
  const activeRow = rowOf[activeIndex] ?? -1
  let tiles = rows[activeRow]?.boxes.length ?? 0
  const fits = (n: number): boolean => {
    const more = n === activeRow ? 0 : (rows[n]?.boxes.length ?? 0)
    if (tiles + more > MOST_TILES) return false
    tiles += more
    return true
  }

  let first = firstBelow(rows, view.topPx)
  let end = first
  while (end < rows.length && topOf(rows, end) < bottomPx && fits(end)) end++
  for (;;) {
    const down = end < rows.length && topOf(rows, end) < bottomPx + view.heightPx && fits(end)
    if (down) end++
    const up = first > 0 && bottomOf(rows, first - 1) > view.topPx - view.heightPx && fits(first - 1)
    if (up) first--
    if (!down && !up) break
  }

  const drawn = Array.from({ length: end - first }, (_, n) => first + n)
  if (activeRow >= 0 && activeRow < first) return [activeRow, ...drawn]
  return activeRow >= end ? [...drawn, activeRow] : drawn
}

/** The first row whose lower edge is below `topPx`. */
function firstBelow(rows: readonly Row[], topPx: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (bottomOf(rows, middle) > topPx) high = middle
    else low = middle + 1
  }
  return low
}

const topOf = (rows: readonly Row[], n: number): number => rows[n]?.topPx ?? 0
const bottomOf = (rows: readonly Row[], n: number): number => (rows[n]?.topPx ?? 0) + (rows[n]?.heightPx ?? 0)
