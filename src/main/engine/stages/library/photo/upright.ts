import type { Decoded } from './decode.ts'

/** Where the pixel of the upright picture at (x, y) lies in a stored picture of w × h, for EXIF orientation 1…8. */
const sourceOf: readonly ((x: number, y: number, w: number, h: number) => readonly [x: number, y: number])[] = [
  (x, y) => [x, y],
  (x, y, w) => [w - 1 - x, y],
  (x, y, w, h) => [w - 1 - x, h - 1 - y],
  (x, y, _, h) => [x, h - 1 - y],
  (x, y) => [y, x],
  (x, y, _, h) => [y, h - 1 - x],
  (x, y, w, h) => [w - 1 - y, h - 1 - x],
  (x, y, w) => [w - 1 - y, x]
]

/**
 * Turns and mirrors a small picture by an orientation that its decoder did not know of: that of the RAW file around a
 * preview, or EXIF's in a HEIC without its own.
 *
 * @param orientation 1…8, as EXIF counts
 */
export function upright(decoded: Decoded, orientation: number): Decoded {
  const source = sourceOf[orientation - 1]
  if (orientation === 1 || source === undefined) return decoded
  const { widthPx: w, heightPx: h, rgb } = decoded.pixels
  const [width, height] = orientation >= 5 ? [h, w] : [w, h]
  const turned = new Uint8Array(rgb.length)
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const [fromX, fromY] = source(x, y, w, h)
      const from = (fromY * w + fromX) * 3
      turned[to] = rgb[from] ?? 0
      turned[to + 1] = rgb[from + 1] ?? 0
      turned[to + 2] = rgb[from + 2] ?? 0
    }
  }
  const size =
    orientation >= 5
      ? { widthPx: decoded.heightPx, heightPx: decoded.widthPx }
      : { widthPx: decoded.widthPx, heightPx: decoded.heightPx }
  return { ...size, pixels: { widthPx: width, heightPx: height, rgb: turned } }
}
