import { rgbaToThumbHash } from 'thumbhash'
import type { Pixels } from '../../../base/domain.ts'

/** thumbhash takes up to 100 px and keeps at most 7 waves per side: 32 is ample. */
const thumbhashPx = 32

/** About 25 bytes that draw a blurred placeholder of the right shape and colour. @see https://evanw.github.io/thumbhash */
export function thumbhashOf(pixels: Pixels): Uint8Array {
  const { width, height } = thumbhashGrid(pixels)
  const means = averages(pixels, width, height)
  const rgba = new Uint8Array(width * height * 4).fill(255)
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) rgba[i * 4 + c] = Math.round(means[i * 3 + c] ?? 0)
  return rgbaToThumbHash(width, height, rgba)
}

/** With fewer cells on a side than waves, the waves of thumbhash are drawn as colours that are not in the picture. */
const fewestCells = 8
/** thumbhash keeps no longer shape. */
const longestRatio = 7

function thumbhashGrid({ widthPx, heightPx }: Pixels): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, thumbhashPx / Math.max(widthPx, heightPx))
  const width = Math.round(widthPx * scale)
  const height = Math.round(heightPx * scale)
  if (Math.min(width, height) >= fewestCells) return { width, height }
  const longer = Math.round(fewestCells * Math.min(longestRatio, Math.max(widthPx / heightPx, heightPx / widthPx)))
  return widthPx > heightPx ? { width: longer, height: fewestCells } : { width: fewestCells, height: longer }
}

/**
 * A 64-bit difference hash: the picture as 9 × 8 grey cells, and for each cell whether its right neighbour is brighter.
 * Survives scaling and compression; two pictures that differ in few bits are near-duplicates.
 *
 * @returns 16 hex digits, first row first
 * @see Krawetz, "Kind of Like That" (dHash), 2013
 */
export function perceptualHashOf(pixels: Pixels): string {
  const means = averages(pixels, 9, 8)
  const grey = (x: number, y: number): number => {
    const at = (y * 9 + x) * 3
    return 0.299 * (means[at] ?? 0) + 0.587 * (means[at + 1] ?? 0) + 0.114 * (means[at + 2] ?? 0)
  }
  let hash = 0n
  // Cells that differ by less than a grey level are equal: in a flat sky, rounding must not decide.
  for (let y = 0; y < 8; y++)
    for (let x = 0; x < 8; x++) hash = (hash << 1n) | (grey(x + 1, y) - grey(x, y) > 1 ? 1n : 0n)
  return hash.toString(16).padStart(16, '0')
}

/** The mean colour of each cell of a grid laid over the picture; [height, width, 3]. A cell has at least one pixel. */
function averages({ widthPx, heightPx, rgb }: Pixels, width: number, height: number): Float64Array {
  const means = new Float64Array(width * height * 3)
  for (let cy = 0; cy < height; cy++) {
    const top = Math.floor((cy * heightPx) / height)
    const bottom = Math.max(top + 1, Math.floor(((cy + 1) * heightPx) / height))
    for (let cx = 0; cx < width; cx++) {
      const left = Math.floor((cx * widthPx) / width)
      const right = Math.max(left + 1, Math.floor(((cx + 1) * widthPx) / width))
      let red = 0
      let green = 0
      let blue = 0
      for (let y = top; y < bottom; y++) {
        for (let at = (y * widthPx + left) * 3, end = (y * widthPx + right) * 3; at < end; at += 3) {
          red += rgb[at] ?? 0
          green += rgb[at + 1] ?? 0
          blue += rgb[at + 2] ?? 0
        }
      }
      const count = (right - left) * (bottom - top)
      const to = (cy * width + cx) * 3
      means[to] = red / count
      means[to + 1] = green / count
      means[to + 2] = blue / count
    }
  }
  return means
}
