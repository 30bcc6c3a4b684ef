import sharp, { type Sharp } from 'sharp'
import { thumbHashToApproximateAspectRatio, thumbHashToAverageRGBA } from 'thumbhash'
import { describe, expect, test } from 'vitest'
import type { Pixels } from '../../../../src/main/engine/base/domain.ts'
import { perceptualHashOf, thumbhashOf } from '../../../../src/main/engine/stages/library/photo/fingerprint.ts'
import { drawQuarters } from './drawn-photo.ts'

async function pixelsOf(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  return { widthPx: info.width, heightPx: info.height, rgb: data }
}

function scene(seed: number): Sharp {
  const circles = Array.from({ length: 6 }, (_, i) => {
    const at = (step: number): number => (seed * 37 + i * step) % 100
    return `<circle cx="${at(53)}" cy="${at(29)}" r="${10 + at(17) / 5}" fill="rgb(${at(71) * 2},${at(13) * 2},${at(91) * 2})"/>`
  })
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400" viewBox="0 0 100 100"><rect width="100" height="100" fill="#ddd"/>${circles.join('')}</svg>`
    )
  ).removeAlpha()
}

const bitsApart = (a: string, b: string): number =>
  (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll('0', '').length

describe('perceptual hash', () => {
  test('by hand: grey that grows to the right sets every bit, to the left none', () => {
    const ramp = (value: (x: number) => number): Pixels => {
      const rgb = new Uint8Array(90 * 80 * 3)
      for (let y = 0; y < 80; y++)
        for (let x = 0; x < 90; x++) rgb.fill(value(x), (y * 90 + x) * 3, (y * 90 + x) * 3 + 3)
      return { widthPx: 90, heightPx: 80, rgb }
    }
    expect(perceptualHashOf(ramp(x => x * 2))).toBe('ffffffffffffffff')
    expect(perceptualHashOf(ramp(x => 200 - x * 2))).toBe('0000000000000000')
    expect(perceptualHashOf(ramp(() => 128))).toBe('0000000000000000')
  })

  test('the same picture smaller and harder compressed differs in few bits, another in many', async () => {
    const original = perceptualHashOf(await pixelsOf(scene(1)))
    const small = perceptualHashOf(await pixelsOf(sharp(await scene(1).resize(150).jpeg({ quality: 40 }).toBuffer())))
    const other = perceptualHashOf(await pixelsOf(scene(5)))
    expect(bitsApart(original, small)).toBeLessThanOrEqual(3)
    expect(bitsApart(original, other)).toBeGreaterThan(10)
  })

  test('a picture smaller than the grid has one too', () => {
    expect(perceptualHashOf({ widthPx: 1, heightPx: 1, rgb: new Uint8Array([1, 2, 3]) })).toMatch(/^[0-9a-f]{16}$/)
  })
})

test('the thumbhash has the shape and the colour of the picture', async () => {
  const hash = thumbhashOf(await pixelsOf(await drawQuarters(300, 150)))
  expect(hash.length).toBeLessThanOrEqual(25)
  expect(thumbHashToApproximateAspectRatio(hash)).toBeGreaterThan(1.5)
  const { r, g, b, a } = thumbHashToAverageRGBA(hash)
  expect(a).toBe(1)
  for (const [found, expected] of [
    [r, 127.5],
    [g, 110],
    [b, 77.5]
  ] as const)
    expect(Math.abs(found * 255 - expected)).toBeLessThan(12)
})
