import type { Background } from '../../base/domain.ts'
import { histogramBins } from './kernels.ts'

/** What a normal score exceeds once in twenty times, in standard deviations. */
const shoulder = 1.645

/**
 * What an ordinary, unrelated row scores, read off the histogram of all scores of one query: the median, and the spread of
 * the upper shoulder (median to 95 %). Text encoders give far more high scores by chance than a normal distribution would, so
 * the spread of the middle or lower part promises too much: with the quartiles, passages of the benchmark's libraries were
 * told from noise with an average precision of .056, with the standard deviation .060, with the shoulder .078; pictures did
 * not mind. What really matches is less than a twentieth of a library, or is not worth searching for.
 *
 * @param histogram [4096] rows by cosine, −1…1
 */
export function backgroundOf(histogram: Uint32Array, count: number): Background {
  if (count === 0) return { count, mean: 0, standardDeviation: 0 }
  const mean = quantile(histogram, count, 0.5)
  return { count, mean, standardDeviation: (quantile(histogram, count, 0.95) - mean) / shoulder }
}

/** Rows within one bin are taken to be spread evenly over it. */
function quantile(histogram: Uint32Array, count: number, share: number): number {
  const wanted = share * count
  let below = 0
  for (let bin = 0; bin < histogramBins; bin++) {
    const here = histogram[bin] ?? 0
    if (here > 0 && below + here >= wanted) return lowerEdge(bin + (wanted - below) / here)
    below += here
  }
  return 1
}

/** The largest bin edge that at least `wanted` rows reach; −∞ when there are no more rows than that. */
export function edgeReachedBy(histogram: Uint32Array, wanted: number): number {
  let above = 0
  for (let bin = histogramBins - 1; bin > 0; bin--) {
    above += histogram[bin] ?? 0
    // Half a bin lower than needed: the kernel rounds in float32, and a row too many costs nothing.
    if (above >= wanted) return lowerEdge(bin - 0.5)
  }
  return -Infinity
}

function lowerEdge(bin: number): number {
  return (bin * 2) / histogramBins - 1
}
