import type { Box, GridLayout } from './grid.ts'

/** What an arrow key (or Home, End, Page Up, Page Down) asks for. */
export type Move =
  'previous' | 'next' | 'up' | 'down' | 'row-start' | 'row-end' | 'first' | 'last' | 'page-up' | 'page-down'

/**
 * The hit that a key goes to from `index`: previous and next run on through the rows; up and down go to the tile of the next
 * row that lies most nearly above or below. At an edge it stays where it is.
 *
 * @param pageHeightPx  how far Page Up and Page Down go
 */
export function moveFrom(layout: GridLayout, index: number, move: Move, pageHeightPx: number): number {
  const last = layout.rowOf.length - 1
  const row = layout.rowOf[index] ?? 0
  const boxes = layout.rows[row]?.boxes ?? []
  switch (move) {
    case 'previous':
      return Math.max(0, index - 1)
    case 'next':
      return Math.min(last, index + 1)
    case 'first':
      return 0
    case 'last':
      return last
    case 'row-start':
      return boxes[0]?.index ?? index
    case 'row-end':
      return boxes.at(-1)?.index ?? index
    case 'up':
      return inRow(layout, index, nextRow(layout, row, -1))
    case 'down':
      return inRow(layout, index, nextRow(layout, row, 1))
    case 'page-up':
      return inRow(layout, index, rowAway(layout, row, -1, pageHeightPx))
    case 'page-down':
      return inRow(layout, index, rowAway(layout, row, 1, pageHeightPx))
  }
}

/** The next row with tiles (the line and headings have none), or this one when there is none. */
function nextRow({ rows }: GridLayout, from: number, step: -1 | 1): number {
  for (let n = from + step; n >= 0 && n < rows.length; n += step) if ((rows[n]?.boxes.length ?? 0) > 0) return n
  return from
}

/** The farthest row that is still within a page; the next one where rows are higher than that. */
function rowAway(layout: GridLayout, from: number, step: -1 | 1, pageHeightPx: number): number {
  const start = layout.rows[from]?.topPx ?? 0
  let reached = nextRow(layout, from, step)
  for (;;) {
    const next = nextRow(layout, reached, step)
    if (next === reached || Math.abs((layout.rows[next]?.topPx ?? 0) - start) > pageHeightPx) return reached
    reached = next
  }
}

/** The tile of a row whose middle is nearest to that of `index`. */
function inRow(layout: GridLayout, index: number, row: number): number {
  if (layout.rowOf[index] === row) return index
  const own = layout.rows[layout.rowOf[index] ?? 0]?.boxes.find(box => box.index === index)
  if (own === undefined) return index
  let nearest: Box | undefined
  for (const box of layout.rows[row]?.boxes ?? [])
    if (nearest === undefined || apart(box, own) < apart(nearest, own)) nearest = box
  return nearest?.index ?? index
}

const middle = (box: Box): number => box.leftPx + box.widthPx / 2
const apart = (a: Box, b: Box): number => Math.abs(middle(a) - middle(b))
