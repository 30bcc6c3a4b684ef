import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  dateInFileName,
  dateOf,
  parseDate,
  parseMailDate,
  parseOffset,
  wallClock
} from '../../../../src/main/engine/stages/library/metadata/date.ts'

const utc = (text: string): number => Date.parse(`${text}Z`)

describe('dates as files write them', () => {
  test.each([
    ['2019:03:04 12:13:14', '2019-03-04T12:13:14', null],
    ['2019-03-04T12:13:14+02:00', '2019-03-04T12:13:14', 120],
    ['2019-03-04T12:13:14.5Z', '2019-03-04T12:13:14.500', 0],
    ['20190304T121314-0330', '2019-03-04T12:13:14', -210],
    ['20190304', '2019-03-04T00:00:00', null],
    ['2019-03', '2019-03-01T00:00:00', null, 'month'],
    ['1931', '1931-01-01T00:00:00', null, 'year'],
    ['2019:03:04 12:13', '2019-03-04T12:13:00', null],
    ['2019:03:04 12:13:14\0\0', '2019-03-04T12:13:14', null],
    ['1993:00:00 00:00:00', '1993-01-01T00:00:00', null, 'year'],
    ['1993:00:00 12:00:00', '1993-01-01T00:00:00', null, 'year'],
    ['1993:06:00 00:00:00', '1993-06-01T00:00:00', null, 'month'],
    ['1993:06:     :  :  ', '1993-06-01T00:00:00', null, 'month'],
    ['1965:  :     :  :  ', '1965-01-01T00:00:00', null, 'year'],
    ['2007: 2: 9  8: 5: 6', '2007-02-09T08:05:06', null],
    ['19930000', '1993-01-01T00:00:00', null, 'year'],
    ['19930600', '1993-06-01T00:00:00', null, 'month']
  ] as const)('%j', (...[text, local, offsetMinutes, precision]: readonly [string, string, number | null, string?]) => {
    const written = { localMs: utc(local), offsetMinutes }
    expect(parseDate(text)).toEqual(precision === undefined ? written : { ...written, precision })
  })

  test.each([
    '0000:00:00 00:00:00',
    '    :  :     :  :  ',
    '2019:02:30 12:00:00',
    '2019:13:01',
    '1812-01-01',
    '2999-01-01',
    'yesterday',
    ''
  ])('%j is no date', text => {
    expect(parseDate(text)).toBeNull()
  })

  test('offset and fractions of a second may stand apart', () => {
    expect(parseDate('2019:03:04 12:13:14', '+05:30', '25 ')).toEqual({
      localMs: utc('2019-03-04T12:13:14.250'),
      offsetMinutes: 330
    })
  })

  test('an offset that no clock on Earth has is absent', () => {
    expect(parseOffset('+25:00')).toBeNull()
    expect(parseOffset('-12:00')).toBe(-720)
  })

  test('whatever is parsed is the date that was written', () => {
    const day = fc.date({ min: new Date('1827-01-01'), max: new Date(), noInvalidDate: true })
    fc.assert(
      fc.property(day, date => {
        const local = Math.floor(date.getTime() / 1000) * 1000
        const text = new Date(local).toISOString()
        expect(parseDate(text.slice(0, 19).replaceAll('-', ':').replace('T', ' '))?.localMs).toBe(local)
        expect(parseDate(text.slice(0, 19))?.localMs).toBe(local)
      })
    )
  })

  test('any text is parsed without an error', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, offset) => {
        const date = parseDate(text, offset, text)
        expect(date === null || Number.isFinite(date.localMs)).toBe(true)
      })
    )
  })
})

describe('dates in file names', () => {
  test.each([
    ['IMG_20190304_121314.jpg', '2019-03-04T12:13:14'],
    ['PXL_20231006_063536303.jpg', '2023-10-06T06:35:36'],
    ['IMG-20190304-WA0001.jpg', '2019-03-04T00:00:00'],
    ['2019-03-04 12.13.14.jpg', '2019-03-04T12:13:14'],
    ['Screenshot 2021-05-06 at 07.08.09.png', '2021-05-06T07:08:09'],
    ['1975-06-21 wedding.tif', '1975-06-21T00:00:00'],
    ['20190304_beach.jpg', '2019-03-04T00:00:00'],
    ['2019-03-04-25-61.jpg', '2019-03-04T00:00:00'],
    ['2021-05-06-07-08-14.jpg', '2021-05-06T07:08:14'],
    ['photo_2021-05-06_07-08-16.jpg', '2021-05-06T07:08:16'],
    ['IMG20210506070809.jpg', '2021-05-06T07:08:09'],
    ['20210506070810.jpg', '2021-05-06T07:08:10'],
    ['20210506070810123.jpg', '2021-05-06T07:08:10'],
    ['00001IMG_00001_BURST20210506070811.jpg', '2021-05-06T07:08:11'],
    ['DJI_20210506070822_0094_D.jpg', '2021-05-06T07:08:22'],
    ['Pasted image 20210503142055.png', '2021-05-03T14:20:55'],
    ['202105031420 letter.png', '2021-05-03T14:20:00'],
    ['Screenshot 2021-05-06 at 7.08.13 PM.jpg', '2021-05-06T19:08:13'],
    ['Screenshot 2021-05-06 at 12.08.13\u202fAM.png', '2021-05-06T00:08:13'],
    ['WhatsApp Image 2021-05-06 at 7.08.13 PM (1).jpeg', '2021-05-06T19:08:13'],
    ['6.5.2021 garden.jpg', '2021-05-06T00:00:00'],
    ['Photo 06.05.21 garden.jpg', '2021-05-06T00:00:00'],
    ['Oma 24.12.68.jpg', '1968-12-24T00:00:00']
  ])('%s', (name, local) => {
    expect(dateInFileName(name)).toEqual({ localMs: utc(local), offsetMinutes: null })
  })

  test.each([
    'DSC00019.jpg',
    '20191304.jpg',
    '120190304999.jpg',
    '1234-5678.jpg',
    'P1010001.jpg',
    'beach.jpg',
    '2019.jpg',
    'v1.2.21.png',
    'release 3.1.20.4.png',
    '31.2.2021.png',
    '20211332070809.jpg',
    '0905123456.jpg',
    '1620284891 invoice.jpg',
    '9999999999999.jpg'
  ])('%s has none', name => {
    expect(dateInFileName(name)).toBeNull()
  })
})

test.each(['1620284891234.jpg', 'FB_IMG_1620284891000.jpg', 'mmexport1620284891123.jpg', '1620284891.jpg'])(
  '%s is named by the moment since 1970, shown by the clock on the wall',
  name => {
    expect(dateInFileName(name)).toEqual({ localMs: wallClock(1620284891000), offsetMinutes: null })
  }
)

test.each([
  ['Sun, 22 Dec 2019 18:04:05 +0100', '2019-12-22T18:04:05', 60],
  ['22 December 2019 18:04 GMT', '2019-12-22T18:04:00', 0],
  ['Sun, 22 Dec 2019 18:04:05', '2019-12-22T18:04:05', null]
])('%s, as mail writes it', (text, local, offsetMinutes) => {
  expect(parseMailDate(text)).toEqual({ localMs: utc(local), offsetMinutes })
  expect(parseMailDate(text.replace('22', '32'))).toBeNull()
})

test('the thirtieth of February does not exist', () => {
  expect(dateOf(2020, 2, 29)).toBe(Date.UTC(2020, 1, 29))
  expect(dateOf(2021, 2, 29)).toBeNull()
})

test('a moment in UTC is shown as the clock on the wall showed it', () => {
  const moment = new Date(2021, 4, 6, 7, 8, 9)
  expect(wallClock(moment.getTime())).toBe(Date.UTC(2021, 4, 6, 7, 8, 9))
})
