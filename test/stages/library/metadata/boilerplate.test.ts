import { describe, expect, test } from 'vitest'
import { isBoilerplate } from '../../../../src/main/engine/stages/library/metadata/boilerplate.ts'

test.each([
  'OLYMPUS DIGITAL CAMERA         ',
  ' DIGITAL CAMERA ',
  'SANYO DIGITAL CAMERA',
  'KONICA MINOLTA DIGITAL CAMERA',
  'SONY DSC',
  'SAMSUNG',
  'Exif_JPEG_PICTURE',
  'Created with GIMP',
  'Created with The GIMP',
  'Processed with VSCO with f2 preset',
  'Adobe Photoshop 7.0',
  'Adobe Photoshop CC 2015 (Macintosh)',
  'IMG-20190304-WA0001',
  'IMG_1234-edited',
  'Kofax PDF Filter - version 3.75.',
  'Screenshot',
  'Screenshot 2021-05-06 at 07.08.09',
  'Bildschirmfoto 2021-05-06 um 07.08.09',
  'IMG_1234',
  'IMG_1234.JPG',
  'DSC00019',
  'P1010001',
  '20190304_121314',
  'DCIM\\100GOPRO\\GOPR0482.JPG',
  'Untitled',
  'null',
  '---',
  '* * *'
])('%j is nobody’s words', words => {
  expect(isBoilerplate(words)).toBe(true)
})

test.each([
  'The day we found the hedgehog',
  'Harvest',
  'June 2004',
  'Blue Square Test File - .jpg',
  'Created with love for grandmother by Anna, Ben and all the children who stayed until the very last day of summer',
  'My first digital camera',
  'Adobe houses in Santa Fe',
  'Apple picking',
  'Picasa',
  'Camera obscura in Edinburgh',
  'Image-Description',
  '写真',
  'P. and S. at the beach',
  'Boeing 747',
  '1984 in Berlin',
  'Photo 1234 of grandma',
  'Scan of a letter'
])('%j is a person’s', words => {
  expect(isBoilerplate(words)).toBe(false)
})

describe('what firmware writes', () => {
  test('its own make or model', () => {
    expect(isBoilerplate('WWL     ', { make: 'WWL     ', model: 'ION230' })).toBe(true)
    expect(isBoilerplate('Canon EOS R5', { make: 'Canon', model: 'EOS R5' })).toBe(true)
  })

  test('part numbers, only where firmware writes', () => {
    expect(isBoilerplate('ICM107B', { isFromCamera: true })).toBe(true)
    expect(isBoilerplate('BMW320', { isFromCamera: false })).toBe(false)
  })
})
