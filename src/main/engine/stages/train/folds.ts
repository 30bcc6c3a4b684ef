import { golden, mixed } from '../../math/random.ts'

/**
 * Which photos are trained on, chosen on and judged on: 70, 15 and 15 of 100, by group, so that near-duplicates and bursts are never
 * on both sides. A group's own number decides, so that a photo stays in its fold when the library grows and nothing is ever judged
 * on what an earlier version was trained on.
 */
export interface Folds {
  readonly train: readonly number[]
  readonly validation: readonly number[]
  readonly test: readonly number[]
}

export interface Shares {
  readonly train: number
  readonly validation: number
}

const usualShares: Shares = { train: 0.7, validation: 0.15 }

/**
 * @param groups  of each photo: any whole numbers, equal within a group
 * @param seed    another seed, other folds; the same for one library for ever
 * @returns positions of photos, ascending
 */
export function foldsOf(groups: Int32Array, seed = 0, shares: Shares = usualShares): Folds {
  const folds: Record<keyof Folds, number[]> = { train: [], validation: [], test: [] }
  groups.forEach((group, photo) => {
    const at = scattered(group, seed)
    const fold = at < shares.train ? 'train' : at < shares.train + shares.validation ? 'validation' : 'test'
    folds[fold].push(photo)
  })
  return folds
}

/** A number in 0…1 that looks random and depends on both alone. */
export function scattered(value: number, seed: number): number {
  return mixed(value ^ Math.imul(seed + 1, golden)) / 2 ** 32
}
