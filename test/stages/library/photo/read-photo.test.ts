import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PhotoFormat, ReadFailure } from '../../../../src/main/engine/base/domain.ts'
import { hashFile } from '../../../../src/main/engine/base/hash-file.ts'
import { decodeBytes } from '../../../../src/main/engine/stages/library/photo/decode-bytes.ts'
import { indexSize } from '../../../../src/main/engine/stages/library/photo/decode.ts'
import type { PhotoLimits } from '../../../../src/main/engine/stages/library/photo/limits.ts'
import { readPhoto } from '../../../../src/main/engine/stages/library/photo/read-photo.ts'
import { renderPhoto } from '../../../../src/main/engine/stages/library/photo/render-photo.ts'
import { cpuMs } from '../../../tools/cpu-time.ts'
import { drawQuarters, quarterError, storedFor } from './drawn-photo.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reverie-photo-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function save(bytes: Uint8Array): string {
  const path = join(folder, `photo-${++files}`)
  writeFileSync(path, bytes)
  return path
}

type Read = Exclude<Awaited<ReturnType<typeof readPhoto>>, ReadFailure>

async function read(bytes: Uint8Array, format: PhotoFormat, limits: Partial<PhotoLimits> = {}): Promise<Read> {
  const found = await readPhoto(save(bytes), format, [], { modifiedMs: 0, contentHash: 'hash', limits })
  if ('kind' in found) throw new Error(found.reason)
  return found
}

async function refusal(
  bytes: Uint8Array,
  format: PhotoFormat,
  limits: Partial<PhotoLimits> = {}
): Promise<ReadFailure> {
  const found = await readPhoto(save(bytes), format, [], { modifiedMs: 0, contentHash: 'hash', limits })
  if (!('kind' in found)) throw new Error('it was decoded')
  return found
}

describe('orientation', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i puts every colour into its corner', async orientation => {
    for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
      const turned = await storedFor(orientation, 1200, 800)
      const bytes = await turned.withMetadata({ orientation }).toFormat(format).toBuffer()
      const { reading, pixels } = await read(bytes, format)
      expect([reading.widthPx, reading.heightPx, pixels.widthPx, pixels.heightPx], format).toEqual([
        1200, 800, 512, 341
      ])
      expect(quarterError(pixels), format).toBeLessThan(12)
      expect(reading.thumbnail).toMatchObject({ widthPx: 320, heightPx: 213 })
    }
  })
})

describe('colours', () => {
  const quarters = async (): Promise<Sharp> => drawQuarters(300, 200)

  test.each([
    ['a JPEG', 'jpeg', (image: Sharp) => image.jpeg()],
    ['a progressive JPEG', 'jpeg', (image: Sharp) => image.jpeg({ progressive: true })],
    ['a PNG with a palette', 'png', (image: Sharp) => image.png({ palette: true })],
    ['a 16-bit PNG', 'png', (image: Sharp) => image.toColourspace('rgb16').png()],
    ['a PNG with opaque alpha', 'png', (image: Sharp) => image.ensureAlpha().png()],
    ['a GIF', 'gif', (image: Sharp) => image.gif()],
    ['a lossless WebP', 'webp', (image: Sharp) => image.webp({ lossless: true })],
    ['an AVIF', 'avif', (image: Sharp) => image.avif({ quality: 80 })],
    ['an LZW TIFF', 'tiff', (image: Sharp) => image.tiff({ compression: 'lzw' })]
  ] as const)('%s', async (_, format, encode) => {
    const { pixels } = await read(await encode(await quarters()).toBuffer(), format)
    expect(pixels.rgb).toHaveLength(300 * 200 * 3)
    expect(quarterError(pixels)).toBeLessThan(14)
  })

  test('a profile is converted: the same picture in Display P3 looks the same', async () => {
    const bytes = await (await quarters()).withIccProfile('p3').png().toBuffer()
    const stored = await sharp(bytes).raw().toBuffer()
    expect(Math.abs(stored[0]! - 220)).toBeLessThan(40)
    expect(quarterError((await read(bytes, 'png')).pixels)).toBeLessThan(6)
  })

  test('CMYK becomes sRGB', async () => {
    const grey = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#808080' } })
      .toColourspace('cmyk')
      .jpeg({ quality: 95 })
      .toBuffer()
    expect((await sharp(grey).metadata()).space).toBe('cmyk')
    const { pixels } = await read(grey, 'jpeg')
    for (const value of pixels.rgb.subarray(0, 3)) expect(Math.abs(value - 128)).toBeLessThan(30)
  })

  test('grey is three equal channels', async () => {
    const grey = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#505050' } })
      .greyscale()
      .png()
      .toBuffer()
    expect(Array.from((await read(grey, 'png')).pixels.rgb.subarray(0, 3))).toEqual([80, 80, 80])
  })

  test('transparency is white', async () => {
    const clear = await sharp({
      create: { width: 40, height: 40, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } }
    })
      .png()
      .toBuffer()
    const [red, green, blue] = (await read(clear, 'png')).pixels.rgb
    expect([red, green, blue].map((value, i) => Math.abs(value! - [255, 127, 127][i]!) <= 1)).toEqual([
      true,
      true,
      true
    ])
  })

  test('of an animation and of pages, the first', async () => {
    const frame = (colour: string): Promise<Buffer> =>
      sharp({ create: { width: 30, height: 20, channels: 3, background: colour } })
        .png()
        .toBuffer()
    const frames = [await frame('#ff0000'), await frame('#00ff00')]
    for (const format of ['gif', 'webp', 'tiff'] as const) {
      const { reading, pixels } = await read(
        await sharp(frames, { join: { animated: true } })
          .toFormat(format)
          .toBuffer(),
        format
      )
      expect([reading.widthPx, reading.heightPx], format).toEqual([30, 20])
      expect(pixels.rgb[0], format).toBeGreaterThan(230)
      expect(pixels.rgb[1], format).toBeLessThan(40)
    }
  })
})

describe('size', () => {
  test.each([
    [4000, 3000, 512, 384],
    [3000, 4000, 384, 512],
    [100, 60, 100, 60],
    [1000, 300, 853, 256],
    [12000, 1000, 1536, 128],
    [1, 5000, 1, 1536]
  ])('%i × %i is decoded to %i × %i', (widthPx, heightPx, toWidthPx, toHeightPx) => {
    expect(indexSize(widthPx, heightPx)).toEqual({ widthPx: toWidthPx, heightPx: toHeightPx })
  })

  test('never enlarged, never empty, bounded', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30_000 }), fc.integer({ min: 1, max: 30_000 }), (width, height) => {
        const { widthPx, heightPx } = indexSize(width, height)
        expect(widthPx).toBeGreaterThanOrEqual(1)
        expect(widthPx).toBeLessThanOrEqual(Math.min(width, 1536))
        expect(heightPx).toBeLessThanOrEqual(Math.min(height, 1536))
        expect(widthPx * heightPx).toBeLessThanOrEqual(1536 * 256 + 1536)
      })
    )
  })

  test('a preview is as large as asked, upright, never enlarged', async () => {
    const turned = await storedFor(6, 900, 600)
    const path = save(await turned.withMetadata({ orientation: 6 }).jpeg().toBuffer())
    const sizeAt = async (maximumPx: number): Promise<unknown> => {
      const jpeg = await renderPhoto(path, 'jpeg', maximumPx)
      if ('kind' in jpeg) throw new Error(jpeg.reason)
      const { width, height, orientation } = await sharp(jpeg).metadata()
      return [width, height, orientation]
    }
    expect(await sizeAt(600)).toEqual([600, 400, undefined])
    expect(await sizeAt(4000)).toEqual([900, 600, undefined])
  })
})

describe('limits', () => {
  test('a picture that says it has too many pixels is refused by its header alone', async () => {
    const bomb = Buffer.from(
      await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
        .png()
        .toBuffer()
    )
    bomb.writeUInt32BE(60_000, 16)
    bomb.writeUInt32BE(60_000, 20)
    bomb.writeUInt32BE(Number(BigInt.asUintN(32, BigInt((await import('node:zlib')).crc32(bomb.subarray(12, 29))))), 29)
    let told = { code: '', reason: '' }
    const spentMs = await cpuMs(async () => (told = await refusal(bomb, 'png')))
    const { code, reason } = told
    expect(code).toBe('too-many-pixels')
    expect(reason).toBe('This picture has 60000 × 60000 pixels (3600 megapixels); Reverie reads up to 512.')
    expect(spentMs).toBeLessThan(2000)
  })

  test('a file that is too large is refused before it is read', async () => {
    const path = save(new Uint8Array([0xff, 0xd8, 0xff]))
    truncateSync(path, 2 * 1024 ** 3) // sparse: no disk is used
    expect(await readPhoto(path, 'jpeg', [], { modifiedMs: 0, contentHash: 'hash' })).toEqual({
      kind: 'failure',
      code: 'too-large',
      reason: 'This file has 2,048 MB; Reverie reads photos of up to 1,024 MB.',
      contentHash: 'hash'
    })
  })

  test('what takes too long is given up', async () => {
    const slow = await sharp({ create: { width: 6000, height: 6000, channels: 3, background: '#abc' } })
      .jpeg({ progressive: true })
      .toBuffer()
    expect(await refusal(slow, 'jpeg', { milliseconds: 5 })).toMatchObject({ code: 'too-slow' })
  })

  test('an empty file and a missing one have their own reasons', async () => {
    expect(await refusal(new Uint8Array(0), 'jpeg')).toMatchObject({ code: 'empty-file' })
    const missing = await readPhoto(join(folder, 'gone.jpg'), 'jpeg', [], { modifiedMs: 0, contentHash: 'hash' })
    expect(missing).toMatchObject({ code: 'cannot-open', reason: 'This file is no longer there.' })
  })
})

describe('damaged pictures', () => {
  const scene = async (): Promise<Buffer> => {
    const noise = await sharp({
      create: {
        width: 80,
        height: 60,
        channels: 3,
        background: '#777',
        noise: { type: 'gaussian', mean: 128, sigma: 60 }
      }
    })
      .png()
      .toBuffer()
    return sharp(noise).resize(800, 600).jpeg().toBuffer()
  }

  test('one that lacks its last tenth is shown as far as it goes', async () => {
    const whole = await scene()
    const { reading } = await read(whole.subarray(0, Math.floor(whole.length * 0.9)), 'jpeg')
    expect([reading.widthPx, reading.heightPx]).toEqual([800, 600])
  })

  test('one that is mostly missing is corrupt, and the reason says how much there is', async () => {
    const whole = await scene()
    const { code, reason } = await refusal(whole.subarray(0, Math.floor(whole.length * 0.2)), 'jpeg')
    expect(code).toBe('corrupt')
    expect(reason).toMatch(
      /^This picture is damaged: only its first 1\d % can be read\.$|^This picture is damaged: only its first 2\d % can be read\.$/
    )
  })

  test('many at once are each given the reason that they are given alone', async () => {
    const quarters = await drawQuarters(300, 200)
    const lastBytes = async (format: 'gif' | 'tiff' | 'png'): Promise<Buffer> => {
      const whole = await quarters.clone().toFormat(format).toBuffer()
      return Buffer.concat([whole.subarray(0, 24), Buffer.alloc(40, 0xa5)])
    }
    const files = [
      [await lastBytes('gif'), 'gif'],
      [await lastBytes('tiff'), 'tiff'],
      [await lastBytes('png'), 'png']
    ] as const
    const alone: string[] = []
    for (const [bytes, format] of files) alone.push((await refusal(bytes, format)).reason)
    for (const reason of alone) expect(reason).toMatch(/^This picture is damaged: its header cannot be read\.$/)
    const many = Array.from({ length: 48 }, (_, i) => files[i % files.length]!)
    const reasons = await Promise.all(many.map(async ([bytes, format]) => (await refusal(bytes, format)).reason))
    expect(reasons).toEqual(many.map((_, i) => alone[i % files.length]))
  })

  test('any bytes behind a header are refused or decoded, never an error', async () => {
    const heads = ['\xff\xd8\xff\xe0', '\x89PNG\r\n\x1a\n', 'GIF89a', 'RIFF\0\0\0\0WEBP', 'II*\0\x08\0\0\0', 'BM']
    const formats: readonly PhotoFormat[] = ['jpeg', 'png', 'gif', 'webp', 'tiff', 'bmp']
    await fc.assert(
      fc.asyncProperty(fc.nat(5), fc.uint8Array({ minLength: 1, maxLength: 200 }), async (which, tail) => {
        const found = await readPhoto(
          save(Buffer.concat([Buffer.from(heads[which]!, 'latin1'), tail])),
          formats[which]!,
          [],
          { modifiedMs: 0, contentHash: '' }
        )
        expect('kind' in found ? found.reason.endsWith('.') : found.pixels.rgb.length > 0).toBe(true)
      }),
      { numRuns: 60 }
    )
  })
})

describe('a picture from outside', () => {
  test('is decoded like a file', async () => {
    const opened = await decodeBytes(await (await drawQuarters(800, 400)).png().toBuffer())
    if ('kind' in opened) throw new Error(opened.reason)
    expect([opened.widthPx, opened.heightPx, opened.pixels.widthPx, opened.pixels.heightPx]).toEqual([
      800, 400, 512, 256
    ])
    expect(quarterError(opened.pixels)).toBeLessThan(3)
    expect((await sharp(opened.thumbnail.jpeg).metadata()).format).toBe('jpeg')
  })

  test('that is none has a reason', async () => {
    expect(await decodeBytes(Buffer.from('<!doctype html><p>x'))).toMatchObject({
      code: 'unsupported-format',
      reason: 'What was dropped or pasted is a web page, not a picture that Reverie can read.'
    })
    expect(await decodeBytes(new Uint8Array(0))).toMatchObject({ code: 'empty-file' })
  })
})

test('the content hash is sha256', async () => {
  expect(await hashFile(save(Buffer.from('abc')))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  )
})
