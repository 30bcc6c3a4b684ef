import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { unit } from '../../../src/main/engine/math/vectors.ts'
import { probeAccuracy, type ProbeRow } from '../../../src/main/engine/stages/train/probe.ts'

const d = 8

/** Random unit rows of two classes. @param offset  along the first axis, to either side */
function drawn(photos: number, offset: number, seed = 1): ProbeRow[] {
  const random = seededRandom(seed)
  return Array.from({ length: photos }, (_, photo) => photo).flatMap(photo =>
    [0, 1].map(is => {
      const row = Float32Array.from({ length: d }, () => random.normal())
      row[0] = (row[0] ?? 0) + (is === 0 ? offset : -offset)
      return { row: unit(row), is, photo }
    })
  )
}

test('reads what a plane divides', () => {
  expect(probeAccuracy(drawn(100, 20), 2)).toBe(1)
})

test('finds nothing where nothing is: chance', () => {
  // 400 rows are scored, so the standard deviation is .025.
  expect(Math.abs(probeAccuracy(drawn(400, 0), 2) - 0.5)).toBeLessThan(0.075)
})

test('photos that it was fitted on are not scored: it cannot learn them by heart', () => {
  // Each photo has a row of its own, met 4 times with the same class: split by row, it would be right nearly always.
  const random = seededRandom(3)
  const wide = 64
  const rows = Array.from({ length: 60 }, (_, photo) => {
    const row = unit(Float32Array.from({ length: wide }, () => random.normal()))
    return Array.from({ length: 4 }, () => ({ row, is: photo % 2, photo }))
  }).flat()
  expect(probeAccuracy(rows, 2)).toBeLessThan(0.75)
})

test('says the same each time, and nothing of too few photos', () => {
  expect(probeAccuracy(drawn(50, 0.5), 2)).toBe(probeAccuracy(drawn(50, 0.5), 2))
  expect(probeAccuracy(drawn(7, 20), 2)).toBeNaN()
})
