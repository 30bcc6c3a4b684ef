import { seededRandom } from '../../../../src/main/engine/math/random.ts'

/** Repeatable chance, in the words of drawing: the same seed gives the same library on every machine. */
export interface Chance {
  /** 0 ≤ x < 1 */
  next(): number
  /** Mean 0, standard deviation 1. */
  normal(): number
  between(low: number, high: number): number
  pick<T>(from: readonly T[]): T
  shuffled<T>(from: readonly T[]): T[]
}

export function chanceFrom(seed: number): Chance {
  const random = seededRandom(seed)
  return {
    next: () => random.uniform(),
    normal: () => random.normal(),
    between: (low, high) => low + (high - low) * random.uniform(),
    pick: from => from[random.below(from.length)]!,
    shuffled: from => Array.from(random.permutation(from.length), i => from[i]!)
  }
}
