import type { RetrievalFigures } from '../../../../shared/learning.ts'
import type { PhotoRanks } from './gate.ts'
import { meanReciprocalRank } from '../../math/ranks.ts'

/** @param ranks  of each question's first right answer, from 1 */
export function figuresOf(ranks: readonly number[]): RetrievalFigures {
  const within = (k: number): number => ranks.filter(rank => rank <= k).length / ranks.length
  return { r1: within(1), r5: within(5), r10: within(10), mrr: meanReciprocalRank(ranks) }
}

/**
 * Both directions of each photo: its own rank as a question, and the mean over its texts as an answer.
 * @param photosOfText  [m] as in `HeldOut` @param ofTexts  [m] ranks of each text's best photo @param ofPhotos  [n] of each photo's best text
 */
export function photoRanks(
  photosOfText: readonly (readonly number[])[],
  ofTexts: readonly number[],
  ofPhotos: readonly number[]
): PhotoRanks[] {
  const sums = ofPhotos.map(() => ({ sum: 0, count: 0 }))
  photosOfText.forEach((own, t) => {
    for (const photo of own) {
      const mean = sums[photo]
      if (mean === undefined) continue
      mean.sum += 1 / (ofTexts[t] ?? 1)
      mean.count++
    }
  })
  return ofPhotos.map((rank, i) => ({
    asQuestion: 1 / rank,
    asAnswer: (sums[i]?.sum ?? 0) / Math.max(1, sums[i]?.count ?? 1)
  }))
}
