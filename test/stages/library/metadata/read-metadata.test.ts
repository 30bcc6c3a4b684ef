import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PhotoFormat, PhotoMetadata } from '../../../../src/main/engine/base/domain.ts'
import { bytesOf } from '../../../../src/main/engine/stages/library/metadata/bytes.ts'
import { readMetadata } from '../../../../src/main/engine/stages/library/metadata/read-metadata.ts'
import { exifSegment, iptcBlock, iptcSegment, tiffBlock, withSegments, xmpPacket, xmpSegment } from './drawn-blocks.ts'

let plain: Uint8Array
let folder: string

beforeAll(async () => {
  plain = await sharp({ create: { width: 16, height: 8, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer()
  folder = mkdtempSync(join(tmpdir(), 'reverie-metadata-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

const modifiedMs = new Date(2022, 0, 2, 3, 4, 5).getTime()

interface Given {
  readonly format?: PhotoFormat
  readonly fileName?: string
  readonly sidecarPaths?: readonly string[]
}

function read(
  bytes: Uint8Array,
  { format = 'jpeg', fileName = 'beach.jpg', sidecarPaths = [] }: Given = {}
): PhotoMetadata {
  return readMetadata(bytesOf(bytes), format, { fileName, modifiedMs, sidecarPaths })
}

function sidecar(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const ascii = (values: string): { type: 'ascii'; values: string } => ({ type: 'ascii', values })
const taken = { 0x9003: ascii('2021:05:06 07:08:09'), 0x9011: ascii('+02:00') }

describe('EXIF', () => {
  test.each([true, false])(
    'camera, lens, time with offset and place, in either byte order (little endian: %s)',
    littleEndian => {
      const block = tiffBlock({
        littleEndian,
        main: { 0x010f: ascii('Canon'), 0x0110: ascii('Canon EOS R5'), 0x010e: ascii('A red door') },
        exif: { ...taken, 0xa434: ascii('RF50mm F1.2 L USM') },
        gps: {
          0x0001: ascii('S'),
          0x0002: { type: 'rational', values: [33, 51, 24] },
          0x0003: ascii('E'),
          0x0004: { type: 'rational', values: [151, 12, 54] }
        }
      })
      const metadata = read(withSegments(plain, [exifSegment(block)]))
      expect(metadata).toMatchObject({
        camera: 'Canon EOS R5',
        lens: 'RF50mm F1.2 L USM',
        description: 'A red door',
        title: null,
        date: { localMs: Date.UTC(2021, 4, 6, 7, 8, 9), offsetMinutes: 120, source: 'exif' }
      })
      expect(metadata.latitude).toBeCloseTo(-33.8567, 3)
      expect(metadata.longitude).toBeCloseTo(151.215, 3)
    }
  )

  test('sharp’s own EXIF reads the same from JPEG, PNG, WebP and AVIF', async () => {
    const drawn = sharp({ create: { width: 16, height: 8, channels: 3, background: '#888' } }).withExif({
      IFD0: { Make: 'NIKON CORPORATION', Model: 'NIKON D850', ImageDescription: 'A red door' },
      IFD2: { DateTimeOriginal: '2020:02:29 10:11:12' }
    })
    for (const format of ['jpeg', 'png', 'webp', 'avif'] as const) {
      const metadata = read(await drawn.clone().toFormat(format).toBuffer(), { format })
      expect(metadata, format).toMatchObject({
        camera: 'NIKON D850',
        description: 'A red door',
        date: { localMs: Date.UTC(2020, 1, 29, 10, 11, 12) }
      })
    }
  })

  test('Windows’ title, comment and keywords are UTF-16', () => {
    const wide = (text: string): { type: 'byte'; values: Uint8Array } => ({
      type: 'byte',
      values: Buffer.from(`${text}\0`, 'utf16le')
    })
    const block = tiffBlock({
      main: { 0x9c9b: wide('Título'), 0x9c9c: wide('Комментарий'), 0x9c9e: wide('sea;boat; sea') }
    })
    expect(read(withSegments(plain, [exifSegment(block)]))).toMatchObject({
      title: 'Título',
      description: 'Комментарий',
      keywords: ['sea', 'boat']
    })
  })

  test.each([
    ['ASCII\0\0\0', Buffer.from('At the lake'), 'At the lake'],
    ['UNICODE\0', Buffer.from('Am See, früh', 'utf16le'), 'Am See, früh'],
    ['UNICODE\0', Buffer.from('Am See, früh', 'utf16le').swap16(), 'Am See, früh'],
    ['JIS\0\0\0\0\0', Buffer.from('\x1b$B<L??\x1b(B', 'latin1'), '写真'],
    ['\0\0\0\0\0\0\0\0', Buffer.from('Käfer', 'utf8'), 'Käfer']
  ])('a user comment in %j', (charset, text, expected) => {
    const values = Buffer.concat([Buffer.from(charset, 'latin1'), text])
    const block = tiffBlock({ main: {}, exif: { 0x9286: { type: 'undefined', values } } })
    expect(read(withSegments(plain, [exifSegment(block)])).description).toBe(expected)
  })

  test('an EXIF block of more than one segment is put together', () => {
    const block = tiffBlock({ main: { 0x010e: ascii('x'.repeat(70_000)) } })
    const bytes = withSegments(plain, [exifSegment(block.subarray(0, 60_000)), exifSegment(block.subarray(60_000))])
    expect(read(bytes).description).toHaveLength(10_000)
  })

  test('0° 0°, and degrees that do not exist, are no place', () => {
    const at = (latitude: number, longitude: number): PhotoMetadata => {
      const gps = {
        0x0002: { type: 'rational', values: [latitude, 0, 0] },
        0x0004: { type: 'rational', values: [longitude, 0, 0] }
      } as const
      return read(withSegments(plain, [exifSegment(tiffBlock({ main: {}, gps }))]))
    }
    expect(at(0, 0)).toMatchObject({ latitude: null, longitude: null })
    expect(at(95, 10)).toMatchObject({ latitude: null, longitude: null })
    expect(at(0, 10)).toMatchObject({ latitude: 0, longitude: 10 })
  })
})

test('a TIFF keeps EXIF, IPTC and XMP in its own directory', () => {
  const block = tiffBlock({
    main: {
      0x010f: ascii('EPSON'),
      0x0110: ascii('Perfection V600'),
      0x02bc: {
        type: 'byte',
        values: Buffer.from(xmpPacket('<dc:title><rdf:Alt><rdf:li>Letter</rdf:li></rdf:Alt></dc:title>'))
      },
      0x83bb: { type: 'undefined', values: iptcBlock([[25, 'scan']]) }
    },
    exif: taken
  })
  expect(read(block, { format: 'tiff' })).toMatchObject({
    camera: 'EPSON Perfection V600',
    title: 'Letter',
    keywords: ['scan'],
    date: { source: 'exif' }
  })
})

describe('IPTC', () => {
  const sets = [
    [5, 'Goldene Stunde'],
    [25, 'Käfer'],
    [25, 'Wiese'],
    [55, '20180102'],
    [60, '030405+0100'],
    [120, 'Ein Käfer auf der Wiese']
  ] as const

  test.each(['utf8', 'latin1'] as const)('title, caption, keywords and date in %s', encoding => {
    expect(read(withSegments(plain, [iptcSegment(iptcBlock(sets, encoding))]))).toMatchObject({
      title: 'Goldene Stunde',
      description: 'Ein Käfer auf der Wiese',
      keywords: ['Käfer', 'Wiese'],
      date: { localMs: Date.UTC(2018, 0, 2, 3, 4, 5), offsetMinutes: 60, source: 'iptc' }
    })
  })
})

describe('XMP', () => {
  const properties = `
    <dc:title><rdf:Alt><rdf:li xml:lang="de">Hafen</rdf:li><rdf:li xml:lang="x-default">Harbour</rdf:li></rdf:Alt></dc:title>
    <dc:description><rdf:Alt><rdf:li xml:lang="x-default">Boats &amp; gulls</rdf:li></rdf:Alt></dc:description>
    <dc:subject><rdf:Bag><rdf:li>boat</rdf:li></rdf:Bag></dc:subject>
    <lr:hierarchicalSubject><rdf:Bag><rdf:li>Places|Harbour</rdf:li></rdf:Bag></lr:hierarchicalSubject>
    <digiKam:TagsList><rdf:Seq><rdf:li>People/Anna</rdf:li></rdf:Seq></digiKam:TagsList>
    <exif:DateTimeOriginal>2017-06-05T04:03:02-05:00</exif:DateTimeOriginal>
    <exif:GPSLatitude>53,32.5N</exif:GPSLatitude><exif:GPSLongitude>9,59.0W</exif:GPSLongitude>`

  test('the default language, every level of a hierarchy, time and place', () => {
    expect(read(withSegments(plain, [xmpSegment(xmpPacket(properties))]))).toMatchObject({
      title: 'Harbour',
      description: 'Boats & gulls',
      keywords: ['boat', 'Places', 'Harbour', 'People', 'Anna'],
      date: { localMs: Date.UTC(2017, 5, 5, 4, 3, 2), offsetMinutes: -300, source: 'xmp' },
      latitude: 53 + 32.5 / 60,
      longitude: -(9 + 59 / 60)
    })
  })

  test('a packet that sharp embeds is read from every format that has one', async () => {
    const drawn = sharp({ create: { width: 16, height: 8, channels: 3, background: '#888' } }).withXmp(
      xmpPacket(properties)
    )
    for (const format of ['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)
      expect(read(await drawn.clone().toFormat(format).toBuffer(), { format }).title, format).toBe('Harbour')
  })

  test('a sidecar is what a person edited last: its title wins, its keywords are added', () => {
    const bytes = withSegments(plain, [xmpSegment(xmpPacket(properties))])
    const path = sidecar(
      'beach.xmp',
      xmpPacket(
        '<dc:title><rdf:Alt><rdf:li>New harbour</rdf:li></rdf:Alt></dc:title><dc:subject><rdf:Bag><rdf:li>Boat</rdf:li><rdf:li>gull</rdf:li></rdf:Bag></dc:subject>'
      )
    )
    const metadata = read(bytes, { sidecarPaths: [path] })
    expect(metadata.title).toBe('New harbour')
    expect(metadata.description).toBe('Boats & gulls')
    expect(metadata.keywords).toEqual(['Boat', 'gull', 'Places', 'Harbour', 'People', 'Anna'])
  })
})

describe('descriptions in several places', () => {
  test('copies, also cut ones and ones with lost accents, are one', () => {
    const block = tiffBlock({ main: { 0x010e: ascii('Caf? au lait in Orl?ans') } })
    const bytes = withSegments(plain, [
      exifSegment(block),
      iptcSegment(iptcBlock([[120, 'Café au lait']])),
      xmpSegment(
        xmpPacket('<dc:description><rdf:Alt><rdf:li>Café au lait in Orléans</rdf:li></rdf:Alt></dc:description>')
      )
    ])
    expect(read(bytes).description).toBe('Café au lait in Orléans')
  })

  test('different ones are both kept', () => {
    const bytes = withSegments(plain, [
      exifSegment(tiffBlock({ main: { 0x010e: ascii('Grandmother, left') } })),
      iptcSegment(iptcBlock([[120, 'Summer 1975']]))
    ])
    expect(read(bytes).description).toBe('Summer 1975\n\nGrandmother, left')
  })

  test('camera boilerplate is none', () => {
    const block = tiffBlock({
      main: {
        0x010e: ascii('OLYMPUS DIGITAL CAMERA         '),
        0x010f: ascii('OLYMPUS IMAGING CORP.  '),
        0x0110: ascii('TG-830')
      }
    })
    expect(read(withSegments(plain, [exifSegment(block)]))).toMatchObject({
      description: null,
      title: null,
      camera: 'OLYMPUS TG-830'
    })
  })
})

describe('Google Takeout', () => {
  const takeout = {
    title: 'beach.jpg',
    description: 'The last day',
    photoTakenTime: { timestamp: '1551701594' },
    geoData: { latitude: 0.0, longitude: 0.0 },
    geoDataExif: { latitude: 48.85, longitude: 2.29 },
    people: [{ name: 'Anna' }]
  }

  test('description, people, place and time; its title is the file name', () => {
    const metadata = read(plain, { sidecarPaths: [sidecar('beach.jpg.json', JSON.stringify(takeout))] })
    expect(metadata).toMatchObject({
      title: null,
      description: 'The last day',
      keywords: ['Anna'],
      latitude: 48.85,
      longitude: 2.29
    })
    const moment = new Date(1551701594000)
    const wall = Date.UTC(
      moment.getFullYear(),
      moment.getMonth(),
      moment.getDate(),
      moment.getHours(),
      moment.getMinutes(),
      moment.getSeconds()
    )
    expect(metadata.date).toEqual({ localMs: wall, offsetMinutes: null, source: 'takeout' })
  })

  test.each(['', '{', '[]', 'null', '{"photoTakenTime":{"timestamp":"x"},"people":[1,{}],"geoData":7}'])(
    '%j says nothing',
    content => {
      expect(read(plain, { sidecarPaths: [sidecar('odd.json', content)] })).toMatchObject({
        description: null,
        keywords: [],
        latitude: null,
        date: { source: 'file' }
      })
    }
  )
})

describe('which date', () => {
  test('EXIF beats XMP beats IPTC beats the name beats the file', () => {
    const exif = exifSegment(tiffBlock({ main: {}, exif: taken }))
    const unset = exifSegment(
      tiffBlock({ main: { 0x0132: ascii('2021:01:01 00:00:00') }, exif: { 0x9003: ascii('0000:00:00 00:00:00') } })
    )
    const xmp = xmpSegment(xmpPacket('<photoshop:DateCreated>2016</photoshop:DateCreated>'))
    const iptc = iptcSegment(iptcBlock([[55, '20150101']]))
    const source = (bytes: Uint8Array, fileName?: string): string =>
      read(bytes, fileName === undefined ? {} : { fileName }).date.source
    expect(source(withSegments(plain, [exif, xmp, iptc]))).toBe('exif')
    expect(source(withSegments(plain, [unset, xmp, iptc]))).toBe('xmp')
    expect(source(withSegments(plain, [unset, iptc]), 'IMG_20190304_121314.jpg')).toBe('iptc')
    expect(source(withSegments(plain, [unset]), 'IMG_20190304_121314.jpg')).toBe('file-name')
    expect(source(plain)).toBe('file')
    expect(read(plain).date.localMs).toBe(Date.UTC(2022, 0, 2, 3, 4, 5))
  })

  test('EXIF’s time of last change only when nothing better is known', () => {
    const bytes = withSegments(plain, [exifSegment(tiffBlock({ main: { 0x0132: ascii('2021:01:01 00:00:00') } }))])
    expect(read(bytes).date).toEqual({ localMs: Date.UTC(2021, 0, 1), offsetMinutes: null, source: 'exif' })
  })
})

describe('hostile files', () => {
  const formats: readonly PhotoFormat[] = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'heic', 'avif', 'raw', 'bmp']
  const heads = [
    '',
    '\xff\xd8\xff\xe1',
    '\x89PNG\r\n\x1a\n',
    'RIFF\0\0\0\0WEBP',
    'GIF89a',
    'II*\0\x08\0\0\0',
    'MM\0*\0\0\0\x08',
    '\0\0\0\x18ftypheic',
    'FUJIFILMCCD-RAW '
  ]

  test('any bytes in any format are read without an error', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...formats),
        fc.constantFrom(...heads),
        fc.uint8Array({ maxLength: 400 }),
        (format, head, tail) => {
          expect(read(Buffer.concat([Buffer.from(head, 'latin1'), tail]), { format }).date.source).toBeDefined()
        }
      ),
      { numRuns: 500 }
    )
  })

  test('a real block with any bytes changed is read without an error', () => {
    const block = tiffBlock({
      main: { 0x010e: ascii('A red door') },
      exif: taken,
      gps: { 0x0002: { type: 'rational', values: [1, 2, 3] } }
    })
    const whole = withSegments(plain, [
      exifSegment(block),
      iptcSegment(iptcBlock([[120, 'x']])),
      xmpSegment(xmpPacket('<dc:title>x</dc:title>'))
    ])
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), changes => {
        const bytes = Uint8Array.from(whole)
        for (const [at, value] of changes) bytes[at] = value
        expect(read(bytes).keywords.length).toBeLessThanOrEqual(300)
      }),
      { numRuns: 500 }
    )
  })

  test('directories that point at each other end', () => {
    const loop = Buffer.from(tiffBlock({ main: { 0x0100: { type: 'short', values: [1] } } }))
    const first = loop.readUInt32LE(4)
    loop.writeUInt32LE(first, first + 2 + 12) // the next directory is the same one
    expect(read(loop, { format: 'tiff' }).camera).toBeNull()
  })
})
