import type { Pixels, RotationDeg } from '../../../base/domain.ts'

/** The picture rotated clockwise: what a photo that lies on its side shows. Exact, pixel by pixel. */
export function rotatePixels(pixels: Pixels, rotationDeg: RotationDeg): Pixels {
  if (rotationDeg === 0) return pixels
  const { widthPx, heightPx, rgb } = pixels
  const rotated = new Uint8Array(rgb.length)
  const [newWidth, newHeight] = rotationDeg === 180 ? [widthPx, heightPx] : [heightPx, widthPx]
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const [toX, toY] =
        rotationDeg === 90
          ? [heightPx - 1 - y, x]
          : rotationDeg === 180
            ? [widthPx - 1 - x, heightPx - 1 - y]
            : [y, widthPx - 1 - x]
      const from = 3 * (y * widthPx + x)
      const to = 3 * (toY * newWidth + toX)
      rotated[to] = rgb[from] ?? 0
      rotated[to + 1] = rgb[from + 1] ?? 0
      rotated[to + 2] = rgb[from + 2] ?? 0
    }
  }
  return { widthPx: newWidth, heightPx: newHeight, rgb: rotated }
}
