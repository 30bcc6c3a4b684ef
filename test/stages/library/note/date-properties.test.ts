import fc from 'fast-check'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dateInFirstLines, dateOfProperties } from '../../../../src/main/engine/stages/library/note/date-properties.ts'
import { dateFromFileName, parseDate } from '../../../../src/main/engine/stages/library/note/dates.ts'
import { titleFromFileName } from '../../../../src/main/engine/stages/library/note/titles.ts'
import { cpuMs } from '../../../tools/cpu-time.ts'
import { describeWithData } from '../../../tools/shared-data.ts'
import { readFolder } from '../read-folder.ts'

const shown = (date: { localMs: number; precision?: string } | null): string =>
  date === null
    ? 'none'
    : new Date(date.localMs).toISOString().slice(0, { year: 4, month: 7, day: 19 }[date.precision ?? 'day'])

describe('dates as people and programs write them', () => {
  test.each([
    ['2024-01-02 03:04 AM', '2024-01-02T03:04:00'],
    ['2024-01-02 12:04 a.m.', '2024-01-02T00:04:00'],
    ['2024-01-02 3:04 PM', '2024-01-02T15:04:00'],
    ['2024-01-02 12:04:05\u202fPM', '2024-01-02T12:04:05'],
    ['January 2, 2024 3:04 PM', '2024-01-02T15:04:00'],
    ['Jan 2nd, 2024', '2024-01-02T00:00:00'],
    ['Tuesday, January 2nd 2024, 3:04:05 pm', '2024-01-02T15:04:05'],
    ['28/09/2021 20:57', '2021-09-28T20:57:00'],
    ['09/28/2021', '2021-09-28T00:00:00'],
    ['3/4/2021', '2021-04-03T00:00:00'],
    ['02.01.2024', '2024-01-02T00:00:00'],
    ['2.1.24, 15:04 Uhr', '2024-01-02T15:04:00'],
    ['2. Januar 2024', '2024-01-02T00:00:00'],
    ['Dienstag, 2. Januar 2024 um 15:04', '2024-01-02T15:04:00'],
    ['2 janvier 2024 à 15:04', '2024-01-02T15:04:00'],
    ['1er février 2024', '2024-02-01T00:00:00'],
    ['2 de enero de 2024', '2024-01-02T00:00:00'],
    ['2 stycznia 2024', '2024-01-02T00:00:00'],
    ['2 января 2024', '2024-01-02T00:00:00'],
    ['2024年1月2日', '2024-01-02T00:00:00'],
    ['20240102150405', '2024-01-02T15:04:05'],
    ['20240102T150405Z', '2024-01-02T15:04:05'],
    ['[[2024-01-02]]', '2024-01-02T00:00:00'],
    ['Tue Jan 02 2024 15:04:05 GMT+0100 (CET)', '2024-01-02T15:04:05'],
    ['Tue Jan  2 15:04:05 UTC 2024', '2024-01-02T15:04:05'],
    ['2024-01-02 15:04:05 +0000 UTC', '2024-01-02T15:04:05'],
    ['1987', '1987'],
    ['1987-05', '1987-05'],
    ['May 1987', '1987-05'],
    ['Mai 1987', '1987-05'],
    ['mayo de 1987', '1987-05'],
    ['31.02.2024', 'none'],
    ['soon', 'none'],
    ['3 elephants 2024', 'none'],
    ['version 1.2.3', 'none'],
    ['12345', 'none']
  ])('%j is %s', (written, date) => {
    expect(shown(parseDate(written, 'document'))).toBe(date)
  })

  test.each(['1704207845', '1704207845000', '1704207845123', '1704207845.5'])('%s counts from 1970', written => {
    const date = parseDate(written, 'document')
    expect(Math.floor(((date?.localMs ?? 0) - (date?.offsetMinutes ?? 0) * 60_000) / 1000)).toBe(1704207845)
  })

  test.each([
    ['created_at', '2021-01-02'],
    ['Date Created', '2021-01-02'],
    ['date-created', '2021-01-02'],
    ['createdTime', '2021-01-02'],
    ['published_on', '2021-01-02'],
    ['publishDate', '2021-01-02'],
    ['posted', '2021-01-02'],
    ['Datum', '2021-01-02'],
    ['Erstellt am', '2021-01-02'],
    ['créé le', '2021-01-02'],
    ['last_modified_at', '2021-01-02'],
    ['date modified', '2021-01-02'],
    ['lastmod', '2021-01-02'],
    ['Last Edited Time', '2021-01-02'],
    ['updated', '2021-01-02']
  ])('%s', (key, value) => {
    expect(shown(dateOfProperties([[key, value]], 'front-matter'))).toBe(`${value}T00:00:00`)
  })

  test('when it was made comes before when it was changed, and what is no date is passed over', () => {
    const properties = [
      ['updated', '2022-02-02'],
      ['date', 'soon'],
      ['created_at', '2021-01-02'],
      ['due', '2030-01-01'],
      ['birthday', '1987-05-03']
    ] as const
    expect(shown(dateOfProperties(properties, 'front-matter'))).toBe('2021-01-02T00:00:00')
    expect(shown(dateOfProperties(properties.slice(3), 'front-matter'))).toBe('none')
    expect(shown(dateOfProperties([['published', '1987']], 'front-matter'))).toBe('none')
    expect(shown(dateOfProperties([['date', '1987']], 'front-matter'))).toBe('1987')
  })

  test.each([
    ['# Sourdough\n\nCreated: January 2, 2024 3:04 PM\nTags: bread\n', '2024-01-02T15:04:00'],
    ['# 2 January 2024\n\nIt snowed.', '2024-01-02T00:00:00'],
    ['**Date:** 2.1.2024\n\nText', '2024-01-02T00:00:00'],
    ['---\ntitle: x\n---\n\nDatum: 2. Januar 2024\n', '2024-01-02T00:00:00'],
    ['We met on 2 January 2024 and it snowed.', 'none'],
    ['2024\n\nwords', 'none'],
    ['Due: 2024-01-02', 'none']
  ])('first lines %j', (text, date) => {
    expect(shown(dateInFirstLines(text))).toBe(date)
  })

  test.each([
    ['202105031420 Gardening.md', '2021-05-03T14:20:00', 'Gardening'],
    ['20210503142055.md', '2021-05-03T14:20:55', '20210503142055'],
    ['20210503T142200--roof__house.md', '2021-05-03T14:22:00', 'Roof'],
    ['20210503T142200==1a--old-roof__house_repair.md', '2021-05-03T14:22:00', 'Old roof'],
    ['03.05.2021 Roof.md', '2021-05-03T00:00:00', 'Roof'],
    ['2021-05-03-1420 meeting.md', '2021-05-03T14:20:00', 'Meeting'],
    ['2024-05-01 Trip.md', '2024-05-01T00:00:00', 'Trip'],
    ['2099-05-01 Plans.md', '2099-05-01T00:00:00', 'Plans'],
    ['2021-05-03 99 words.md', '2021-05-03T00:00:00', '99 words']
  ])('the name %s', (name, date, title) => {
    expect([shown(dateFromFileName(name)), titleFromFileName(name)]).toEqual([date, title])
  })

  test('whatever is written, a date or null comes of it, soon', async () => {
    const pieces = fc
      .array(
        fc.constantFrom('2024', '-', '/', '.', ' ', 'May', 'de', ',', '1', '31', ':', 'T', 'PM', 'UTC', '年', '('),
        {
          maxLength: 40
        }
      )
      .map(parts => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 300 }), pieces), text => {
        const date = parseDate(text, 'document')
        if (date !== null) expect(Number.isSafeInteger(date.localMs)).toBe(true)
        dateInFirstLines(text)
        dateFromFileName(text)
        titleFromFileName(text)
      })
    )
    const spent = await cpuMs(() => {
      for (const hostile of [
        '['.repeat(1e6),
        ' '.repeat(1e6),
        '-\n'.repeat(5e5),
        'a '.repeat(5e5),
        '---\n'.repeat(2e5),
        '*_'.repeat(5e5),
        '1'.repeat(1e6)
      ]) {
        parseDate(hostile, 'document')
        dateInFirstLines(hostile)
      }
    })
    expect(spent).toBeLessThan(10_000)
  })
})

describeWithData('notes with dates as programs write them', ['people', 'note-dates'], folder => {
  test('each has its own', async () => {
    const dates = Object.fromEntries(
      [...(await readFolder(folder))].map(([path, { date }]) => [path, date.slice(0, 16)])
    )
    expect(dates).toMatchObject({
      'notesnook.md': '2024-01-02T03:04',
      'linter.md': '2022-03-04T05:06',
      'updated-only.md': '2021-07-08T09:10',
      'pm.md': '2024-01-02T15:04',
      'notion.md': '2024-01-02T15:04',
      'dmy.md': '2021-09-28T20:57',
      'german.md': '2024-01-02T00:00',
      'control.md': '2024-01-02T15:04'
    })
  })
})

describeWithData('notes named by a timestamp, as reported', ['reports', 'R19-note-names'], folder => {
  test('the name tells date and title', async () => {
    const all = await readFolder(join(folder))
    const days = [...all].filter(([path]) => path !== 'README.md').map(([, { date }]) => date.slice(0, 10))
    expect(days).toEqual(['2021-05-03', '2021-05-03', '2021-05-03', '2021-05-03', '2021-05-03'])
    expect(all.get('20210503T142200--roof__house.md')?.reading).toMatchObject({ title: 'Roof' })
    expect(all.get('202105031420 Gardening.md')?.reading).toMatchObject({ title: 'Gardening' })
  })
})
