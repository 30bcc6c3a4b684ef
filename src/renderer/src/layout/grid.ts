/**
 * Where every hit of one ranking lies: photos and note cards in justified rows, in the order they were found, with a
 * divider before the first weaker match. Numbers in, numbers out; pixels are whole, so nothing is blurred and nothing overlaps.
 */

/** What the geometry needs to know of a hit. */
export interface GridItem {
  /** Of the upright photo; null for a note. */
  readonly widthPx: number | null
  readonly heightPx: number | null
  readonly isRelevant: boolean
}

export interface Box {
  /** Place in the ranking, from 0. */
  readonly index: number
  readonly leftPx: number
  readonly widthPx: number
}

export interface Row {
  readonly kind: 'tiles' | 'divider'
  readonly topPx: number
  readonly heightPx: number
  /** Empty for the divider. */
  readonly boxes: readonly Box[]
}

export interface GridLayout {
  readonly rows: readonly Row[]
  readonly heightPx: number
  /** For each hit, the place of its row in `rows`. */
  readonly rowOf: readonly number[]
}

export interface GridMeasures {
  /** Of the container, whole. */
  readonly widthPx: number
  /** What a row is as high as, give or take what makes it fill the width. */
  readonly rowHeightPx: number
  readonly gapPx: number
  readonly dividerHeightPx: number
}

/** A note card is a little wider than high: room for a title and some lines. */
const NOTE_ASPECT = 1.5
/** Panoramas and receipts are cropped to this in the grid (the preview shows them whole), so that no tile is a sliver. */
const LEAST_ASPECT = 0.66
const MOST_ASPECT = 2.4
/** How far a row may be from the wanted height. */
const LOWEST = 0.6
const HIGHEST = 1.6
/** Photos of about this number fill a screen, whatever its size: with it no screen needs more than MOST_TILES at once. */
const TILES_PER_SCREEN = 24
const LEAST_ROW_HEIGHT_PX = 156

export function layOut(items: readonly GridItem[], measures: GridMeasures): GridLayout {
  const rows: Row[] = []
  const rowOf: number[] = []
  let topPx = 0
  const add = (kind: Row['kind'], heightPx: number, boxes: readonly Box[]): void => {
    for (const box of boxes) rowOf[box.index] = rows.length
    rows.push({ kind, topPx, heightPx, boxes })
    topPx += heightPx + measures.gapPx
  }

  const firstWeaker = items.findIndex(item => !item.isRelevant)
  const relevant = firstWeaker === -1 ? items.length : firstWeaker
  justify(items, 0, relevant, measures, (heightPx, boxes) => add('tiles', heightPx, boxes))
  if (relevant < items.length) {
    add('divider', measures.dividerHeightPx, [])
    justify(items, relevant, items.length, measures, (heightPx, boxes) => add('tiles', heightPx, boxes))
  }
  return { rows, rowOf, heightPx: Math.max(0, topPx - measures.gapPx) }
}

/** The row height that fits about TILES_PER_SCREEN photos of 4:3 on a screen of this size. */
export function rowHeightFor(widthPx: number, heightPx: number): number {
  return Math.max(LEAST_ROW_HEIGHT_PX, Math.round(Math.sqrt((widthPx * heightPx * 3) / (TILES_PER_SCREEN * 4))))
}

/** Greedy, so rows above never move when more hits are added below: each row ends where its height is nearest to the wanted one. */
function justify(
  items: readonly GridItem[],
  from: number,
  to: number,
  measures: GridMeasures,
  add: (heightPx: number, boxes: readonly Box[]) => void
): void {
  const wanted = measures.rowHeightPx
  let start = from
  let width = 0
  for (let index = from; index < to; index++) {
    const aspect = aspectOf(items[index])
    const without = naturalHeight(width, index - start, measures)
    const height = naturalHeight(width + aspect, index - start + 1, measures)
    if (index > start && height < wanted && wanted / height > without / wanted) {
      add(...fill(items, start, index, without, measures))
      start = index
      width = aspect
    } else {
      width += aspect
    }
    const reached = naturalHeight(width, index - start + 1, measures)
    if (reached <= wanted) {
      add(...fill(items, start, index + 1, reached, measures))
      start = index + 1
      width = 0
    }
  }
  if (start < to) add(wanted, place(items, start, to, wanted, measures.gapPx))
}

/** A row from edge to edge; a height out of bounds is cut, and the pictures are cropped to it. */
function fill(
  items: readonly GridItem[],
  start: number,
  end: number,
  natural: number,
  measures: GridMeasures
): [heightPx: number, boxes: readonly Box[]] {
  const bounded = Math.min(Math.max(natural, measures.rowHeightPx * LOWEST), measures.rowHeightPx * HIGHEST)
  return [Math.round(bounded), place(items, start, end, natural, measures.gapPx)]
}

/** Edges are rounded, not widths: the rounding never adds up, and the last edge is the container's. */
function place(items: readonly GridItem[], start: number, end: number, scale: number, gapPx: number): readonly Box[] {
  let before = 0
  return items.slice(start, end).map((item, n) => {
    const leftPx = Math.round(before * scale) + n * gapPx
    before += aspectOf(item)
    return { index: start + n, leftPx, widthPx: Math.round(before * scale) + n * gapPx - leftPx }
  })
}

/** The height at which `count` tiles, `width` wide at height 1, fill the container. */
function naturalHeight(width: number, count: number, { widthPx, gapPx }: GridMeasures): number {
  return Math.max(1, widthPx - gapPx * (count - 1)) / width
}

function aspectOf(item: GridItem | undefined): number {
  if (item?.widthPx == null || item.heightPx === null || item.heightPx <= 0) return NOTE_ASPECT
  return Math.min(Math.max(item.widthPx / item.heightPx, LEAST_ASPECT), MOST_ASPECT)
}
