/**
 * The inner loops of the gallery, in AssemblyScript: compiled to resources/kernels/similarity.wasm by
 * test/tools/build-kernels.ts. The caller owns the memory: nothing is allocated here, every argument is an address or a
 * count. 128-bit SIMD, no threads.
 */

/** Cosines fall into this many equal steps of −1…1. */
const bins: f32 = 4096

@inline
function wide(code: usize, query: usize, sum: v128): v128 {
  const codes = v128.load(code)
  const low = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(codes), v128.load(query))
  const high = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(codes), v128.load(query, 16))
  return i32x4.add(sum, i32x4.add(low, high))
}

@inline
function total(sum: v128): f32 {
  return <f32>(
    (i32x4.extract_lane(sum, 0) +
      i32x4.extract_lane(sum, 1) +
      i32x4.extract_lane(sum, 2) +
      i32x4.extract_lane(sum, 3))
  )
}

/**
 * score[row] = scale[row] · factor · Σ code[row, i] · query[i], i8 × i16 widened to i32. Four rows at a time share the
 * loads of the query.
 *
 * @param codes   [rows, width] i8, `width` a multiple of 16, the rest of a row zero
 * @param scales  [rows] f32
 * @param query   [width] i16, small enough that no sum leaves i32
 * @param factor  what one step of the query stands for
 * @param scores  [rows] f32, written
 */
export function scan(codes: usize, scales: usize, rows: u32, width: u32, query: usize, factor: f32, scores: usize): void {
  let row: u32 = 0
  for (; row + 4 <= rows; row += 4) {
    let a = i32x4.splat(0)
    let b = i32x4.splat(0)
    let c = i32x4.splat(0)
    let d = i32x4.splat(0)
    const first = codes + <usize>row * width
    for (let i: u32 = 0; i < width; i += 16) {
      const at = first + i
      const asked = query + (<usize>i << 1)
      a = wide(at, asked, a)
      b = wide(at + width, asked, b)
      c = wide(at + (<usize>width << 1), asked, c)
      d = wide(at + <usize>width * 3, asked, d)
    }
    const place = <usize>row << 2
    f32.store(scores + place, total(a) * f32.load(scales + place) * factor)
    f32.store(scores + place, total(b) * f32.load(scales + place, 4) * factor, 4)
    f32.store(scores + place, total(c) * f32.load(scales + place, 8) * factor, 8)
    f32.store(scores + place, total(d) * f32.load(scales + place, 12) * factor, 12)
  }
  for (; row < rows; row++) {
    let sum = i32x4.splat(0)
    const first = codes + <usize>row * width
    for (let i: u32 = 0; i < width; i += 16) sum = wide(first + i, query + (<usize>i << 1), sum)
    const place = <usize>row << 2
    f32.store(scores + place, total(sum) * f32.load(scales + place) * factor)
  }
}

/**
 * Counts rows by score: histogram[bin] += mask[row]. Without a branch, so a filter costs nothing.
 *
 * @param mask       [rows] u8, 1 for a row that counts, 0 for one that does not
 * @param histogram  [4096] u32, added to
 */
export function tally(scores: usize, mask: usize, rows: u32, histogram: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const score = f32.load(scores + (<usize>row << 2))
    const bin = min<f32>(max<f32>((score + 1) * (bins * 0.5), 0), bins - 1)
    const place = histogram + (<usize>(<u32>bin) << 2)
    store<u32>(place, load<u32>(place) + <u32>load<u8>(mask + row))
  }
}

/**
 * Writes the numbers of the masked rows that score at least `floor`; returns how many. Every row is written and only the
 * place of the next one depends on the score.
 *
 * @param first  the number of row 0
 * @param out    [rows + 1] u32
 */
export function collect(scores: usize, mask: usize, rows: u32, floor: f32, first: u32, out: usize): u32 {
  let count: u32 = 0
  for (let row: u32 = 0; row < rows; row++) {
    store<u32>(out + (<usize>count << 2), first + row)
    count += <u32>(f32.load(scores + (<usize>row << 2)) >= floor) & <u32>load<u8>(mask + row)
  }
  return count
}
