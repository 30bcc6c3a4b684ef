import { describe, expect, it } from 'vitest'
import { hitLines } from '../../../src/main/hosts/cli/print.ts'
import type { Hit } from '../../../src/shared/searching.ts'

const hit = (path: string, isRelevant: boolean): Hit => ({
  ...{ itemId: 1, kind: 'photo', folderId: 1, path, title: path, dateMs: 0, dateSource: 'file' },
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
