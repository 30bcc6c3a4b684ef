import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodePositions,
  decodePostings,
  encodePositions,
  encodePostings
} from '../../src/main/engine/store/word-postings.ts'
import { bestScore, idf, norms, scoreRows, TopRows } from '../../src/main/engine/store/word-scoring.ts'
import type { Segment } from '../../src/main/engine/store/word-segment.ts'

const gap = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 200_000 }))
const count = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 70_000 }))
const postings = fc.array(fc.tuple(gap, count), { maxLength: 60 }).map(pairs => {
  let row = -1
  return {
    rows: Uint32Array.from(pairs, ([by]) => (row += by)),
    counts: Uint32Array.from(pairs, ([, times]) => times)
  }
})

test('a list is read as it was written, wherever its bytes stand', () => {
  fc.assert(
    fc.property(postings, fc.nat({ max: 3 }), (list, shift) => {
      const { width, bytes } = encodePostings(list)
      const moved = new Uint8Array(bytes.length + shift)
      moved.set(bytes, shift)
      expect(decodePostings(moved.subarray(shift), width, list.rows.length)).toEqual(list)
    })
  )
})

test('numbers are as short as they can be', () => {
  const of = (rows: number[], counts = rows.map(() => 1)) =>
    encodePostings({ rows: Uint32Array.from(rows), counts: Uint32Array.from(counts) })
  expect([...of([0, 3, 258]).bytes]).toEqual([0, 1, 3, 1, 255, 1])
  // A gap of 256 is cut in two.
  expect([...of([3, 259]).bytes]).toEqual([3, 1, 255, 0, 1, 1])
  expect(of([0, 70_000]).width).toBe(2)
  expect(of([7], [300]).width).toBe(2)
})

test('positions are read as they were written', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 })), positions => {
      expect([...decodePositions(encodePositions(positions), positions.length)]).toEqual(positions)
    })
  )
})

test('scores and the best rows are those of the formula, worked out row by row', () => {
  const texts = fc.array(fc.array(fc.constantFrom<string>('a', 'b', 'c', 'd'), { maxLength: 6 }), {
    minLength: 1,
    maxLength: 40
  })
  fc.assert(
    fc.property(texts, fc.constantFrom(1, 130), fc.integer({ min: 1, max: 9 }), (rows, apart, limit) => {
      // Rows that stand far apart are in windows of their own.
      const length = (rows.length - 1) * apart + 1
      const lengths = new Uint32Array(length)
      rows.forEach((text, i) => (lengths[i * apart] = text.length))
      const segment: Segment = {
        rows: { wordIds: lengths, itemIds: lengths, lengths },
        blocks: { firstTerms: [], lists: () => lengths as never, positions: () => lengths as never },
        dead: null
      }
      const all = { rows: rows.length, tokens: Math.max(1, rows.flat().length) }
      const lists = ['a', 'b', 'c'].map(term => {
        const found = rows.flatMap((text, i) => (text.includes(term) ? [i] : []))
        const times = (i: number): number => rows[i]!.filter(one => one === term).length
        return {
          postings: { rows: Uint32Array.from(found, i => i * apart), counts: Uint32Array.from(found, times) },
          weight: idf(found.length, all)
        }
      })
      const top = new TopRows<number>(limit)
      scoreRows(lists, segment, norms(all), (row, score) => {
        if (score > top.threshold) top.add(score, row)
      })
      const part = (text: readonly string[], term: string): number => {
        const n = rows.filter(row => row.includes(term)).length
        const raw = Math.log((rows.length - n + 0.5) / (n + 0.5))
        const f = text.filter(one => one === term).length
        return (
          ((raw <= 0 ? 1e-6 : raw) * f * 2.2) / (f + 1.2 * (0.25 + (0.75 * text.length * rows.length) / all.tokens))
        )
      }
      const expected = rows
        .map((text, i) => ({ row: i * apart, score: part(text, 'a') + part(text, 'b') + part(text, 'c') }))
        .filter(({ score }) => score > 0)
        .map(({ row, score }) => ({ row, score: Number(score.toPrecision(10)) }))
        .sort((a, b) => b.score - a.score || a.row - b.row)
      // Which of two rows with equal scores is first may depend on the last bit of a sum.
      const rounded = top.best().map(({ row, score }) => ({ row, score: Number(score.toPrecision(10)) }))
      expect(rounded.map(({ score }) => score)).toEqual(expected.slice(0, limit).map(({ score }) => score))
      for (const one of rounded) expect(expected).toContainEqual(one)
      expect(new Set(rounded.map(({ row }) => row)).size).toBe(rounded.length)
      expect(bestScore(lists[0]!.postings, segment, lists[0]!.weight, norms(all))).toBeCloseTo(
        Math.max(0, ...rows.map(text => part(text, 'a'))),
        9
      )
    })
  )
})
