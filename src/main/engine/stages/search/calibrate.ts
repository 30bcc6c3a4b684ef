import type { Background } from '../../base/domain.ts'

/**
 * Raw scores say nothing by themselves: a cosine of 0.3 is a sure find for one query and noise for the next. Each lane's
 * score is therefore turned into the probability that a person would call the hit relevant, against what unrelated items
 * score on the same query. All three are logistic in one or two features, fitted by maximum likelihood; the word
 * coefficients were rounded by hand afterwards, for the two bounds that `wordProbability` puts on its features.
 *
 * [Note: fitted on] The validation half (by hash of the question) of the questions of test/bench/fusion.ts: alt texts,
 * titles and tags of two public libraries of notes with photos, captions and object names of 159 COCO photos, and questions
 * that nothing answers. The other half is only reported. To fit again, print the features there and solve the regression.
 */
export interface CosineCalibration {
  /** Log-odds of an item that scores just what the best of n unrelated ones is expected to score. */
  readonly bias: number
  /** Log-odds for each standard deviation more. */
  readonly slope: number
}

/** A text asked of pictures, or a picture of texts, in the common space. [Note: fitted on], COCO questions only. */
export const pictureCalibration: CosineCalibration = { bias: -1.6, slope: 0.84 }

/**
 * A text asked of texts in their encoder's own space. [Note: fitted on]; the bias (−2.2 by itself) was lowered until the whole
 * ranking was best, because passages and words err together.
 */
export const meaningCalibration: CosineCalibration = { bias: -2.6, slope: 0.93 }

/**
 * A picture asked of pictures. By judgement: whoever drops a picture asks for what looks like it, so the best of what there is
 * should be shown; to be fitted once there are questions to fit it on.
 */
export const likenessCalibration: CosineCalibration = { bias: -0.5, slope: 0.9 }

/** [Note: fitted on], with and without titles and file names. */
const words = { bias: -4.65, coverage: 6.3, information: 2.4 }

/** From this on a hit is shown as relevant. Chosen on the validation half: see the table of test/bench/fusion.ts. */
export const relevantFrom = 0.25

/** Nothing is certain: one lane alone never outweighs every other. */
const mostCertain = 0.999

/**
 * P = σ(bias + slope · (z − √(2 ln n))),  z = (cosine − mean) / standard deviation
 *
 * √(2 ln n) is what the largest of n normal scores is expected to reach: the same z means less in a larger library.
 */
export function cosineProbability(cosine: number, background: Background, { bias, slope }: CosineCalibration): number {
  return sigmoid(bias + slope * (standing(cosine, background) - expectedMaximum(background.count)))
}

/**
 * Whether a cosine says anything at all: more than the best of n unrelated items is expected to reach, which is where
 * `cosineProbability` begins to rise above its bias.
 */
export function isAboveReference(cosine: number, background: Background): boolean {
  return standing(cosine, background) > expectedMaximum(background.count)
}

/** Standard deviations above an ordinary item; 0 where all score the same. */
function standing(cosine: number, { mean, standardDeviation }: Background): number {
  return standardDeviation > 0 ? (cosine - mean) / standardDeviation : 0
}

function expectedMaximum(n: number): number {
  return Math.sqrt(2 * Math.log(Math.max(n, 2)))
}

/**
 * P = σ(bias + a · coverage + b · ln information)
 *
 * coverage = bm25 / ceiling: which share of the asked words stands there, each weighted by its rarity. information =
 * max(bm25, 1) / ln(1 + rows): how surprising the match is, in terms of finding one row; a match of common words only is worth
 * little, but a word that everybody uses ("recipe") is still a match, hence the 1.
 *
 * @param bm25     of the item's best row, > 0
 * @param ceiling  of the query, from `wordCeiling`
 * @param rows     in the word index
 */
export function wordProbability(bm25: number, { ceiling, rows }: { ceiling: number; rows: number }): number {
  const coverage = ceiling > 0 ? Math.min(1, bm25 / ceiling) : 0
  const information = Math.max(bm25, 1) / Math.log(1 + Math.max(rows, 1))
  return sigmoid(words.bias + words.coverage * coverage + words.information * Math.log(information))
}

/**
 * The BM25 that a row with every asked word would reach. A word that stands nowhere counts as much as one that stands in
 * one row: it was asked, and it is missing.
 *
 * @param best  for each word, the BM25 of the row that it fits best; 0 when there is none
 * @param rows  in the word index
 */
export function wordCeiling(best: readonly number[], rows: number): number {
  return best.reduce((sum, bm25) => sum + (bm25 > 0 ? bm25 : Math.log(2 * Math.max(rows, 1))), 0)
}

function sigmoid(logOdds: number): number {
  return Math.min(mostCertain, 1 / (1 + Math.exp(-logOdds)))
}
