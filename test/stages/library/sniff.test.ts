import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { sniff, type Sniffed } from '../../../src/main/engine/stages/library/sniff.ts'
import { otherFile } from '../../../src/main/engine/stages/library/photo/other-file.ts'
import { tiffBlock } from './metadata/drawn-blocks.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const isoMedia = (...brands: string[]): Uint8Array =>
  bytes(`\0\0\0${String.fromCharCode(8 + 4 * (brands.length + 1))}ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`)
const photo = (format: string): Sniffed => ({ kind: 'photo', format }) as Sniffed
const note = (format: string): Sniffed => ({ kind: 'note', format }) as Sniffed

describe('a picture is known by its bytes, whatever its name', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('%s', async format => {
    const drawn = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123456' } })
      .toFormat(format)
      .toBuffer()
    expect(sniff(drawn, 'notes.txt')).toEqual(photo(format))
  })

  test.each([
    ['BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0', 'bmp'],
    ['FUJIFILMCCD-RAW 0201', 'raw'],
    ['IIU\0\x18\0\0\0\x88\xe7\x74\xd8', 'raw'],
    ['IIRO\x08\0\0\0', 'raw'],
    ['II*\0\x10\0\0\0CR\x02\0', 'raw']
  ])('%j is %s', (head, format) => {
    expect(sniff(bytes(head), 'x')).toEqual(photo(format))
  })

  test('brands tell AVIF, HEIC, CR3 and videos apart', () => {
    expect(sniff(isoMedia('avif', 'mif1'), 'x')).toEqual(photo('avif'))
    expect(sniff(isoMedia('mif1', 'avif'), 'x')).toEqual(photo('avif'))
    expect(sniff(isoMedia('heic', 'mif1'), 'x.jpg')).toEqual(photo('heic'))
    expect(sniff(isoMedia('mif1', 'heic'), 'x')).toEqual(photo('heic'))
    expect(sniff(isoMedia('crx ', 'isom'), 'x')).toEqual(photo('raw'))
    expect(sniff(isoMedia('isom', 'mp42'), 'x')).toEqual({ kind: 'other', what: 'a video' })
  })

  test('a RAW file that is a TIFF inside is told by what only cameras write', () => {
    const ordinary = tiffBlock({ main: { 0x0106: { type: 'short', values: [2] } } })
    const sensor = tiffBlock({ main: { 0x0106: { type: 'short', values: [32803] } } })
    const dng = tiffBlock({ main: { 0xc612: { type: 'byte', values: [1, 4, 0, 0] } } })
    expect(sniff(ordinary, 'scan.tif')).toEqual(photo('tiff'))
    expect(sniff(sensor, 'scan.tif')).toEqual(photo('raw'))
    expect(sniff(dng, 'scan.tif')).toEqual(photo('raw'))
    expect(sniff(ordinary, 'DSC_0001.NEF')).toEqual(photo('raw'))
  })
})

describe('notes', () => {
  test('the name decides between plain texts', () => {
    expect(sniff(bytes('# Monday\nRain.'), 'a.md')).toEqual(note('markdown'))
    expect(sniff(bytes('# Monday\nRain.'), 'a.TXT')).toEqual(note('text'))
    expect(sniff(bytes('<p>Rain</p>'), 'a.html')).toEqual(note('html'))
    expect(sniff(Buffer.from('\ufeffRain', 'utf16le'), 'a.txt')).toEqual(note('text'))
    expect(sniff(bytes('BM is short for many things.'), 'a.txt')).toEqual(note('text'))
  })

  test('a text that is a web page is read as one', () => {
    expect(sniff(bytes('\n<!DOCTYPE html><title>x</title>'), 'a.txt')).toEqual(note('html'))
  })

  test('documents are known by their bytes', () => {
    expect(sniff(bytes('%PDF-1.7'), 'a.md')).toEqual(note('pdf'))
    expect(sniff(bytes('PK\x03\x04\x14\0\0\0\0\0word/document.xml'), 'a.zip')).toEqual(note('docx'))
    expect(sniff(bytes('PK\x03\x04\x14\0\0\0\0\0holiday/1.jpg'), 'a.zip')).toEqual({
      kind: 'other',
      what: 'a ZIP archive'
    })
  })
})

describe('what cannot be read has a name', () => {
  test.each([
    ['<!DOCTYPE html><html><body>404', 'photo.jpg', 'a web page'],
    ['<svg xmlns="http://www.w3.org/2000/svg">', 'logo.png', 'an SVG drawing'],
    ['{"error": "not found"}', 'photo.jpg', 'a JSON file'],
    ['Not found', 'photo.jpg', 'a text'],
    ['\xff\x0a\xfa\x7f', 'x.jxl', 'a JPEG XL picture'],
    ['\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ', 'x.jp2', 'a JPEG 2000 picture'],
    ['8BPS\0\x01', 'x.psd', 'a Photoshop document'],
    ['\x01\x02\x03\0\x05', 'x.jpg', 'of a kind that Reverie does not know'],
    ['', 'x.jpg', 'empty']
  ])('%j in %s is %s', (head, name, what) => {
    expect(sniff(bytes(head), name)).toEqual({ kind: 'other', what })
  })

  test('the reason says what the file is, and what its name promised', () => {
    expect(otherFile('a web page', 'photo.JPG', 'hash')).toEqual({
      kind: 'failure',
      code: 'wrong-content',
      reason: 'This file is a web page, not a picture that Reverie can read, although its name ends in .jpg.',
      contentHash: 'hash'
    })
    expect(otherFile('a JPEG XL picture', 'a.jxl', null)).toMatchObject({ code: 'unsupported-format' })
    expect(otherFile('empty', 'a.md', null)).toMatchObject({ code: 'empty-file' })
  })
})

test('any bytes under any name are sniffed without an error', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('', 'II*\0\x08\0\0\0', 'MM\0*\0\0\0\x08', 'PK\x03\x04', '\0\0\0\x18ftyp', '<'),
      fc.string(),
      (tail, head, name) => {
        expect(['photo', 'note', 'other']).toContain(sniff(Buffer.concat([bytes(head), tail]), name).kind)
      }
    )
  )
})
