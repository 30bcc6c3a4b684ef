import fc from 'fast-check'
import { expect, test } from 'vitest'
import { marksInPassage, segments, withoutTitle } from '../../../src/renderer/src/layout/marks.ts'

test('text is cut at its marks', () => {
  expect(segments('the red kite', [[4, 7]])).toEqual([
    { text: 'the ', isMarked: false },
    { text: 'red', isMarked: true },
    { text: ' kite', isMarked: false }
  ])
})

test('whatever the marks, the pieces join to the text and none is empty', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.array(fc.tuple(fc.integer({ min: -3, max: 30 }), fc.integer({ min: -3, max: 30 }))),
      (text, marks) => {
        const pieces = segments(text, marks)
        expect(pieces.map(piece => piece.text).join('')).toBe(text)
        expect(pieces.every(piece => piece.text !== '')).toBe(true)
      }
    )
  )
})

test('a snippet’s marks are found again in the passage that it was cut from', () => {
  const passage = 'In the morning the hedgehog was gone, and we looked for it.'
  const snippet = { text: '… the hedgehog was gone …', marks: [[6, 14]] as const }
  expect(marksInPassage(passage, snippet)).toEqual([[19, 27]])
  expect(passage.slice(19, 27)).toBe('hedgehog')
})

test('a snippet that is not in the passage marks nothing', () => {
  expect(marksInPassage('Something else.', { text: 'the hedgehog', marks: [[4, 12]] })).toEqual([])
  expect(marksInPassage('Something else.', { text: '…', marks: [[0, 1]] })).toEqual([])
})

test('a snippet’s marks are found again though the passage is broken into lines', () => {
  const passage = '# Walk\n\nIn the morning\n  the hedgehog was gone.'
  const snippet = {
    text: '…the morning the hedgehog was…',
    marks: [
      [5, 12],
      [17, 25]
    ] as const
  }
  expect(marksInPassage(passage, snippet).map(([start, end]) => passage.slice(start, end))).toEqual([
    'morning',
    'hedgehog'
  ])
})

test('a title that stands above a text already is not repeated, and the marks move with the text', () => {
  const { text, marks } = withoutTitle(
    'Meadow walk\na blue boat',
    [
      [0, 6],
      [14, 18]
    ],
    'Meadow walk'
  )
  expect(text).toBe('a blue boat')
  expect(marks.map(([start, end]) => text.slice(start, end))).toEqual(['blue'])
  for (const title of ['', 'Meadow', 'Mea', 'Another walk'])
    expect(withoutTitle('Meadows at noon', [[0, 7]], title)).toEqual({ text: 'Meadows at noon', marks: [[0, 7]] })
  expect(withoutTitle('Meadow', [], 'Meadow').text).toBe('Meadow')
})
