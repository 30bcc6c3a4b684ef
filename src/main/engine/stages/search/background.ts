import type { Background } from '../../base/domain.ts'
import { momentsOf, type Moments } from '../../math/statistics.ts'
import { dot } from '../../math/vectors.ts'
import { histogramBins } from './kernels.ts'

/** A cohort of fewer rows says too little: random directions are assumed instead. */
const fewestNeutral = 20

/**
 * What unrelated rows score, from a question's cosines with a fixed cohort of neutral rows ([Note: the cohort]): mean and standard
 * deviation. It does not depend on the library, so no row that is added, described or removed moves it.
 *
 * @param question  [k] unit length; a vector of zeros is no evidence of anything
 * @param neutral   [n] unit rows [k]; fewer than 20 count as none
 * @param count     distinct rows that may be answered
 */
export function backgroundAgainst(question: Float32Array, neutral: readonly Float32Array[], count: number): Background {
  if (neutral.length < fewestNeutral) return randomDirections(question.length, count)
  return backgroundOf(
    neutral.map(row => dot(question, row)),
    question.length,
    count
  )
}

/**
 * The same where there are no neutral rows of the kind that is asked: all pairs of neutral rows of the other kind with rows of the
 * library. One background for all questions, which moves a little with the library.
 *
 * @param neutral  [n] unit rows [k] @param rows  [m] unit rows [k], a sample of the library's
 */
export function backgroundOfPairs(
  neutral: readonly Float32Array[],
  rows: readonly Float32Array[],
  dimension: number,
  count: number
): Background {
  if (neutral.length < fewestNeutral || rows.length === 0) return randomDirections(dimension, count)
  return backgroundOf(
    neutral.flatMap(one => rows.map(row => dot(one, row))),
    dimension,
    count
  )
}

/**
 * The spread of a library, as far as it has rows: as if so many neutral rows stood among its own. For pictures that are asked of
 * pictures, where neutral photos alone mislead: screenshots are all alike beside photos.
 */
export function shrunkTowards(neutral: Background, library: Background, pseudoRows = 50): Background {
  const all = library.count + pseudoRows
  const share = library.count / all
  const mean = share * library.mean + (1 - share) * neutral.mean
  const square = ({ mean: own, standardDeviation }: Background): number => standardDeviation ** 2 + (own - mean) ** 2
  const variance = share * square(library) + (1 - share) * square(neutral)
  return { count: neutral.count, mean, standardDeviation: Math.sqrt(variance) }
}

/** Cosines of random directions in k dimensions have mean 0 and standard deviation 1/√k. */
function randomDirections(k: number, count: number): Background {
  return { count, mean: 0, standardDeviation: 1 / Math.sqrt(Math.max(k, 1)) }
}

function backgroundOf(cosines: readonly number[], k: number, count: number): Background {
  const { mean, standardDeviation } = momentsOf(cosines)
  // Cannot happen with neutral rows that differ; a tower that gives one vector for everything is no evidence.
  if (!(standardDeviation > 1e-6)) return { ...randomDirections(k, count), mean: Number.isFinite(mean) ? mean : 0 }
  return { count, mean, standardDeviation }
}

/** Standard deviations above an ordinary row; 0 where that cannot be said. */
export function standing(score: number, { mean, standardDeviation }: Moments): number {
  const z = (score - mean) / standardDeviation
  return Number.isFinite(z) ? z : 0
}

/** What the best of n unrelated rows is expected to score, in standard deviations: √(2 ln n) for normal scores. @param n  at least 2 counts */
export function expectedMaximum(n: number): number {
  return Math.sqrt(2 * Math.log(Math.max(n, 2)))
}

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
export function spreadOf(histogram: Uint32Array, count: number): Background {
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
