import { expect, test } from 'vitest'
import { vocabularyOf } from '../../../src/main/engine/stages/train/vocabulary.ts'

/** “9 5 5”, “5 7”, “7 9 30” and “30”. */
const texts = { tokens: Int32Array.of(9, 5, 5, 5, 7, 7, 9, 30, 30), tokenStarts: Int32Array.of(0, 3, 5, 8, 9) }

test('knows the tokens of at least so many texts, however often one text says them', () => {
  const { tokens } = vocabularyOf(texts, [0, 1, 2], { fewest: 2, length: 8, dimension: 4 })
  // 30 is met in one of the three only; 5 twice in one text and once in another.
  expect([...tokens]).toEqual([5, 7, 9])
  expect([...vocabularyOf(texts, [0], { fewest: 2, length: 8, dimension: 4 }).tokens]).toEqual([])
})

test('gives rows in the order of the words, without unknown ones, and no more than asked', () => {
  const { rows } = vocabularyOf(texts, [0, 1, 2], { fewest: 2, length: 2, dimension: 4 })
  expect(rows.of(0)).toEqual([2, 0])
  expect(rows.of(2)).toEqual([1, 2])
  expect(rows.of(3)).toEqual([])
})
