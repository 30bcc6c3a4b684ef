import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
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

  test('the default language before others, every level of a hierarchy, time and place', () => {
    expect(read(withSegments(plain, [xmpSegment(xmpPacket(properties))]))).toMatchObject({
      title: 'Harbour',
      description: 'Boats & gulls\n\nHafen',
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
    expect(metadata.description).toBe('Boats & gulls\n\nHafen')
    expect(metadata.keywords).toEqual(['Boat', 'gull', 'Places', 'Harbour', 'People', 'Anna'])
  })
})

const alt = (name: string, text: string): string => `<${name}><rdf:Alt><rdf:li>${text}</rdf:li></rdf:Alt></${name}>`

test('a PNG of ImageMagick has the blocks of a JPEG as hexadecimal text, and its own creation time', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64'
  )
  const chunk = (type: string, body: Buffer): Buffer => {
    const head = Buffer.from([0, 0, 0, 0, ...Buffer.from(type)])
    head.writeUInt32BE(body.length)
    return Buffer.concat([head, body, Buffer.alloc(4)])
  }
  const withText = (...texts: [string, Buffer | string][]): Uint8Array =>
    Buffer.concat([
      png.subarray(0, 33),
      ...texts.map(([name, text]) => chunk('zTXt', Buffer.concat([Buffer.from(`${name}\0\0`), deflateSync(text)]))),
      png.subarray(33)
    ])
  const profile = (kind: string, bytes: Uint8Array): [string, string] => [
    `Raw profile type ${kind}`,
    `\n${kind}\n${String(bytes.length).padStart(8)}\n${Buffer.from(bytes).toString('hex').replace(/.{72}/g, '$&\n')}\n`
  ]
  const lanterns = tiffBlock({ main: { 0x010e: ascii('Paper lanterns') }, exif: taken })
  expect(
    read(
      withText(
        profile('exif', Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), lanterns])),
        profile('iptc', iptcSegment(iptcBlock([[25, 'canal']])).body.subarray(14)),
        profile('xmp', Buffer.from(xmpPacket(alt('dc:title', 'Evening'))))
      ),
      { format: 'png' }
    )
  ).toMatchObject({ title: 'Evening', description: 'Paper lanterns', keywords: ['canal'], date: { source: 'exif' } })
  for (const [text, local] of [
    ['Sun, 22 Dec 2019 18:04:05 +0100', Date.UTC(2019, 11, 22, 18, 4, 5)],
    ['2019:12:22 18:04:05', Date.UTC(2019, 11, 22, 18, 4, 5)]
  ] as const)
    expect(read(withText(['Creation Time', text]), { format: 'png' }).date).toMatchObject({
      localMs: local,
      source: 'document'
    })
  expect(read(withText(['parameters', 'a lighthouse at dusk, oil']), { format: 'png' }).description).toBe(
    'a lighthouse at dusk, oil'
  )
  for (const broken of ['', 'exif', '\nexif\n 99\nzz', '\nexif\n 4\n0'])
    expect(read(withText(['Raw profile type exif', broken]), { format: 'png' }).description).toBeNull()
})

describe('what XMP says of who, where and what', () => {
  const embedded = (properties: string): PhotoMetadata => read(withSegments(plain, [xmpSegment(xmpPacket(properties))]))
  const coordinate = (axis: string, value: string, reference = ''): string =>
    `<exif:GPS${axis}>${value}</exif:GPS${axis}>${reference === '' ? '' : `<exif:GPS${axis}Ref>${reference}</exif:GPS${axis}Ref>`}`

  test.each([
    ['Apple’s Photos', ['44.5', 'N'], ['68.25', 'W'], [44.5, -68.25]],
    ['words', ['33.9', 'South'], ['70.75', ' West'], [-33.9, -70.75]],
    ['a sign, and the letter too', ['-33.9', 'S'], ['-70.75', 'W'], [-33.9, -70.75]],
    ['a letter in the number, as the specification wants', ['36,48.24S', ''], ['174,43.59E', 'W'], [-36.804, 174.7265]],
    ['a sign that holds for the minutes', ['-36,48.24', ''], ['+174,43.59', ''], [-36.804, 174.7265]],
    ['a sign and a letter in one', ['-33.9S', ''], ['-70.75W', ''], [-33.9, -70.75]],
    ['nothing: north and east', ['33.9', ''], ['70.75', ''], [33.9, 70.75]]
  ] as const)('a place with its hemisphere as %s', (_, latitude, longitude, right) => {
    const found = embedded(
      coordinate('Latitude', latitude[0], latitude[1]) + coordinate('Longitude', longitude[0], longitude[1])
    )
    expect(found.latitude).toBeCloseTo(right[0], 6)
    expect(found.longitude).toBeCloseTo(right[1], 6)
  })

  test('alternative texts, comments and the event are descriptions, and a headline is kept beside a title', () => {
    const metadata = embedded(
      [
        alt('dc:title', 'Morning'),
        alt('Iptc4xmpCore:AltTextAccessibility', 'A heron on a jetty'),
        alt('Iptc4xmpCore:ExtDescrAccessibility', 'It looks at the water.'),
        alt('tiff:ImageDescription', 'Behind the boathouse'),
        alt('exif:UserComment', 'Seen from the ferry'),
        alt('Iptc4xmpExt:Event', 'Visit to Herta'),
        '<photoshop:Headline>Birds of the lake</photoshop:Headline>'
      ].join('')
    )
    expect(metadata.title).toBe('Morning')
    expect(metadata.description?.split('\n\n')).toEqual([
      'A heron on a jetty',
      'It looks at the water.',
      'Behind the boathouse',
      'Seen from the ferry',
      'Visit to Herta',
      'Birds of the lake'
    ])
  })

  test('written places are words of the photo, from properties, structures, IPTC and sidecars', () => {
    const structures = `<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li rdf:parseType="Resource">
        <Iptc4xmpExt:City>Zakopane</Iptc4xmpExt:City>${alt('Iptc4xmpExt:LocationName', 'Morskie Oko')}</rdf:li></rdf:Bag></Iptc4xmpExt:LocationShown>
      <Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li><rdf:Description Iptc4xmpExt:CountryName="Poland" Iptc4xmpExt:CountryCode="POL"/></rdf:li></rdf:Bag></Iptc4xmpExt:LocationCreated>`
    const path = sidecar('place.xmp', xmpPacket('<photoshop:City>Ronda</photoshop:City>'))
    const bytes = withSegments(plain, [
      iptcSegment(
        iptcBlock([
          [90, 'Caprile'],
          [92, 'Malga Ciapela'],
          [95, 'Veneto'],
          [101, 'Italy']
        ])
      ),
      xmpSegment(
        xmpPacket(
          `<photoshop:State>Sogn</photoshop:State><Iptc4xmpCore:Location>Balestrand</Iptc4xmpCore:Location>${structures}`
        )
      )
    ])
    expect(read(bytes, { sidecarPaths: [path] }).keywords.toSorted()).toEqual(
      [
        'Ronda',
        'Balestrand',
        'Sogn',
        'Morskie Oko',
        'Zakopane',
        'Poland',
        'Malga Ciapela',
        'Caprile',
        'Veneto',
        'Italy'
      ].toSorted()
    )
  })

  test('faces and pets by name, as the Metadata Working Group and Microsoft write them; where the camera focused is nobody', () => {
    const region = (name: string, type: string): string =>
      `<rdf:li><rdf:Description mwg-rs:Name="${name}" mwg-rs:Type="${type}"><mwg-rs:Area stArea:x="0.5"/></rdf:Description></rdf:li>`
    const metadata = embedded(`
      <mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>
        ${region('Anna', 'Face')}${region('Rex', 'Pet')}${region('AF', 'Focus')}
        <rdf:li rdf:parseType="Resource"><mwg-rs:Name>Ben</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type></rdf:li>
      </rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
      <MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>
        <rdf:li MPReg:PersonDisplayName="Clara" MPReg:Rectangle="0.1, 0.1, 0.2, 0.2"/>
      </rdf:Bag></MPRI:Regions></MP:RegionInfo>`)
    expect(metadata.keywords).toEqual(['Anna', 'Rex', 'Ben', 'Clara'])
  })

  test('a comment of a JPEG is a description, and that of a program is none', () => {
    const said = (text: string): string | null =>
      read(withSegments(plain, [{ marker: 0xfe, body: Buffer.from(text) }])).description
    expect(said('A dragonfly over the weir')).toBe('A dragonfly over the weir')
    for (const byProgram of [
      'CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90',
      'Intel(R) JPEG Library, version [1.51.12.44]',
      'AppleMark\n',
      'LEAD Technologies Inc. V1.01',
      'File source: https://commons.wikimedia.org/wiki/File:Weir.jpg',
      'JFIF',
      'Adobe ImageReady',
      '<nso="group4.nso">',
      'Trust Corp.',
      'Copyright 1998-2006 A. Person'
    ])
      expect(said(byProgram), byProgram).toBeNull()
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

  const dated = (
    main: Record<number, string>,
    exif: Record<number, string>,
    ...more: ReturnType<typeof exifSegment>[]
  ): Uint8Array => {
    const fields = (texts: Record<number, string>) =>
      Object.fromEntries(Object.entries(texts).map(([tag, text]) => [tag, ascii(text)]))
    return withSegments(plain, [exifSegment(tiffBlock({ main: fields(main), exif: fields(exif) })), ...more])
  }
  const dayOf = (bytes: Uint8Array, given: Given = {}): string => {
    const { localMs, source } = read(bytes, given).date
    return `${new Date(localMs).toISOString().slice(0, 19)} ${source}`
  }

  test('a sidecar corrects the camera’s clock and place; one that says the same moment leaves the place’s own clock', () => {
    const clock = dated({}, { 0x9003: '2007:01:01 00:01:10', 0x9011: '+02:00' })
    const says = (name: string, properties: string): Given => ({ sidecarPaths: [sidecar(name, xmpPacket(properties))] })
    const original = (date: string): string => `<exif:DateTimeOriginal>${date}</exif:DateTimeOriginal>`
    expect(dayOf(clock, says('c1.xmp', original('2016-08-14T15:30:00')))).toBe('2016-08-14T15:30:00 xmp')
    expect(dayOf(clock, says('c2.xmp', '<photoshop:DateCreated>2016-08-14</photoshop:DateCreated>'))).toBe(
      '2016-08-14T00:00:00 xmp'
    )
    expect(dayOf(clock, says('c3.xmp', original('2006-12-31T22:01:10Z')))).toBe('2007-01-01T00:01:10 exif')
    expect(read(clock, says('c4.xmp', original('2007-01-01T00:01:10'))).date.offsetMinutes).toBe(120)
    expect(dayOf(clock, says('c5.xmp', '<xmp:CreateDate>2016-08-14</xmp:CreateDate>'))).toBe('2007-01-01T00:01:10 exif')

    const gps = {
      0x0002: { type: 'rational', values: [48.1, 0, 0] },
      0x0004: { type: 'rational', values: [11.6, 0, 0] }
    } as const
    const placed = withSegments(plain, [exifSegment(tiffBlock({ main: {}, gps }))])
    const elsewhere = '<exif:GPSLatitude>38.72</exif:GPSLatitude><exif:GPSLongitude>-9.14</exif:GPSLongitude>'
    expect(read(placed, says('c6.xmp', elsewhere))).toMatchObject({ latitude: 38.72, longitude: -9.14 })
    expect(read(withSegments(placed, [xmpSegment(xmpPacket(elsewhere))]))).toMatchObject({ latitude: 48.1 })
  })

  test('a scan is of the day of its picture', () => {
    const scan = { 0x9004: '2019:03:04 10:00:00' }
    const created = xmpSegment(xmpPacket('<photoshop:DateCreated>1965-07-18</photoshop:DateCreated>'))
    expect(dayOf(dated({}, scan, created))).toBe('1965-07-18T00:00:00 xmp')
    expect(dayOf(dated({}, scan, iptcSegment(iptcBlock([[55, '19650718']]))))).toBe('1965-07-18T00:00:00 iptc')
    expect(dayOf(dated({}, scan, xmpSegment(xmpPacket('<xmp:CreateDate>2018</xmp:CreateDate>'))))).toBe(
      '2019-03-04T10:00:00 exif'
    )
    expect(dayOf(dated({}, scan))).toBe('2019-03-04T10:00:00 exif')
  })

  test('a clock that was never set counts only when nothing else is known', () => {
    const unset = { 0x9003: '2000:01:01 00:00:12' }
    expect(dayOf(dated({}, unset), { fileName: 'IMG_20190304_121314.jpg' })).toBe('2019-03-04T12:13:14 file-name')
    expect(dayOf(dated({ 0x0132: '2021:05:06 07:08:09' }, unset))).toBe('2021-05-06T07:08:09 exif')
    expect(dayOf(dated({}, unset))).toBe('2000-01-01T00:00:12 exif')
    expect(dayOf(dated({}, { 0x9003: '2000:01:02 00:00:12' }), { fileName: 'IMG_20190304_121314.jpg' })).toBe(
      '2000-01-02T00:00:12 exif'
    )
  })

  test('GPS knows the day where nobody else does, unless its receiver has lost count of the weeks', () => {
    const at = (day: string, changed?: string): Uint8Array =>
      withSegments(plain, [
        exifSegment(
          tiffBlock({
            main: changed === undefined ? {} : { 0x0132: ascii(changed) },
            gps: { 0x001d: ascii(day), 0x0007: { type: 'rational', values: [12, 36, 13] } }
          })
        )
      ])
    expect(dayOf(at('2020:02:13'))).toMatch(/^2020-02-1[234]T\d\d:\d6:13 exif$/)
    expect(dayOf(at('2020:02:13', '2023:09:19 10:00:00'))).toMatch(/^2020-02-1[234]T/)
    expect(dayOf(at('2000:07:01', '2020:02:14 10:00:00'))).toBe('2020-02-14T10:00:00 exif')
    expect(dayOf(at('1980:01:06', '2020:02:14 10:00:00'))).toBe('2020-02-14T10:00:00 exif')
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
