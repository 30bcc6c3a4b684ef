import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  dateInFileName,
  dateOf,
  parseDate,
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
    ['2019-03', '2019-03-01T00:00:00', null],
    ['1931', '1931-01-01T00:00:00', null],
    ['2019:03:04 12:13', '2019-03-04T12:13:00', null],
    ['2019:03:04 12:13:14\0\0', '2019-03-04T12:13:14', null]
  ])('%j', (text, local, offsetMinutes) => {
    expect(parseDate(text)).toEqual({ localMs: utc(local), offsetMinutes })
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
    ['2019-03-04-25-61.jpg', '2019-03-04T00:00:00']
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
    '2019.jpg'
  ])('%s has none', name => {
    expect(dateInFileName(name)).toBeNull()
  })
})

test('the thirtieth of February does not exist', () => {
  expect(dateOf(2020, 2, 29)).toBe(Date.UTC(2020, 1, 29))
  expect(dateOf(2021, 2, 29)).toBeNull()
})

test('a moment in UTC is shown as the clock on the wall showed it', () => {
  const moment = new Date(2021, 4, 6, 7, 8, 9)
  expect(wallClock(moment.getTime())).toBe(Date.UTC(2021, 4, 6, 7, 8, 9))
})
