import { expect, test } from 'vitest'
import type { ProjectorWeights, TowerMap, WordTable } from '../../../src/main/engine/base/domain.ts'
import { erf } from '../../../src/main/engine/math/erf.ts'
import { project } from '../../../src/main/engine/stages/project/projector.ts'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { unit } from '../../../src/main/engine/math/vectors.ts'
import { fromInt16, toInt16 } from '../../../src/main/engine/math/int16.ts'
import { openRowProjector } from '../../../src/main/engine/stages/train/executors/row-projector.ts'

const nothing: TowerMap = { linear: null, words: null, residuals: [] }
const weights: ProjectorWeights = {
  id: '',
  dimension: 2,
  image: { ...nothing, linear: { mean: Float32Array.of(1, 0, 0), matrix: Float32Array.of(1, 0, 0, 2, 0, 0) } },
  text: nothing,
  source: 'by hand'
}

test('a vector is moved by the mean, mapped, and made unit', () => {
  // (4, 2, 9) − (1, 0, 0) = (3, 2, 9), mapped to (3, 4), of length 5.
  const [row] = project(weights, 'image', [Float32Array.of(4, 2, 9)])
  expect(row?.[0]).toBeCloseTo(0.6)
  expect(row?.[1]).toBeCloseTo(0.8)
})

test('a tower that has learned nothing keeps its vectors', () => {
  const vectors = [Float32Array.of(0.6, 0.8)]
  expect(project(weights, 'text', vectors)).toEqual(vectors)
})

test('a text without meaning stays without', () => {
  expect(project(weights, 'image', [null, Float32Array.of(2, 0, 0)])).toEqual([null, Float32Array.of(1, 0)])
})

test('the mean itself has no direction', () => {
  expect(project(weights, 'image', [Float32Array.of(1, 0, 0)])).toEqual([Float32Array.of(0, 0)])
})

test('a vector of another encoder is refused', () => {
  expect(() => project(weights, 'image', [Float32Array.of(1)])).toThrow(
    'A vector of 1 numbers does not fit a map of 3.'
  )
})

test('known words move a text by their mean and their largest; unknown ones and no words move nothing', () => {
  const words: WordTable = {
    tokens: Int32Array.of(5, 9),
    vectors: Float32Array.of(2, 4), // one number a word
    mean: Float32Array.of(1, 0), // goes to the first axis
    max: Float32Array.of(0, 1) // and the largest to the second
  }
  const read = { ...weights, text: { ...nothing, words } }
  const here = Float32Array.of(1, 0)
  // Words 5 and 9: mean 3, largest 4. (1, 0) + (3, 4) = (4, 4).
  const [moved] = project(read, 'text', [here], () => Int32Array.of(5, 77, 9))
  expect(moved?.[0]).toBeCloseTo(Math.SQRT1_2)
  expect(moved?.[1]).toBeCloseTo(Math.SQRT1_2)
  expect(project(read, 'text', [here], () => Int32Array.of(77))).toEqual([here])
  expect(project(read, 'text', [here])).toEqual([here])
})

test('a residual adds its correction, and a share of it goes part of the way', () => {
  // √2 · (1, 0) · inner = √2 · 10; gelu of that is itself; times outer: (0, √2 · 10 · 0.5).
  const residual = { inner: Float32Array.of(10, 0), outer: Float32Array.of(0, 0.5), scale: 1, share: 1 }
  const bent = (share: number): Float32Array | undefined =>
    project({ ...weights, text: { ...nothing, residuals: [{ ...residual, share }] } }, 'text', [
      Float32Array.of(1, 0)
    ])[0]
  const up = 5 * Math.SQRT2
  expect(bent(1)?.[1]).toBeCloseTo(up / Math.hypot(1, up))
  const [x, y] = [0.5 + 0.5 / Math.hypot(1, up), (0.5 * up) / Math.hypot(1, up)]
  expect(bent(0.5)?.[1]).toBeCloseTo(y / Math.hypot(x, y))
  expect(bent(0)).toEqual(Float32Array.of(1, 0))
})

test('the error function is that of the tables', () => {
  expect([0.5, 1, 2, -1].map(erf).map(value => value.toFixed(6))).toEqual([
    '0.520500',
    '0.842701',
    '0.995322',
    '-0.842701'
  ])
})

test('many rows at once land where they land one by one', async () => {
  const random = seededRandom(3)
  const array = (length: number, size = 1): Float32Array => Float32Array.from({ length }, () => size * random.normal())
  const [k, d, e, h, n] = [8, 12, 3, 6, 700]
  const residual = (share: number) => ({ inner: array(k * h), outer: array(h * k), scale: 0.4, share })
  const learned: ProjectorWeights = {
    id: '',
    dimension: k,
    image: nothing,
    text: {
      linear: { mean: array(d, 0.1), matrix: array(d * k) },
      words: { tokens: Int32Array.of(1, 2, 4), vectors: array(3 * e), mean: array(e * k), max: array(e * k) },
      residuals: [residual(1), residual(0.25)]
    },
    source: ''
  }
  const rows = Array.from({ length: n }, () => unit(array(d)))
  const tokens = rows.map((_, i) => Int32Array.from({ length: i % 4 }, () => random.below(6)))
  const alone = project(learned, 'text', rows, i => tokens[i])
  const tokenStarts = new Int32Array(n + 1)
  tokens.forEach((own, i) => (tokenStarts[i + 1] = tokenStarts[i]! + own.length))
  const vectors = Float32Array.from(rows.flatMap(row => [...row]))
  const projector = openRowProjector(learned)
  const flat = { vectors, dimension: d, tokens: Int32Array.from(tokens.flatMap(own => [...own])), tokenStarts }
  const together = await projector.project('text', flat)
  expect(Math.max(...together.map((value, i) => Math.abs(value - alone[Math.floor(i / k)]![i % k]!)))).toBeLessThan(
    1e-5
  )

  const first = openRowProjector({
    ...learned,
    text: { ...learned.text, residuals: learned.text.residuals.slice(0, 1) }
  })
  const half = await first.project('text', flat)
  const rest = await projector.project('text', { vectors: half, dimension: k }, 1)
  expect(Math.max(...rest.map((value, i) => Math.abs(value - together[i]!)))).toBeLessThan(1e-6)
  const stored = await projector.projectStored('text', { vectors: toInt16(half), dimension: k }, 1)
  expect(stored).toHaveLength(together.length)
  expect(Math.max(...fromInt16(stored).map((value, i) => Math.abs(value - together[i]!)))).toBeLessThan(1e-4)
  expect(await projector.projectStored('text', flat, -1)).toEqual(toInt16(together))
  await first.close()
  await projector.close()
})
