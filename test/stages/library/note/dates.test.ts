import { expect, test } from 'vitest'
import {
  dateFromFile,
  dateFromFileName,
  parseDate,
  parsePdfDate
} from '../../../../src/main/engine/stages/library/note/dates.ts'
import { modifiedMs, note } from './note-file.ts'

const at = (year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number =>
  Date.UTC(year, month - 1, day, hour, minute, second)

test.each([
  ['2021-05-03', at(2021, 5, 3), null],
  ['2021-5-3', at(2021, 5, 3), null],
  ['2021/05/03 14:20', at(2021, 5, 3, 14, 20), null],
  ['2021-05-03T14:20:05Z', at(2021, 5, 3, 14, 20, 5), 0],
  ['2021-05-03T14:20:05.123+05:30', at(2021, 5, 3, 14, 20, 5) + 123, 330],
  ['2021-05-03 14:20:05 -0800', at(2021, 5, 3, 14, 20, 5), -480],
  ['20210503', at(2021, 5, 3), null],
  ['3 May 2021', at(2021, 5, 3), null],
  ['May 3rd, 2021', at(2021, 5, 3), null],
  ['Mon, 03 May 2021 14:20:05 +0200', at(2021, 5, 3, 14, 20, 5), 120]
])('%s is the wall clock of the writer', (written, localMs, offsetMinutes) => {
  expect(parseDate(written, 'document')).toEqual({ localMs, offsetMinutes, source: 'document' })
})

test.each(['', 'soon', '2021-02-30', '2021-13-01', '2021-05-03 25:00', '99999999', '3 Foo 2021'])(
  '%j is no date',
  written => {
    expect(parseDate(written, 'document')).toBeNull()
  }
)

test.each([
  ['2021-05-03-title.md', at(2021, 5, 3)],
  ['notes 20210503.txt', at(2021, 5, 3)],
  ['99999999 then 2021_05_03.md', at(2021, 5, 3)]
])('%s has a date', (name, localMs) => {
  expect(dateFromFileName(name)).toEqual({ localMs, offsetMinutes: null, source: 'file-name' })
})

test.each(['title.md', '120210503.md', '2021-05.md', '20211301.txt'])('%s has none', name => {
  expect(dateFromFileName(name)).toBeNull()
})

test('the date of a PDF may end anywhere after the year', () => {
  expect(parsePdfDate('D:2021')?.localMs).toBe(at(2021, 1, 1))
  expect(parsePdfDate("D:20210503142005-08'00'")).toEqual({
    localMs: at(2021, 5, 3, 14, 20, 5),
    offsetMinutes: -480,
    source: 'document'
  })
  expect(parsePdfDate('yesterday')).toBeNull()
})

test('front matter goes before the file name, and the file name before the file', async () => {
  expect((await note('2020-01-01-a.md', '---\ndate: 2019-01-01\n---\nx')).date).toMatchObject({
    source: 'front-matter',
    localMs: at(2019, 1, 1)
  })
  expect((await note('2020-01-01-a.md', '---\ndate: soon\n---\nx')).date).toMatchObject({
    source: 'file-name',
    localMs: at(2020, 1, 1)
  })
  expect((await note('a.md', 'x')).date).toEqual(dateFromFile(modifiedMs))
})

test('the time of a file is shown as this machine’s clock showed it', () => {
  const { localMs, offsetMinutes, source } = dateFromFile(modifiedMs)
  expect(localMs - (offsetMinutes ?? NaN) * 60_000).toBe(modifiedMs)
  expect(source).toBe('file')
})
