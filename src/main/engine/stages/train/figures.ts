import type { RetrievalFigures } from '../../../../shared/learning.ts'
import { meanReciprocalRank } from '../../math/ranks.ts'

/** @param ranks  of each question's first right answer, from 1 */
export function figuresOf(ranks: readonly number[]): RetrievalFigures {
  const within = (k: number): number => ranks.filter(rank => rank <= k).length / ranks.length
  return { r1: within(1), r5: within(5), r10: within(10), mrr: meanReciprocalRank(ranks) }
}
