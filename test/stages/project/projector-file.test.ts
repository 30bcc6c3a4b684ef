import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProjectorWeights, Residual, TowerMap, WordTable } from '../../../src/main/engine/base/domain.ts'
import { parseProjector, serializeProjector, withId } from '../../../src/main/engine/stages/project/projector-file.ts'

const floats = (length: number): fc.Arbitrary<Float32Array> =>
  fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: length, maxLength: length }).map(toFloat32)
const size = fc.integer({ min: 1, max: 5 })
const linearMap = (k: number) => size.chain(d => fc.record({ mean: floats(d), matrix: floats(d * k) }))
const wordTable = (k: number): fc.Arbitrary<WordTable> =>
  fc.tuple(fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 5 }), size).chain(([tokens, e]) =>
    fc.record({
      tokens: fc.constant(Int32Array.from(tokens).sort()),
      vectors: floats(tokens.length * e),
      mean: floats(e * k),
      max: floats(e * k)
    })
  )
const residual = (k: number): fc.Arbitrary<Residual> =>
  size.chain(h =>
    fc.record({
      inner: floats(k * h),
      outer: floats(h * k),
      scale: fc.constantFrom(0.25, 2),
      share: fc.constantFrom(0.25, 0.5, 1)
    })
  )
const tower = (k: number, hasWords: boolean): fc.Arbitrary<TowerMap> =>
  fc.record({
    linear: fc.option(linearMap(k)),
    words: hasWords ? fc.option(wordTable(k)) : fc.constant(null),
    residuals: fc.array(residual(k), { maxLength: 3 })
  })
const anyWeights = size.chain(dimension =>
  fc.record({
    dimension: fc.constant(dimension),
    image: tower(dimension, false),
    text: tower(dimension, true),
    source: fc.string()
  })
)

function toFloat32(values: number[]): Float32Array {
  return Float32Array.from(values)
}

const nothing: TowerMap = { linear: null, words: null, residuals: [] }
const linear = (mean: number[], matrix: number[]): TowerMap => ({
  ...nothing,
  linear: { mean: Float32Array.from(mean), matrix: Float32Array.from(matrix) }
})
const example: ProjectorWeights = withId({
  dimension: 2,
  image: linear([1, 2, 3], [1, 2, 3, 4, 5, 6]),
  text: {
    ...linear([-1], [0.5, 0.25]),
    words: {
      tokens: Int32Array.of(3, 8),
      vectors: Float32Array.of(1, 2),
      mean: Float32Array.of(1, 0),
      max: Float32Array.of(0, 1)
    },
    residuals: [{ inner: Float32Array.of(1, 2), outer: Float32Array.of(3, 4), scale: 2, share: 0.5 }]
  },
  source: 'by hand'
})

test('weights come back from their bytes as they were, wherever the bytes lie', () => {
  fc.assert(
    fc.property(anyWeights, fc.nat(3), (weights, offset) => {
      const bytes = serializeProjector(withId(weights))
      const elsewhere = new Uint8Array(bytes.length + offset)
      elsewhere.set(bytes, offset)
      expect(parseProjector(elsewhere.subarray(offset))).toEqual(withId(weights))
    })
  )
})

test('towers that have learned nothing have no weights', () => {
  const identity = withId({ dimension: 512, image: nothing, text: nothing, source: 'shared space' })
  expect(parseProjector(serializeProjector(identity))).toEqual(identity)
})

test('the file is laid out as safetensors says', () => {
  const bytes = Buffer.from(serializeProjector(example))
  const length = Number(bytes.readBigUInt64LE())
  expect(length % 8).toBe(0)
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, unknown>
  expect(header['image.matrix']).toEqual({ dtype: 'F32', shape: [3, 2], data_offsets: [12, 36] })
  expect(header['text.words.tokens']).toMatchObject({ dtype: 'I32', shape: [2] })
  expect(bytes.readFloatLE(8 + length + 12)).toBe(1)
})

test('a file of the first format, which had linear maps only, is read as before', () => {
  const first = {
    dimension: 2,
    image: linear([1, 2, 3], [1, 2, 3, 4, 5, 6]),
    text: linear([-1], [0.5, 0.25]),
    source: ''
  }
  const bytes = Buffer.from(serializeProjector(withId(first)))
  const length = Number(bytes.readBigUInt64LE())
  const header = bytes.toString('utf8', 8, 8 + length)
  bytes.write(header.replace('"reverie-projector-2"', '"reverie-projector-1"').padEnd(length), 8)
  expect(parseProjector(bytes)).toEqual(withId(first))
})

test('the id follows the weights and not where they came from', () => {
  expect(withId({ ...example, source: 'elsewhere' }).id).toBe(example.id)
  expect(withId({ ...example, image: linear([1, 2, 3], [1, 2, 3, 4, 5, 7]) }).id).not.toBe(example.id)
  const residuals = example.text.residuals.map(one => ({ ...one, share: 0.75 }))
  expect(withId({ ...example, text: { ...example.text, residuals } }).id).not.toBe(example.id)
})

test('damaged bytes are refused as a broken model, or still are weights; nothing else happens', () => {
  const bytes = serializeProjector(example)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, value, length) => {
      const damaged = Uint8Array.from(bytes).subarray(0, length)
      if (at < length) damaged[at] = value
      try {
        expect(parseProjector(damaged).image.residuals).toEqual([])
      } catch (error) {
        expect(error).toMatchObject({ name: 'EngineError', code: 'model-broken' })
      }
    }),
    { numRuns: 2000 }
  )
})

test.each([
  ['a mean that is no number', { ...example, text: linear([NaN], [0.5, 0.25]) }],
  [
    'a share above 1',
    { ...example, text: { ...example.text, residuals: example.text.residuals.map(one => ({ ...one, share: 2 })) } }
  ],
  [
    'tokens that do not ascend',
    { ...example, text: { ...example.text, words: { ...example.text.words!, tokens: Int32Array.of(8, 3) } } }
  ],
  [
    'tokens below zero',
    { ...example, text: { ...example.text, words: { ...example.text.words!, tokens: Int32Array.of(-2, 3) } } }
  ]
])('%s is refused', (_, weights) => {
  expect(() => parseProjector(serializeProjector(weights))).toThrow(/damaged/)
})

test('a header that claims more than the file holds is refused', () => {
  const bytes = Buffer.from(serializeProjector(example))
  bytes.writeBigUInt64LE(2n ** 63n)
  expect(() => parseProjector(bytes)).toThrow(/damaged/)
})
