import type { Difference } from '../../../../shared/learning.ts'
import { seededRandom } from '../../math/random.ts'

/**
 * Mean difference of paired values with its 95 % interval: groups are drawn again and again with replacement, each with all of its values, because
 * values of one group are not independent of each other.
 *
 * @param differences  [n] one a photo
 * @param groups       [n] equal for photos of one group; each photo is a group of its own when absent
 * @returns all NaN for no values
 * @see Efron & Tibshirani, An introduction to the bootstrap, 1993 (percentile interval); Davison & Hinkley, Bootstrap methods and their
 *   application, 1997, 3.8 (resampling clusters)
 */
export function pairedBootstrap(
  differences: readonly number[],
  groups: readonly number[] = [...differences.keys()],
  seed = 0,
  resamples = 2000
): Difference {
  const sums = new Map<number, { sum: number; count: number }>()
  differences.forEach((value, i) => {
    const group = groups[i] ?? i
    const { sum, count } = sums.get(group) ?? { sum: 0, count: 0 }
    sums.set(group, { sum: sum + value, count: count + 1 })
  })
  const each = [...sums.values()]
  const n = differences.length
  if (n === 0) return { mean: NaN, low: NaN, high: NaN }
  const random = seededRandom(seed)
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0
    let count = 0
    each.forEach((_, __, all) => {
      const drawn = all[random.below(all.length)]
      sum += drawn?.sum ?? 0
      count += drawn?.count ?? 0
    })
    return sum / count
  }).sort()
  const at = (share: number): number => means[Math.round(share * (resamples - 1))] ?? NaN
  return { mean: differences.reduce((sum, value) => sum + value, 0) / n, low: at(0.025), high: at(0.975) }
}
