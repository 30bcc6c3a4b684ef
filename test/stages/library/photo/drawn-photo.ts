import sharp, { type Sharp } from 'sharp'
import type { Pixels } from '../../../../src/main/engine/base/domain.ts'

/** The corners of the drawn photo when it is upright, as seen. */
export const corners = {
  topLeft: [220, 30, 30],
  topRight: [30, 180, 30],
  bottomLeft: [30, 30, 220],
  bottomRight: [230, 200, 30]
} as const

/** A picture of four coloured quarters; wider than high, so that every turn shows. */
export async function drawQuarters(widthPx: number, heightPx: number): Promise<Sharp> {
  const fill = (colour: readonly number[]): string => `rgb(${colour.join(',')})`
  const { data, info } = await sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" viewBox="0 0 2 2" preserveAspectRatio="none" shape-rendering="crispEdges">
      <rect width="1" height="1" fill="${fill(corners.topLeft)}"/><rect x="1" width="1" height="1" fill="${fill(corners.topRight)}"/>
      <rect y="1" width="1" height="1" fill="${fill(corners.bottomLeft)}"/><rect x="1" y="1" width="1" height="1" fill="${fill(corners.bottomRight)}"/></svg>`)
  )
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
}

/** How the quarters lie in a file whose EXIF orientation makes them upright again: steps, since sharp has its own order. */
const stored: readonly (readonly ((image: Sharp) => Sharp)[])[] = [
  [],
  [image => image.flop()],
  [image => image.rotate(180)],
  [image => image.flip()],
  [image => image.rotate(270), image => image.flip()],
  [image => image.rotate(270)],
  [image => image.rotate(90), image => image.flip()],
  [image => image.rotate(90)]
]

/** The same quarters, stored turned and mirrored as a camera would for this orientation (1…8), without saying so. */
export async function storedFor(orientation: number, widthPx: number, heightPx: number): Promise<Sharp> {
  let image = await drawQuarters(widthPx, heightPx)
  for (const step of stored[orientation - 1]!) {
    const { data, info } = await step(image).raw().toBuffer({ resolveWithObject: true })
    image = sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
  }
  return image
}

/** The colours in the middle of the four quarters of a decoded picture, by where they are. */
function quartersOf({ widthPx, heightPx, rgb }: Pixels): Record<keyof typeof corners, number[]> {
  const at = (x: number, y: number): number[] => {
    const start = (Math.floor(y * heightPx) * widthPx + Math.floor(x * widthPx)) * 3
    return Array.from(rgb.subarray(start, start + 3))
  }
  return { topLeft: at(0.25, 0.25), topRight: at(0.75, 0.25), bottomLeft: at(0.25, 0.75), bottomRight: at(0.75, 0.75) }
}

/** The largest difference of any colour channel of any quarter. */
export function quarterError(
  pixels: Pixels,
  expected: Record<keyof typeof corners, readonly number[]> = corners
): number {
  const found = quartersOf(pixels)
  const names = Object.keys(corners) as (keyof typeof corners)[]
  return Math.max(...names.flatMap(name => found[name].map((value, c) => Math.abs(value - expected[name][c]!))))
}
