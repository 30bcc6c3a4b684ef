import type { Difference } from '../../../../shared/learning.ts'
import { seededRandom } from '../../math/random.ts'

/**
 * Mean difference of paired values with its 95 % interval: photos are drawn again and again with replacement, each with both of its values.
 *
 * @param differences  one a photo
 * @see Efron & Tibshirani, An introduction to the bootstrap, 1993 (percentile interval)
 */
export function pairedBootstrap(differences: readonly number[], seed = 0, resamples = 2000): Difference {
  const n = differences.length
  const random = seededRandom(seed)
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += differences[random.below(n)] ?? 0
    return sum / n
  }).sort()
  const at = (share: number): number => means[Math.round(share * (resamples - 1))] ?? NaN
  return { mean: differences.reduce((sum, value) => sum + value, 0) / n, low: at(0.025), high: at(0.975) }
}
