import type { Background } from '../domain.ts'
import { histogramBins } from './kernels.ts'

/**
 * What an ordinary, unrelated row scores, read off the histogram of all scores of one query. The rows that do match sit in
 * the upper tail, so neither figure looks there: the centre is the median, the spread is taken from the lower half and the
 * shoulder (10 %, 25 %, 75 %), each divided by what it would be for a normal distribution of standard deviation 1.
 *
 * @param histogram [4096] rows by cosine, −1…1
 */
export function backgroundOf(histogram: Uint32Array, count: number): Background {
  if (count === 0) return { count, mean: 0, standardDeviation: 0 }
  const median = quantile(histogram, count, 0.5)
  const quartiles = (quantile(histogram, count, 0.75) - quantile(histogram, count, 0.25)) / 1.349
  const lower = (median - quantile(histogram, count, 0.1)) / 1.2816
  return { count, mean: median, standardDeviation: (quartiles + lower) / 2 }
}

/** Rows within one bin are taken to be spread evenly over it. */
export function quantile(histogram: Uint32Array, count: number, share: number): number {
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
