import { describe, expect, test } from 'vitest'
import { pool } from '../../../src/main/engine/stages/encode/pooling.ts'

/** Two inputs of three tokens with two numbers each. */
const tokens = { values: Float32Array.of(1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 0, 0), shape: [2, 3, 2] }
const lists = (rows: Float32Array[]): number[][] => rows.map(row => [...row])

describe('one vector per input', () => {
  test('from its first token', () => {
    expect(lists(pool(tokens, 'first', 2, 2))).toEqual([
      [1, 2],
      [10, 20]
    ])
  })

  test('from its last real token', () => {
    expect(lists(pool(tokens, 'last', 2, 2, [3, 2]))).toEqual([
      [5, 6],
      [30, 40]
    ])
  })

  test('as the mean of its real tokens', () => {
    expect(lists(pool(tokens, 'mean', 2, 2, [3, 2]))).toEqual([
      [3, 4],
      [20, 30]
    ])
  })

  test('as the mean over all places of each channel', () => {
    const places = { values: Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40), shape: [1, 2, 2, 2] }
    expect(lists(pool(places, 'global-average', 1, 2))).toEqual([[2.5, 25]])
  })

  test('as it is, with empty places at the end or without', () => {
    for (const shape of [
      [2, 3],
      [2, 3, 1, 1]
    ]) {
      expect(lists(pool({ values: Float32Array.of(1, 2, 3, 4, 5, 6), shape }, 'none', 2, 3))).toEqual([
        [1, 2, 3],
        [4, 5, 6]
      ])
    }
  })
})

test('an output of another shape is refused with its shape', () => {
  expect(() => pool(tokens, 'none', 2, 2)).toThrow(/\[2, 3, 2\]/)
  expect(() => pool(tokens, 'first', 3, 2)).toThrow(/which does not give 3 vectors/)
  expect(() => pool(tokens, 'global-average', 2, 2)).toThrow(/which does not give/)
})

test('a row is a copy: changing it leaves the others alone', () => {
  const values = Float32Array.of(1, 2)
  const [row] = pool({ values, shape: [1, 2] }, 'none', 1, 2)
  row?.fill(0)
  expect([...values]).toEqual([1, 2])
})
