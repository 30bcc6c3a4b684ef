import { expect, test } from 'vitest'
import { parseCohort, serializeCohort } from '../../../src/main/engine/stages/project/cohort-file.ts'
import { writeTensors } from '../../../src/main/engine/stages/project/safetensors.ts'
import { EngineError } from '../../../src/shared/errors.ts'

test('neutral photos come back as unit rows, half of their bits shorter', () => {
  const bytes = serializeCohort(Float32Array.of(0.6, 0.8, 1, 0), 2, 'two photos')
  const rows = parseCohort(bytes, 2)
  expect(Array.from(rows, value => Math.round(value * 1000) / 1000)).toEqual([0.6, 0.8, 1, 0])
  expect(Math.hypot(rows[0] ?? 0, rows[1] ?? 0)).toBeCloseTo(1, 6)
})

test('a file that is damaged, of another tower, or of rows without direction is refused', () => {
  const whole = serializeCohort(Float32Array.of(0.6, 0.8, 1, 0), 2, 'two photos')
  const file = (values: Float32Array, format = 'reverie-cohort-1'): Uint8Array =>
    writeTensors([{ name: 'photos', shape: [values.length / 2, 2], values }], { format })
  const refused = [
    { bytes: whole.subarray(0, whole.length - 3), dimension: 2 },
    { bytes: whole, dimension: 4 },
    { bytes: file(Float32Array.of(0, 0)), dimension: 2 },
    { bytes: file(Float32Array.of(NaN, 1)), dimension: 2 },
    { bytes: file(Float32Array.of(3, 4)), dimension: 2 },
    { bytes: file(Float32Array.of(0.6, 0.8), 'something else'), dimension: 2 },
    { bytes: new Uint8Array(0), dimension: 2 }
  ]
  for (const { bytes, dimension } of refused) {
    expect(() => parseCohort(bytes, dimension)).toThrow(EngineError)
    expect(() => parseCohort(bytes, dimension)).toThrow(/neutral photos is damaged/)
  }
  expect([...parseCohort(file(Float32Array.of(1, 0)), 2)]).toEqual([1, 0])
})
