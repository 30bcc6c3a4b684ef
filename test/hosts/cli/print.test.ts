import { describe, expect, it, test } from 'vitest'
import { hitLines } from '../../../src/main/hosts/cli/print.ts'
import { deviceLines } from '../../../src/main/hosts/cli/print-training.ts'
import type { Hit } from '../../../src/shared/searching.ts'

const hit = (path: string, isRelevant: boolean): Hit => ({
  ...{ itemId: 1, kind: 'photo', folderId: 1, path, title: path, dateMs: 0 },
  ...{ widthPx: 4, heightPx: 3, thumbhash: null, score: 0.5, isRelevant, reasons: [], snippet: null }
})

const LINE = 'Less sure from here:'
const linesOf = (...sure: boolean[]): string[] =>
  hitLines(
    sure.map((isRelevant, i) => hit(`${i}.jpg`, isRelevant)),
    true
  ).map(line => (line === LINE ? line : (line.split('  ').at(-1) ?? '')))

describe('the line “less sure from here” in a terminal', () => {
  it('stands after the last sure hit, also where less sure ones are ranked among sure ones', () => {
    expect(linesOf(true, false, true, false)).toEqual(['0.jpg', '1.jpg', '2.jpg', LINE, '3.jpg'])
  })

  it('is not there where all are sure, or none is', () => {
    expect(linesOf(true, true)).toEqual(['0.jpg', '1.jpg'])
    expect(linesOf(false, false)).toEqual(['0.jpg', '1.jpg'])
  })
})

test('a date is printed as far as it is known, and as the file’s where it is only that', () => {
  const one = { ...hit('a.jpg', true), dateMs: Date.UTC(1987, 4, 3), dateSource: 'exif' } as const
  const dated = (more: Partial<Hit>): string | undefined => hitLines([{ ...one, ...more }], true)[1]?.trim()
  expect([dated({}), dated({ datePrecision: 'month' }), dated({ datePrecision: 'year' })]).toEqual([
    'taken 1987-05-03',
    'taken 1987-05',
    'taken 1987'
  ])
  expect([dated({ dateSource: 'file' }), dated({ kind: 'note' })]).toEqual([
    'its file is of 1987-05-03',
    'written 1987-05-03'
  ])
})

test('devices are listed with what was tried, and a driver’s words cannot move the cursor', () => {
  expect(
    deviceLines([
      { device: 'cpu', isUsable: true, message: 'Always there.', stepsPerSecond: 40.25 },
      { device: 'webgpu', isUsable: false, message: 'It ended a training (\u001b[2J).', stepsPerSecond: null }
    ])
  ).toEqual([
    'cpu     works     40.3 steps/s    Always there.',
    'webgpu  not used                  It ended a training (\ufffd[2J).'
  ])
})
