/**
 * Posting lists as bytes: in which rows a term stands, how often, and where.
 *
 * [Note: postings] A list is pairs of a gap between row numbers and a count, each pair of two numbers of 1, 2 or 4 bytes,
 * whichever makes the list shortest. A gap that does not fit is cut by pairs with count 0, so decoding has no branches.
 * Positions are one number a token, offset · 8 + column, as bytes of seven bits: a phrase never crosses a column.
 */

/** Ascending row numbers, and how often the term stands in each. */
export interface Postings {
  readonly rows: Uint32Array
  /** ≥ 1 */
  readonly counts: Uint32Array
}

/** Bytes of one number of a list. */
export type Width = 1 | 2 | 4

const widths: readonly Width[] = [1, 2, 4]
const arrays = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const
/** Columns of a row in its positions: 0…7. */
export const columnsApart = 8

export function encodePostings(postings: Postings): { readonly width: Width; readonly bytes: Uint8Array } {
  const [width, pairs] = widths
    .map(one => [one, pairsOf(postings, one)] as const)
    .reduce((best, one) => (one[0] * one[1] < best[0] * best[1] ? one : best))
  const most = 2 ** (8 * width) - 1
  const data = new arrays[width](pairs * 2)
  let row = 0
  let at = 0
  postings.rows.forEach((next, i) => {
    for (; next - row > most; row += most) {
      data[at] = most
      at += 2
    }
    data[at] = next - row
    data[at + 1] = postings.counts[i] ?? 0
    at += 2
    row = next
  })
  return { width, bytes: new Uint8Array(data.buffer) }
}

/** Infinity where a count does not fit. */
function pairsOf({ rows, counts }: Postings, width: Width): number {
  const most = 2 ** (8 * width) - 1
  let pairs = rows.length
  let row = 0
  for (let i = 0; i < rows.length; i++) {
    if ((counts[i] ?? 0) > most) return Infinity
    const gap = (rows[i] ?? 0) - row
    if (gap > most) pairs += Math.ceil(gap / most) - 1
    row = rows[i] ?? 0
  }
  return pairs
}

/** @param count  of rows */
export function decodePostings(bytes: Uint8Array, width: Width, count: number): Postings {
  const whole = bytes.byteOffset % width === 0 ? bytes : bytes.slice()
  const data = new arrays[width](whole.buffer as ArrayBuffer, whole.byteOffset, Math.floor(whole.length / width))
  const rows = new Uint32Array(count)
  const counts = new Uint32Array(count)
  let row = 0
  let n = 0
  for (let i = 0; n < count && i < data.length; i += 2) {
    row += data[i] ?? 0
    const times = data[i + 1] ?? 0
    rows[n] = row
    counts[n] = times
    n += times === 0 ? 0 : 1
  }
  return { rows, counts }
}

export function encodePositions(positions: readonly number[]): Uint8Array {
  const bytes: number[] = []
  for (const position of positions) {
    let rest = position
    for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
    bytes.push(rest)
  }
  return Uint8Array.from(bytes)
}

/** @param count  of positions */
export function decodePositions(bytes: Uint8Array, count: number): Uint32Array {
  const positions = new Uint32Array(count)
  let at = 0
  for (let i = 0; i < count; i++) {
    let position = 0
    let shift = 0
    let byte = bytes[at++] ?? 0
    for (; byte > 127; byte = bytes[at++] ?? 0, shift += 7) position |= (byte & 127) << shift
    positions[i] = position | (byte << shift)
  }
  return positions
}

export function total(counts: Uint32Array): number {
  let sum = 0
  for (const count of counts) sum += count
  return sum
}
