import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { pairedBootstrap } from '../../../src/main/engine/stages/train/paired-bootstrap.ts'

describe('the interval of a difference', () => {
  test('has no width when all photos gain the same', () => {
    const { mean, low, high } = pairedBootstrap(new Array<number>(50).fill(0.25))
    expect([mean, low, high]).toEqual([0.25, 0.25, 0.25])
  })

  test('is about 1.96 standard errors to either side', () => {
    const random = seededRandom(5)
    const values = Array.from({ length: 400 }, () => 0.1 + random.normal())
    const { mean, low, high } = pairedBootstrap(values)
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    const width = 1.96 * Math.sqrt(variance / values.length)
    // 2,000 resamples know an end of the interval to some hundredths of its width.
    expect(Math.abs(low - (mean - width))).toBeLessThan(0.1 * width)
    expect(Math.abs(high - (mean + width))).toBeLessThan(0.1 * width)
  })

  test('counts what hangs together once: ten times the same photo makes the interval no narrower', () => {
    const random = seededRandom(6)
    const values = Array.from({ length: 100 }, () => random.normal())
    const tenfold = values.flatMap(value => new Array<number>(10).fill(value))
    const groups = tenfold.map((_, i) => Math.floor(i / 10))
    const width = ({ low, high }: { low: number; high: number }): number => high - low
    const once = width(pairedBootstrap(values))
    expect(width(pairedBootstrap(tenfold, groups)) / once).toBeCloseTo(1, 6)
    expect(width(pairedBootstrap(tenfold)) / once).toBeLessThan(0.4)
  })

  test('of nothing is no number', () => {
    expect(pairedBootstrap([])).toEqual({ mean: NaN, low: NaN, high: NaN })
  })
})
