/** Pictures of very many pixels, of numbers that are no bytes, with brands and names of their own. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { thumbHashToRGBA } from 'thumbhash'
import { describe, expect, test } from 'vitest'
import { kindByName } from '../../../../src/main/engine/stages/library/eligible.ts'
import { indexSize } from '../../../../src/main/engine/stages/library/photo/decode.ts'
import { decodePhoto } from '../../../../src/main/engine/stages/library/photo/decode-photo.ts'
import { thumbhashOf } from '../../../../src/main/engine/stages/library/photo/fingerprint.ts'
import { photoLimits } from '../../../../src/main/engine/stages/library/photo/limits.ts'
import { sniff } from '../../../../src/main/engine/stages/library/sniff.ts'
import { describeWithData } from '../../../tools/shared-data.ts'
import { temporaryFolder } from '../../../tools/temporary-folder.ts'
import { folderWith, scanAll } from '../folders.ts'
import { readFolder } from '../read-folder.ts'

const folder = temporaryFolder()
const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#c84020' }, limitInputPixels: false })
const decode = (bytes: Uint8Array, format: 'jpeg' | 'png' | 'tiff' | 'avif') =>
  decodePhoto(bytes, format, photoLimits, indexSize)

describe('pictures of very many pixels', () => {
  test('a baseline JPEG and a PNG of 108 megapixels are read, a progressive JPEG is refused', async () => {
    const jpeg = await flat(12_000, 9000).jpeg({ quality: 10 }).toBuffer()
    expect(await decode(jpeg, 'jpeg')).toMatchObject({ widthPx: 12_000, heightPx: 9000, pixels: { widthPx: 512 } })
    const progressive = await flat(12_000, 9000).jpeg({ quality: 10, progressive: true }).toBuffer()
    await expect(decode(progressive, 'jpeg')).rejects.toMatchObject({ code: 'too-many-pixels' })
    const long = await flat(32_000, 3300).png().toBuffer()
    expect(await decode(long, 'png')).toMatchObject({ widthPx: 32_000, pixels: { widthPx: 1536 } })
  })
})

/** A TIFF of one strip, grey or in colours. @param value  at a place from 0 (left) to 1 (right) */
function tiff(channels: 1 | 3, kind: 'float' | 'uint' | 'int', value: (x: number) => number): Buffer {
  const [width, height] = [32, 16]
  const bytes = Buffer.alloc(width * height * channels * 4)
  for (let i = 0; i < width * height * channels; i++) {
    const at = value((Math.floor(i / channels) % width) / (width - 1))
    if (kind === 'float') bytes.writeFloatLE(at, i * 4)
    else if (kind === 'int') bytes.writeInt32LE(at, i * 4)
    else bytes.writeUInt32LE(at, i * 4)
  }
  const sample = { uint: 1, int: 2, float: 3 }[kind]
  const extra = 8 + 2 + 12 * 10 + 4
  const fields = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, channels, channels === 1 ? 32 : extra],
    [259, 3, 1, 1],
    [262, 3, 1, channels === 1 ? 1 : 2],
    [273, 4, 1, extra + 16],
    [277, 3, 1, channels],
    [278, 4, 1, height],
    [279, 4, 1, bytes.length],
    [339, 3, channels, channels === 1 ? sample : extra + 8]
  ] as const
  const head = Buffer.alloc(extra + 16)
  head.write('II*\0', 'latin1')
  head.writeUInt32LE(8, 4)
  head.writeUInt16LE(fields.length, 8)
  fields.forEach(([tag, type, count, value], i) => {
    head.writeUInt16LE(tag, 10 + i * 12)
    head.writeUInt16LE(type, 12 + i * 12)
    head.writeUInt32LE(count, 14 + i * 12)
    head.writeUInt32LE(value, 18 + i * 12)
  })
  for (let c = 0; c < channels && channels > 1; c++) {
    head.writeUInt16LE(32, extra + c * 2)
    head.writeUInt16LE(sample, extra + 8 + c * 2)
  }
  return Buffer.concat([head, bytes])
}

describe('TIFF of numbers that are no bytes', () => {
  test.each([
    ['grey from 0 to 1', tiff(1, 'float', x => x)],
    ['grey from 0 to 255', tiff(1, 'float', x => x * 255)],
    ['heights from 100 to 5000', tiff(1, 'float', x => 100 + x * 4900)],
    ['all of 32 bits', tiff(3, 'uint', x => Math.floor(x * 0xffffffff))],
    ['a part of 32 bits', tiff(1, 'uint', x => Math.floor(x * 4000))],
    ['with negative numbers', tiff(1, 'int', x => Math.floor(x * 1000) - 500)]
  ])('%s is shown from black to white', async (_, bytes) => {
    const { rgb } = (await decode(bytes, 'tiff')).pixels
    const grey = [0, 16, 31].map(x => rgb[x * 3] ?? -1)
    expect(grey[0]).toBeLessThan(5)
    expect(Math.abs((grey[1] ?? 0) - 131)).toBeLessThan(5)
    expect(grey[2]).toBeGreaterThan(250)
  })

  test('numbers without a value, and colours beyond white, are refused with a reason', async () => {
    for (const bytes of [tiff(1, 'float', x => (x > 0.5 ? Infinity : x)), tiff(3, 'float', x => x * 255)])
      await expect(decode(bytes, 'tiff')).rejects.toMatchObject({ code: 'unsupported-format' })
    // One value everywhere has no range.
    expect(
      (
        await decode(
          tiff(1, 'float', () => 7000),
          'tiff'
        )
      ).pixels.rgb[0]
    ).toBe(0)
  })
})

test.each(['mif1', 'msf1', 'avis', 'MA1A', 'miaf'])('an AVIF whose major brand is %s is read as AVIF', async brand => {
  const bytes = await flat(16, 16).avif().toBuffer()
  bytes.write(brand, 8, 'latin1')
  expect(sniff(bytes, 'a.avif')).toEqual({ kind: 'photo', format: 'avif' })
  expect(await decode(bytes, 'avif')).toMatchObject({ widthPx: 16, heightPx: 16 })
  // Only the container's own brands: the item says how it is coded.
  const bare = Buffer.from(bytes)
  for (let at = 16; at < bare.readUInt32BE(0); at += 4) bare.write('miaf', at, 'latin1')
  if (brand !== 'avis') expect(sniff(bare, 'a.heic')).toEqual({ kind: 'photo', format: 'avif' })
})

test.each([
  [1, 1],
  [1, 2],
  [5, 4],
  [1536, 1],
  [2, 1536]
])('the placeholder of %i × %i pixels has its colour', (widthPx, heightPx) => {
  const rgb = new Uint8Array(widthPx * heightPx * 3)
  for (let i = 0; i < widthPx * heightPx; i++) rgb.set([200, 30, 30], i * 3)
  const drawn = thumbHashToRGBA(thumbhashOf({ widthPx, heightPx, rgb })).rgba
  for (let i = 0; i < drawn.length; i += 4)
    expect(Math.hypot((drawn[i] ?? 0) - 200, (drawn[i + 1] ?? 0) - 30, (drawn[i + 2] ?? 0) - 30)).toBeLessThan(12)
})

test('pictures with the endings of servers are looked into, and what programs keep of before is not', async () => {
  for (const name of [
    'a.jpg_large',
    'a.jpg-large',
    'a.jpg_orig',
    'a.png_small',
    'a.webp-thumb',
    'a.jpg!d',
    'a.jpeg_800x600'
  ])
    expect(kindByName(name), name).toBe('sniff')
  for (const name of ['a.jpg_original', 'a.jpg~', 'a.bak', 'a.jpg_bak', 'a.jpg_backup', 'a.jpg_exif'])
    expect(kindByName(name), name).toBeNull()
  const jpeg = await flat(8, 8).jpeg().toBuffer()
  const found = await scanAll(folderWith({ 'a.jpg_large': jpeg, 'b.jpg_large': 'no picture', 'c.jpg_original': jpeg }))
  expect(found.paths).toEqual(['a.jpg_large'])
  writeFileSync(join(folder, 'a.jpg_large'), jpeg)
  expect([...(await readFolder(folder)).keys()]).toEqual(['a.jpg_large'])
})

describeWithData('pictures as reported', ['reports'], reports => {
  test('those of today’s phones, and those with invented endings, are read', async () => {
    const large = await readFolder(join(reports, 'R32-megapixels'))
    expect([...large.keys()]).toEqual(expect.arrayContaining(['phone_108mp.png', 'phone_200mp.png', 'pano_128mp.png']))
    const named = await readFolder(join(reports, 'R34-endings'))
    expect([...named.keys()]).toEqual(
      expect.arrayContaining(['q.jpg-large', 'tw.jpg_large', 'tw2.jpg_orig', 'x.jpg!d'])
    )
  })
})
