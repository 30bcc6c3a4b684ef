import { expect, test } from 'vitest'
import { thumbHashToApproximateAspectRatio, thumbHashToAverageRGBA, thumbHashToRGBA } from 'thumbhash'
import { coloursApart, coloursOf } from '../../../src/main/engine/stages/library/photo-colours.ts'
import { thumbhashOf } from '../../../src/main/engine/stages/library/photo/fingerprint.ts'

type Colour = readonly [red: number, green: number, blue: number]

/** A picture of two colours, one left of the other. */
function halves(left: Colour, right: Colour, widthPx = 30, heightPx = 20): Uint8Array {
  const rgb = Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % widthPx
    return (x < widthPx / 2 ? left : right)[i % 3]!
  })
  return thumbhashOf({ widthPx, heightPx, rgb })
}
const red: Colour = [200, 60, 60]
const blue: Colour = [60, 60, 200]

test('means are those that thumbhash itself reads, whatever the shape', () => {
  for (const [widthPx, heightPx] of [
    [30, 20],
    [20, 30],
    [32, 4],
    [16, 16]
  ] as const) {
    const hash = halves(red, blue, widthPx, heightPx)
    const colours = coloursOf(hash)
    const { r, g, b } = thumbHashToAverageRGBA(hash)
    expect(colours[0]).toBeCloseTo((r + g) / 2 - b, 1)
    expect(colours[6]).toBeCloseTo(r - g, 1)
  }
})

test('the lowest wave across is the one that thumbhash draws', () => {
  // Red left and blue right: Q, red less green, falls from left to right. The first wave of the hash is a cosine, 1 at the left.
  const hash = halves(red, blue)
  expect(coloursOf(hash)[7]).toBeGreaterThan(0.1)
  expect(coloursOf(halves(blue, red))[7]).toBeLessThan(-0.1)
  const { rgba, w, h } = thumbHashToRGBA(hash)
  expect(thumbHashToApproximateAspectRatio(hash)).toBeCloseTo(7 / 5)
  const row = Math.floor(h / 2) * w
  expect(rgba[row * 4]).toBeGreaterThan(rgba[(row + w - 1) * 4]!)
})

test('the same colours are nothing apart, others are, and the same the other way round too', () => {
  expect(coloursApart(halves(red, blue), halves(red, blue))).toBe(0)
  expect(coloursApart(halves(red, red), halves(blue, blue))).toBeGreaterThan(0.5)
  expect(coloursApart(halves(red, blue), halves(blue, red))).toBeGreaterThan(0.3)
})
