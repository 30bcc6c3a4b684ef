import fc from 'fast-check'
import { expect, test } from 'vitest'
import { segments, withoutTitle } from '../../../src/renderer/src/layout/marks.ts'

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
