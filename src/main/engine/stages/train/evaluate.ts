import { meanReciprocalRank, pairRanks } from '../../math/ranks.ts'
import { median } from '../../math/statistics.ts'

/** How well one direction of retrieval does, under the names that `reverie eval --json` prints. NaN when nothing was asked. */
export interface RetrievalMetrics {
  /** Share of queries, 0…1, whose first right answer is among the first 1, 5, 10. */
  readonly r1: number
  readonly r5: number
  readonly r10: number
  /** Mean of 1 / rank of the first right answer. */
  readonly mrr: number
  /** Of the first right answer; between two ranks it is their mean. */
  readonly median_rank: number
}

/**
 * Every text is a query over all images; every image that has texts is a query over all texts, and any of its own is right.
 * Ties count against us (see `pairRanks`).
 *
 * @param images       [n] unit rows [k]
 * @param texts        [m] unit rows [k]; null for a text without meaning
 * @param imageOfText  [m] the position of each text's image
 */
export function retrievalMetrics(
  images: readonly Float32Array[],
  texts: readonly (Float32Array | null)[],
  imageOfText: readonly number[]
): { readonly text_to_image: RetrievalMetrics; readonly image_to_text: RetrievalMetrics } {
  const { ofTexts, ofImages } = pairRanks(images, texts, imageOfText)
  return { text_to_image: summarise(ofTexts), image_to_text: summarise(ofImages) }
}

function summarise(ranks: readonly number[]): RetrievalMetrics {
  const within = (k: number): number => ranks.filter(rank => rank <= k).length / ranks.length
  return { r1: within(1), r5: within(5), r10: within(10), mrr: meanReciprocalRank(ranks), median_rank: median(ranks) }
}
