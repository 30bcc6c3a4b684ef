import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { foldsOf } from '../../../src/main/engine/stages/train/folds.ts'

/** 3,000 photos in about 1,500 groups. */
const random = seededRandom(1)
const groups = Int32Array.from({ length: 3000 }, () => random.below(2000))

test('every photo is in one fold, and all photos of a group in the same', () => {
  const folds = foldsOf(groups)
  const foldOf = new Map<number, string>()
  let photos = 0
  for (const [name, own] of Object.entries(folds) as [string, number[]][])
    for (const photo of own) {
      const group = groups[photo]!
      expect(foldOf.get(group) ?? name).toBe(name)
      foldOf.set(group, name)
      photos++
    }
  expect(photos).toBe(groups.length)
})

test('about 70, 15 and 15 of 100 groups', () => {
  const { train, validation, test } = foldsOf(Int32Array.from({ length: 10_000 }, (_, i) => i))
  // The standard deviation of a share of 10,000 is at most .005.
  expect(train.length / 10_000).toBeCloseTo(0.7, 1)
  expect(Math.abs(validation.length / 10_000 - 0.15)).toBeLessThan(0.015)
  expect(Math.abs(test.length / 10_000 - 0.15)).toBeLessThan(0.015)
})

test('a photo stays in its fold when the library grows, wherever it stands then', () => {
  const before = foldsOf(groups)
  const grown = foldsOf(Int32Array.of(7777, 8888, 9999, ...groups))
  for (const name of ['train', 'validation', 'test'] as const)
    expect(grown[name].filter(photo => photo >= 3).map(photo => photo - 3)).toEqual(before[name])
})

test('another seed, other folds', () => {
  expect(foldsOf(groups, 1).test).not.toEqual(foldsOf(groups, 0).test)
})
