import { rgbaToThumbHash } from 'thumbhash'
import { expect, test } from 'vitest'
import { placeholderImage } from '../../src/renderer/src/placeholder.ts'

test('a thumbhash becomes a picture for CSS, and is decoded once', () => {
  const red = Uint8Array.from({ length: 8 * 4 * 4 }, (_, n) => (n % 4 === 0 || n % 4 === 3 ? 255 : 0))
  const thumbhash = Buffer.from(rgbaToThumbHash(8, 4, red)).toString('base64')
  const image = placeholderImage(thumbhash)
  const [, base64 = ''] = /^url\(data:image\/png;base64,([\w+/=]+)\)$/.exec(image) ?? []
  const png = Buffer.from(base64, 'base64')
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  // The hash keeps the proportions roughly: wide stays wide.
  expect(png.readUInt32BE(16) / png.readUInt32BE(20)).toBeGreaterThan(1.5)
  expect(placeholderImage(thumbhash)).toBe(image)
})
