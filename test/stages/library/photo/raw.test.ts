import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exiftoolPath } from 'exiftool-vendored'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesOf } from '../../../../src/main/engine/stages/library/metadata/bytes.ts'
import { isOrdinaryJpeg, previewSpans } from '../../../../src/main/engine/stages/library/photo/raw.ts'
import { closePhotoReaders, readPhoto } from '../../../../src/main/engine/stages/library/photo/read-photo.ts'
import { describeWithData } from '../../../tools/shared-data.ts'
import { tiffBlock } from '../metadata/drawn-blocks.ts'
import { drawQuarters, quarterError, storedFor } from './drawn-photo.ts'

/** What runs ExifTool outside Windows. */
const hasPerl = spawnSync('perl', ['-v']).status === 0

let folder: string
let jpeg: Buffer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reverie-raw-'))
  jpeg = await (await drawQuarters(900, 600)).jpeg().toBuffer()
})
afterAll(async () => {
  await closePhotoReaders()
  rmSync(folder, { recursive: true })
})

async function read(path: string): Promise<Exclude<Awaited<ReturnType<typeof readPhoto>>, { kind: 'failure' }>> {
  const found = await readPhoto(path, 'raw', [], { modifiedMs: 0, contentHash: '' })
  if ('kind' in found) throw new Error(`${found.code}: ${found.reason}`)
  return found
}

function save(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

const long = (...values: number[]): { type: 'long'; values: number[] } => ({ type: 'long', values })
const short = (...values: number[]): { type: 'short'; values: number[] } => ({ type: 'short', values })
const ascii = (values: string): { type: 'ascii'; values: string } => ({ type: 'ascii', values })

/** A block and a JPEG behind it; `fields` gets the place of the JPEG. The block's length does not depend on it. */
function around(preview: Uint8Array, fields: (start: number) => Parameters<typeof tiffBlock>[0]): Buffer {
  const start = tiffBlock(fields(0)).length
  return Buffer.concat([tiffBlock(fields(start)), preview])
}

describe('previews in the places where makers keep them', () => {
  test('a child directory, as in NEF, ARW, SRW; the RAW file’s orientation turns it', async () => {
    const stored = await (await storedFor(6, 900, 600)).jpeg().toBuffer()
    const nef = around(stored, start => ({
      main: { 0x0110: ascii('NIKON D850'), 0x0112: short(6), 0x00fe: long(1) },
      exif: { 0x9003: ascii('2021:05:06 07:08:09') },
      child: { 0x0201: long(start), 0x0202: long(stored.length) }
    }))
    const { reading, pixels } = await read(save('a.nef', nef))
    expect([reading.widthPx, reading.heightPx]).toEqual([900, 600])
    expect(quarterError(pixels)).toBeLessThan(12)
    expect(reading.metadata).toMatchObject({ camera: 'NIKON D850', date: { source: 'exif' } })
  })

  test('a preview that has an orientation of its own is turned by that alone', async () => {
    const stored = await (await storedFor(8, 900, 600)).withMetadata({ orientation: 8 }).jpeg().toBuffer()
    const file = around(stored, start => ({
      main: { 0x0112: short(8), 0x0201: long(start), 0x0202: long(stored.length) }
    }))
    expect(quarterError((await read(save('b.arw', file))).pixels)).toBeLessThan(12)
  })

  test('one strip of JPEG, as in DNG and CR2', async () => {
    const file = around(jpeg, start => ({
      main: { 0xc612: { type: 'byte', values: [1, 4, 0, 0] } },
      child: { 0x0103: short(7), 0x0111: long(start), 0x0117: long(jpeg.length) }
    }))
    expect(quarterError((await read(save('c.dng', file))).pixels)).toBeLessThan(12)
  })

  test('Panasonic’s own tag', async () => {
    const file = tiffBlock({ main: { 0x002e: { type: 'undefined', values: jpeg } }, magic: 0x55 })
    expect(quarterError((await read(save('d.rw2', file))).pixels)).toBeLessThan(12)
  })

  test('Fujifilm’s header', async () => {
    const head = Buffer.alloc(160)
    head.write('FUJIFILMCCD-RAW 0201FF129502', 0, 'latin1')
    head.writeUInt32BE(160, 84)
    head.writeUInt32BE(jpeg.length, 88)
    expect(quarterError((await read(save('e.raf', Buffer.concat([head, jpeg])))).pixels)).toBeLessThan(12)
  })

  test('Canon’s boxes: a preview, and EXIF in blocks of its own', async () => {
    const box = (type: string, ...content: Uint8Array[]): Buffer => {
      const body = Buffer.concat(content)
      const head = Buffer.alloc(8)
      head.writeUInt32BE(body.length + 8, 0)
      head.write(type, 4, 'latin1')
      return Buffer.concat([head, body])
    }
    const id = (hex: string): Buffer => Buffer.from(hex, 'hex')
    const stored = await (await storedFor(6, 900, 600)).jpeg().toBuffer()
    const size = Buffer.alloc(16)
    size.writeUInt32BE(stored.length, 12)
    const main = tiffBlock({ main: { 0x010f: ascii('Canon'), 0x0110: ascii('Canon EOS R5'), 0x0112: short(6) } })
    const exif = tiffBlock({ main: { 0x9003: ascii('2021:05:06 07:08:09') } })
    const file = Buffer.concat([
      box('ftyp', Buffer.from('crx \0\0\0\x01crx isom', 'latin1')),
      box('moov', box('uuid', id('85c0b687820f11e08111f4ce462b6a48'), box('CMT1', main), box('CMT2', exif))),
      box('uuid', id('eaf42b5e1c984b88b9fbb7dc406e4d16'), Buffer.alloc(8), box('PRVW', size, stored))
    ])
    const { reading, pixels } = await read(save('h.cr3', file))
    expect(quarterError(pixels)).toBeLessThan(12)
    expect(reading.metadata).toMatchObject({
      camera: 'Canon EOS R5',
      date: { localMs: Date.UTC(2021, 4, 6, 7, 8, 9), source: 'exif' }
    })
  })

  test('Olympus’ maker note', async () => {
    const note = Buffer.alloc(12 + 18 + 30)
    note.write('OLYMPUS\0II\x03\0', 0, 'latin1')
    const field = (at: number, tag: number, type: number, value: number): void => {
      note.writeUInt16LE(tag, at)
      note.writeUInt16LE(type, at + 2)
      note.writeUInt32LE(1, at + 4)
      note.writeUInt32LE(value, at + 8)
    }
    note.writeUInt16LE(1, 12)
    field(14, 0x2020, 13, 30)
    note.writeUInt16LE(2, 30)
    field(32, 0x0101, 4, note.length)
    field(44, 0x0102, 4, jpeg.length)
    const file = Buffer.from(
      tiffBlock({ main: {}, exif: { 0x927c: { type: 'undefined', values: Buffer.concat([note, jpeg]) } } })
    )
    file.write('IIRO', 0, 'latin1')
    expect(quarterError((await read(save('i.orf', file))).pixels)).toBeLessThan(12)
  })

  test('the largest is taken, and the next where it is damaged', async () => {
    const small = await (await drawQuarters(300, 200)).jpeg().toBuffer()
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
    const broken = Buffer.concat([jpeg.subarray(0, frame + 19), Buffer.alloc(jpeg.length)])
    const both = Buffer.concat([broken, small])
    const file = around(both, start => ({
      main: { 0x0201: long(start), 0x0202: long(broken.length) },
      child: { 0x0201: long(start + broken.length), 0x0202: long(small.length) }
    }))
    expect((await read(save('f.nef', file))).reading.widthPx).toBe(300)
  })
})

test('a lossless JPEG is sensor data, not a preview', () => {
  const lossless = Buffer.from(jpeg)
  const frame = lossless.indexOf(Buffer.from([0xff, 0xc0]))
  lossless[frame + 1] = 0xc3
  expect(isOrdinaryJpeg(bytesOf(jpeg))).toBe(true)
  expect(isOrdinaryJpeg(bytesOf(lossless))).toBe(false)
})

test('a RAW file without a preview says so', async () => {
  const path = save('g.nef', tiffBlock({ main: { 0x0110: ascii('NIKON D850') } }))
  expect(await readPhoto(path, 'raw', [], { modifiedMs: 0, contentHash: '' })).toMatchObject({ code: 'no-preview' })
})

describeWithData(
  'files of real cameras, into which ExifTool has written a preview',
  ['formats', 'exiftool_makers', 'exiftool_t_images'],
  makers => {
    const exiftool = async (...args: string[]): Promise<void> => {
      execFileSync('perl', [await exiftoolPath(), '-q', '-m', '-overwrite_original', ...args])
    }

    test.skipIf(!hasPerl).each([
      ['Nikon.nef', 'JpgFromRaw', true],
      ['Nikon.nef', 'PreviewImage', false],
      ['DNG.dng', 'PreviewImage', true],
      ['CanonRaw.crw', 'JpgFromRaw', false]
    ])('%s, %s (found without ExifTool: %s)', async (name, tag, isDirect) => {
      const preview = save('preview.jpg', jpeg)
      const path = join(folder, `${tag}-${name}`)
      copyFileSync(join(makers, name), path)
      await exiftool(`-${tag}<=${preview}`, path)
      const { reading, pixels } = await read(path)
      expect([reading.widthPx, reading.heightPx]).toEqual([900, 600])
      expect(quarterError(pixels)).toBeLessThan(12)
      expect(previewSpans(bytesOf(readFileSync(path))).length > 0).toBe(isDirect)
    })
  }
)
