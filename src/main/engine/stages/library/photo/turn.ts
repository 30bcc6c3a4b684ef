import type { Pixels, TurnDeg } from '../../../base/domain.ts'

/** The picture turned clockwise: what a photo that lies on its side shows. Exact, pixel by pixel. */
export function turnPixels(pixels: Pixels, turnDeg: TurnDeg): Pixels {
  if (turnDeg === 0) return pixels
  const { widthPx, heightPx, rgb } = pixels
  const turned = new Uint8Array(rgb.length)
  const [newWidth, newHeight] = turnDeg === 180 ? [widthPx, heightPx] : [heightPx, widthPx]
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const [toX, toY] =
        turnDeg === 90
          ? [heightPx - 1 - y, x]
          : turnDeg === 180
            ? [widthPx - 1 - x, heightPx - 1 - y]
            : [y, widthPx - 1 - x]
      const from = 3 * (y * widthPx + x)
      const to = 3 * (toY * newWidth + toX)
      turned[to] = rgb[from] ?? 0
      turned[to + 1] = rgb[from + 1] ?? 0
      turned[to + 2] = rgb[from + 2] ?? 0
    }
  }
  return { widthPx: newWidth, heightPx: newHeight, rgb: turned }
}
