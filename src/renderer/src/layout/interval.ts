import type { Difference } from '../../../shared/learning.ts'

/** Where to draw a mean difference and its interval on a line with zero on it. Places are percents of the line's width. */
export interface IntervalPlaces {
  readonly zero: number
  readonly mean: number
  readonly low: number
  readonly high: number
  /** Round numbers along the line, zero among them. */
  readonly ticks: readonly { readonly value: number; readonly at: number }[]
}

/** A narrower line would make much of differences that are nothing, in MRR. */
const NARROWEST = 0.02
const MOST_TICKS = 5

/** The line reaches a little beyond the interval and beyond zero, to whole ticks. */
export function placesOf({ mean, low, high }: Difference): IntervalPlaces {
  const least = Math.min(0, low, mean)
  const most = Math.max(0, high, mean)
  const missing = Math.max(0, NARROWEST - (most - least)) / 2
  const step = roundStep((most - least + 2 * missing) / (MOST_TICKS - 1))
  const from = Math.floor((least - missing) / step + 1e-9)
  const to = Math.ceil((most + missing) / step - 1e-9)
  const at = (value: number): number => ((value / step - from) / (to - from)) * 100
  const ticks = Array.from({ length: to - from + 1 }, (_, n) => ({
    value: (from + n) * step,
    at: (n / (to - from)) * 100
  }))
  return { zero: at(0), mean: at(mean), low: at(low), high: at(high), ticks }
}

/** The next 1, 2 or 5 times a power of ten. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 5].find(digit => digit * power >= least * (1 - 1e-9)) ?? 10) * power
}
