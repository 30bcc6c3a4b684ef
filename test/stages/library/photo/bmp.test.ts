import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBmp } from '../../../../src/main/engine/stages/library/photo/bmp.ts'
import { PhotoFailure, photoLimits } from '../../../../src/main/engine/stages/library/photo/limits.ts'

interface Drawn {
  readonly width: number
  readonly height: number
  readonly bits: number
  readonly compression?: number
  readonly palette?: readonly (readonly [number, number, number])[]
  readonly masks?: readonly number[]
  readonly body: Uint8Array
}

/** A BMP with the 40-byte Windows header. */
function bmp({ width, height, bits, compression = 0, palette = [], masks = [], body }: Drawn): Buffer {
  const head = Buffer.alloc(54 + masks.length * 4 + palette.length * 4)
  head.write('BM', 0, 'latin1')
  head.writeUInt32LE(head.length + body.length, 2)
  head.writeUInt32LE(head.length, 10)
  head.writeUInt32LE(40, 14)
  head.writeInt32LE(width, 18)
  head.writeInt32LE(height, 22)
  head.writeUInt16LE(1, 26)
  head.writeUInt16LE(bits, 28)
  head.writeUInt32LE(compression, 30)
  head.writeUInt32LE(palette.length, 46)
  masks.forEach((mask, i) => head.writeUInt32LE(mask, 54 + i * 4))
  palette.forEach(([r, g, b], i) => head.set([b, g, r, 0], 54 + masks.length * 4 + i * 4))
  return Buffer.concat([head, body])
}

const decode = (file: Drawn): number[] => Array.from(decodeBmp(bmp(file), photoLimits).data)
const black = [0, 0, 0]
const red = [255, 0, 0]
const palette = [
  [0, 0, 0],
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255]
] as const

describe('BMP', () => {
  test('24 bits, bottom-up with padded rows and top-down', () => {
    const body = Buffer.from([0, 0, 255, 0, 255, 0, 0, 0, /* next row */ 255, 0, 0, 9, 9, 9, 0, 0])
    const top = [0, 0, 255, 9, 9, 9]
    const bottom = [255, 0, 0, 0, 255, 0]
    expect(decode({ width: 2, height: 2, bits: 24, body })).toEqual([...top, ...bottom])
    expect(decode({ width: 2, height: -2, bits: 24, body })).toEqual([...bottom, ...top])
  })

  test('1, 4 and 8 bits with a palette', () => {
    expect(
      decode({ width: 3, height: 1, bits: 1, palette: palette.slice(0, 2), body: Buffer.from([0b01000000, 0, 0, 0]) })
    ).toEqual([...black, ...red, ...black])
    expect(decode({ width: 3, height: 1, bits: 4, palette, body: Buffer.from([0x12, 0x30, 0, 0]) })).toEqual([
      255, 0, 0, 0, 255, 0, 0, 0, 255
    ])
    expect(decode({ width: 2, height: 1, bits: 8, palette, body: Buffer.from([3, 1, 0, 0]) })).toEqual([
      0,
      0,
      255,
      ...red
    ])
  })

  test('16 bits: 5-5-5, and 5-6-5 by its masks', () => {
    const one = (value: number): Buffer => Buffer.from([value & 255, value >> 8, 0, 0])
    expect(decode({ width: 1, height: 1, bits: 16, body: one(0x7c00) })).toEqual(red)
    expect(
      decode({ width: 1, height: 1, bits: 16, compression: 3, masks: [0xf800, 0x07e0, 0x001f], body: one(0x07e0) })
    ).toEqual([0, 255, 0])
  })

  test('32 bits with a mask for alpha has four channels', () => {
    const file = {
      width: 1,
      height: 1,
      bits: 32,
      compression: 6,
      masks: [0xff0000, 0xff00, 0xff, 0xff000000],
      body: Buffer.from([1, 2, 3, 128])
    }
    expect(decode(file)).toEqual([3, 2, 1, 128])
  })

  test('RLE8: runs, literal stretches, line ends, jumps', () => {
    // bottom row: two red, then one green and one blue; the next row begins with one black that is jumped over, then red
    const body = Buffer.from([2, 1, 0, 3, 2, 3, 0, 0, 0, 0, 0, 2, 1, 0, 1, 1, 0, 1])
    const file = { width: 5, height: 2, bits: 8, compression: 1, palette, body }
    expect(decode(file)).toEqual([
      ...black,
      ...red,
      ...black,
      ...black,
      ...black,
      ...red,
      ...red,
      0,
      255,
      0,
      0,
      0,
      255,
      ...black
    ])
  })

  test('RLE4: a run alternates its two colours', () => {
    expect(
      decode({ width: 3, height: 1, bits: 4, compression: 2, palette, body: Buffer.from([3, 0x12, 0, 1]) })
    ).toEqual([...red, 0, 255, 0, ...red])
  })

  test.each([
    ['bits that do not exist', { width: 1, height: 1, bits: 7, body: Buffer.alloc(4) }, 'corrupt'],
    ['no pixels', { width: 0, height: 1, bits: 24, body: Buffer.alloc(4) }, 'corrupt'],
    [
      'an embedded JPEG',
      { width: 1, height: 1, bits: 24, compression: 4, body: Buffer.alloc(4) },
      'unsupported-format'
    ],
    ['nothing behind the header', { width: 9, height: 9, bits: 24, body: Buffer.alloc(0) }, 'corrupt'],
    [
      'more pixels than any camera',
      { width: 2_000_000_000, height: 2_000_000_000, bits: 24, body: Buffer.alloc(4) },
      'too-many-pixels'
    ]
  ])('%s is refused', (_, file, code) => {
    expect(() => decode(file)).toThrow(expect.objectContaining({ code }) as Error)
  })

  test('what was drawn comes back, at every size and depth', () => {
    const size = fc.integer({ min: 1, max: 17 })
    fc.assert(
      fc.property(
        size,
        size,
        fc.constantFrom(1, 2, 4, 8, 24, 32),
        fc.boolean(),
        fc.infiniteStream(fc.nat(255)),
        (width, height, bits, isTopDown, random) => {
          const colours = Array.from(
            { length: bits > 8 ? 0 : 2 ** bits },
            () => [random.next().value, random.next().value, random.next().value] as [number, number, number]
          )
          const pixels = Array.from({ length: width * height }, () =>
            bits > 8
              ? ([random.next().value, random.next().value, random.next().value] as const)
              : random.next().value % 2 ** bits
          )
          const rowBytes = Math.ceil((width * bits) / 32) * 4
          const body = Buffer.alloc(rowBytes * height)
          pixels.forEach((pixel, i) => {
            const row = Math.floor(i / width)
            const x = i % width
            const at = (isTopDown ? row : height - 1 - row) * rowBytes
            if (typeof pixel !== 'number') body.set([pixel[2], pixel[1], pixel[0]], at + (x * bits) / 8)
            else body[at + Math.floor((x * bits) / 8)]! |= pixel << (8 - bits - ((x * bits) % 8))
          })
          const expected = pixels.flatMap<number>(pixel => (typeof pixel === 'number' ? colours[pixel]! : pixel))
          expect(decode({ width, height: isTopDown ? -height : height, bits, palette: colours, body })).toEqual(
            expected
          )
        }
      )
    )
  })

  test('any bytes are decoded or refused, within the picture and within the limits', () => {
    const field = fc.oneof(fc.nat(64), fc.nat(0xffffffff))
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(12, 16, 40, 56, 108, 124),
        field,
        field,
        fc.nat(34),
        fc.nat(7),
        (tail, headerBytes, width, height, bits, compression) => {
          const head = Buffer.alloc(54)
          head.write('BM', 0, 'latin1')
          head.writeUInt32LE(54, 10)
          head.writeUInt32LE(headerBytes, 14)
          head.writeUInt32LE(width, 18)
          head.writeUInt32LE(height, 22)
          head.writeUInt16LE(bits, 28)
          head.writeUInt32LE(compression, 30)
          try {
            const { widthPx, heightPx, channels, data } = decodeBmp(Buffer.concat([head, tail]), {
              ...photoLimits,
              pixels: 10_000
            })
            expect(data).toHaveLength(widthPx * heightPx * channels)
          } catch (error) {
            expect(error).toBeInstanceOf(PhotoFailure)
          }
        }
      ),
      { numRuns: 500 }
    )
  })
})
