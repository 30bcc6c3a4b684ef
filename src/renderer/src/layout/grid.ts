import { endOfSure } from '../../../shared/searching.ts'

/**
 * Where every hit of one ranking lies: photos and note cards in justified rows, in the order they were found, with a quiet line
 * where the answers become less sure. Numbers in, numbers out; pixels are whole, so nothing is blurred and nothing overlaps.
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
  /** `line`: every hit below it is less sure. `belonging`, `rest`: the headings of the two parts of an answer to a picture. */
  readonly kind: 'tiles' | 'line' | 'belonging' | 'rest'
  readonly topPx: number
  readonly heightPx: number
  /** Empty for all but tiles. */
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
  readonly lineHeightPx: number
  readonly headingHeightPx: number
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
/** A row may be made this much higher, or the one above it this much lower, so that the line stands just where it belongs. */
const MOST_STRETCHED = 1.3
const MOST_SQUEEZED = 0.75

/**
 * @param belonging  so many items, from the first, belong to what was asked: a part of its own, under its heading
 */
export function layOut(items: readonly GridItem[], measures: GridMeasures, belonging = 0): GridLayout {
  const rows: Row[] = []
  const rowOf: number[] = []
  let topPx = 0
  const add = (kind: Row['kind'], heightPx: number, boxes: readonly Box[] = []): void => {
    for (const box of boxes) rowOf[box.index] = rows.length
    rows.push({ kind, topPx, heightPx, boxes })
    topPx += heightPx + measures.gapPx
  }
  const addTiles = (stretches: Iterable<Stretch>): void => {
    for (const stretch of stretches) add('tiles', heightOf(stretch, measures), place(items, stretch, measures))
  }

  if (belonging > 0) {
    add('belonging', measures.headingHeightPx)
    addTiles(rowsOf(items, 0, belonging, measures))
    if (belonging < items.length) add('rest', measures.headingHeightPx)
  }
  const { above, end } = aboveLine(items, belonging, measures)
  addTiles(above)
  if (end < items.length) {
    add('line', measures.lineHeightPx)
    addTiles(rowsOf(items, end, items.length, measures))
  }
  return { rows, rowOf, heightPx: Math.max(0, topPx - measures.gapPx) }
}

/** The row height that fits about TILES_PER_SCREEN photos of 4:3 on a screen of this size. */
export function rowHeightFor(widthPx: number, heightPx: number): number {
  return Math.max(LEAST_ROW_HEIGHT_PX, Math.round(Math.sqrt((widthPx * heightPx * 3) / (TILES_PER_SCREEN * 4))))
}

/** What is to be one row: from `start` up to `end`. */
interface Stretch {
  readonly start: number
  readonly end: number
  /** The height at which it fills the width; null for one that is left short. */
  readonly naturalPx: number | null
}

/**
 * The rows above the line, and where what stands below it begins: no sure hit is below the line. Less sure hits that are ranked
 * among sure ones stay among them (a photo is sure by what people often photograph, which does not move it up), and of those
 * after the last sure one no more are above the line than fill a row. Rows run on over the threshold, so that there is one grid and not two; where a row can be fitted to
 * end at the threshold it does. There is no line where all hits are as sure as the first, and none above the first row.
 */
function aboveLine(
  items: readonly GridItem[],
  from: number,
  measures: GridMeasures
): { readonly above: readonly Stretch[]; readonly end: number } {
  const wanted = measures.rowHeightPx
  const unsure = endOfSure(items)
  const above: Stretch[] = []
  const stretch = (start: number, end: number): Stretch & { naturalPx: number } => ({
    ...{ start, end },
    naturalPx: naturalHeight(aspects(items, start, end), end - start, measures)
  })
  for (const row of rowsOf(items, from, items.length, measures)) {
    if (unsure <= from || row.end <= unsure) {
      above.push(row)
      continue
    }
    if (row.start >= unsure) return { above, end: row.start }
    // The threshold lies within this row.
    const own = stretch(row.start, unsure)
    const last = above.at(-1)
    const joined = last && stretch(last.start, unsure)
    if (own.naturalPx <= wanted * MOST_STRETCHED) above.push(own)
    else if (joined && joined.naturalPx >= wanted * MOST_SQUEEZED) above[above.length - 1] = joined
    else if (row.end < items.length || last === undefined) above.push(row)
    else above.push({ ...own, naturalPx: null })
    return { above, end: above.at(-1)?.end ?? items.length }
  }
  return { above, end: items.length }
}

/** Greedy, so rows above never move when more hits are added below: each row ends where its height is nearest to the wanted one. */
function* rowsOf(items: readonly GridItem[], from: number, to: number, measures: GridMeasures): Generator<Stretch> {
  const wanted = measures.rowHeightPx
  let start = from
  let width = 0
  for (let index = from; index < to; index++) {
    const aspect = aspectOf(items[index])
    const without = naturalHeight(width, index - start, measures)
    const height = naturalHeight(width + aspect, index - start + 1, measures)
    if (index > start && height < wanted && wanted / height > without / wanted) {
      yield { start, end: index, naturalPx: without }
      start = index
      width = aspect
    } else {
      width += aspect
    }
    const reached = naturalHeight(width, index - start + 1, measures)
    if (reached <= wanted) {
      yield { start, end: index + 1, naturalPx: reached }
      start = index + 1
      width = 0
    }
  }
  if (start < to) yield { start, end: to, naturalPx: null }
}

/** A height out of bounds is cut, and the pictures are cropped to it. */
function heightOf({ naturalPx }: Stretch, { rowHeightPx }: GridMeasures): number {
  const height = naturalPx ?? rowHeightPx
  return Math.round(Math.min(Math.max(height, rowHeightPx * LOWEST), rowHeightPx * HIGHEST))
}

/** Edges are rounded, not widths: the rounding never adds up, and the last edge is the container's. */
function place(items: readonly GridItem[], { start, end, naturalPx }: Stretch, measures: GridMeasures): readonly Box[] {
  const { gapPx, rowHeightPx } = measures
  const scale = naturalPx ?? rowHeightPx
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

function aspects(items: readonly GridItem[], start: number, end: number): number {
  let width = 0
  for (let index = start; index < end; index++) width += aspectOf(items[index])
  return width
}

function aspectOf(item: GridItem | undefined): number {
  if (item?.widthPx == null || item.heightPx === null || item.heightPx <= 0) return NOTE_ASPECT
  return Math.min(Math.max(item.widthPx / item.heightPx, LEAST_ASPECT), MOST_ASPECT)
}
