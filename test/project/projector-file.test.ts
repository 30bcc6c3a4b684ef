import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProjectorWeights } from '../../src/main/engine/domain.ts'
import { parseProjector, serializeProjector, withId } from '../../src/main/engine/project/projector-file.ts'

const floats = (length: number) =>
  fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: length, maxLength: length })
const linearMap = (k: number) =>
  fc
    .integer({ min: 1, max: 6 })
    .chain(d => fc.record({ mean: floats(d).map(toFloat32), matrix: floats(d * k).map(toFloat32) }))
const anyWeights = fc.integer({ min: 1, max: 5 }).chain(dimension =>
  fc.record({
    kind: fc.constant('linear' as const),
    dimension: fc.constant(dimension),
    image: linearMap(dimension),
    text: linearMap(dimension),
    source: fc.string()
  })
)

function toFloat32(values: number[]): Float32Array {
  return Float32Array.from(values)
}

const example: ProjectorWeights = withId({
  kind: 'linear',
  dimension: 2,
  image: { mean: Float32Array.of(1, 2, 3), matrix: Float32Array.of(1, 2, 3, 4, 5, 6) },
  text: { mean: Float32Array.of(-1), matrix: Float32Array.of(0.5, 0.25) },
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

test('an identity has no weights', () => {
  const identity = withId({ kind: 'identity', dimension: 512, image: null, text: null, source: 'shared space' })
  expect(parseProjector(serializeProjector(identity))).toEqual(identity)
})

test('the file is laid out as safetensors says', () => {
  const bytes = Buffer.from(serializeProjector(example))
  const length = Number(bytes.readBigUInt64LE())
  expect(length % 8).toBe(0)
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, unknown>
  expect(header['image.matrix']).toEqual({ dtype: 'F32', shape: [3, 2], data_offsets: [12, 36] })
  expect(bytes.readFloatLE(8 + length + 12)).toBe(1)
  expect(bytes.length).toBe(8 + length + 4 * (3 + 6 + 1 + 2))
})

test('the id follows the weights and not where they came from', () => {
  expect(withId({ ...example, source: 'elsewhere' }).id).toBe(example.id)
  expect(withId({ ...example, text: { mean: Float32Array.of(-1), matrix: Float32Array.of(0.5, 0.5) } }).id).not.toBe(
    example.id
  )
})

test('damaged bytes are refused as a broken model, or still are weights; nothing else happens', () => {
  const bytes = serializeProjector(example)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, value, length) => {
      const damaged = Uint8Array.from(bytes).subarray(0, length)
      if (at < length) damaged[at] = value
      try {
        expect(parseProjector(damaged).kind).toBe('linear')
      } catch (error) {
        expect(error).toMatchObject({ name: 'EngineError', code: 'model-broken' })
      }
    }),
    { numRuns: 2000 }
  )
})

test('weights that are not numbers are refused', () => {
  const bytes = serializeProjector({
    ...example,
    text: { mean: Float32Array.of(NaN), matrix: Float32Array.of(0.5, 0.25) }
  })
  expect(() => parseProjector(bytes)).toThrow(/damaged/)
})

test('a header that claims more than the file holds is refused', () => {
  const bytes = Buffer.from(serializeProjector(example))
  bytes.writeBigUInt64LE(2n ** 63n)
  expect(() => parseProjector(bytes)).toThrow(/damaged/)
})
