import type { Background } from '../../base/domain.ts'
import { expectedMaximum, standing } from './background.ts'

/**
 * Raw scores say nothing by themselves: a cosine of 0.3 is a sure find for one query and noise for the next. Each lane's
 * score is therefore turned into the probability that a person would call the hit relevant, against what unrelated rows
 * score on the same query. All are logistic in one to three features, fitted by maximum likelihood; the word
 * coefficients were rounded by hand afterwards, for the two bounds that `wordProbability` puts on its features.
 *
 * [Note: fitted on] Cosines: `npm run bench fit-trust` with the model in the box, on one half of the photos and questions of
 * test/bench/trust.ts, which reports the other half; 15 of 100 hits among the first ten are taken to be right. Words: the validation
 * half (by hash of the question) of the questions of test/bench/fusion.ts: alt texts, titles and tags of two public libraries of
 * notes with photos, captions and object names of 159 COCO photos, and questions that nothing answers.
 */
export interface CosineCalibration {
  /**
   * What orders hits of all lanes. Its bias says how a lane stands to the others, so it was chosen on the validation half of
   * test/bench/fusion.ts: passages and words err together, and a photo by its looks alone comes after what an author wrote of it.
   */
  readonly order: CosineWeights
  /** What decides which hits are relevant. [Note: fitted on] */
  readonly verdict: CosineWeights
  /** The same where the commonness of what is asked is known; null where it does not matter. */
  readonly informed: (CosineWeights & { readonly commonness: number }) | null
}

interface CosineWeights {
  /** Log-odds of a row that scores just what the best of n unrelated ones is expected to score. */
  readonly bias: number
  /** Log-odds for each standard deviation more. */
  readonly slope: number
}

/** A text asked of pictures, in the common space, against neutral photos. */
export const pictureCalibration: CosineCalibration = {
  order: { bias: -1.6, slope: 0.84 },
  verdict: { bias: -0.92, slope: 1.2 },
  informed: { bias: 2.6, slope: 1.24, commonness: 0.504 }
}

/** The same for a pack without neutral photos, against neutral captions with photos of the library. */
export const pictureWithoutCohortCalibration: CosineCalibration = {
  order: { bias: -1.6, slope: 0.84 },
  verdict: { bias: -0.9, slope: 1.33 },
  informed: { bias: 1.98, slope: 1.62, commonness: 0.4 }
}

/** A text asked of texts in their encoder's own space, against neutral captions. */
export const meaningCalibration: CosineCalibration = {
  order: { bias: -3.6, slope: 0.93 },
  verdict: { bias: -1.47, slope: 1.08 },
  informed: null
}

/** A picture asked of texts in the common space, against neutral captions. By judgement, as a text asked of texts. */
export const pictureOfTextsCalibration: CosineCalibration = { ...meaningCalibration }

/**
 * A picture asked of pictures. By judgement: whoever drops a picture asks for what looks like it, so the best of what there is
 * should be shown; to be fitted once there are questions to fit it on.
 */
export const likenessCalibration: CosineCalibration = {
  order: { bias: -0.5, slope: 0.9 },
  verdict: { bias: -0.5, slope: 0.9 },
  informed: null
}

/** [Note: fitted on], with and without titles and file names. */
const words = { bias: -4.65, coverage: 6.3, information: 2.4 }

/** From this on a hit is shown as relevant: see the table of test/bench/trust.ts. */
export const relevantFrom = 0.35

/** ln(.35/.65) − ln(.25/.75): the words lane was fitted when hits were relevant from .25, and the same ones still are. */
const wordsFrom = 0.48

/** Nothing is certain: one lane alone never outweighs every other. */
const mostCertain = 0.999

/** What a lane says of one hit: how probable it is when hits are ordered, and when it is decided which are relevant. */
export interface Judged {
  readonly probability: number
  readonly verdict: number
}

/**
 * P = σ(bias + slope · (z − √(2 ln n)) + commonness · c),  z = (cosine − mean) / standard deviation
 *
 * √(2 ln n) is what the largest of n normal scores is expected to reach: the same z means less in a larger library. c says how
 * commonly people photograph what was asked: one shift for all photos of a question, so it has no say in the order, where it would
 * only move photos against texts.
 *
 * @param commonness  from `commonnessOf`; null where it is not known
 */
export function cosineProbability(
  cosine: number,
  background: Background,
  { order, verdict, informed }: CosineCalibration,
  commonness: number | null = null
): Judged {
  const excess = standing(cosine, background) - expectedMaximum(background.count)
  const logOdds = ({ bias, slope }: CosineWeights): number => bias + slope * excess
  return {
    probability: sigmoid(logOdds(order)),
    verdict: sigmoid(
      informed === null || commonness === null ? logOdds(verdict) : logOdds(informed) + informed.commonness * commonness
    )
  }
}

/**
 * Whether a cosine says anything at all: more than the best of n unrelated items is expected to reach, whatever
 * the bias of its lane.
 */
export function isAboveReference(cosine: number, background: Background): boolean {
  return standing(cosine, background) > expectedMaximum(background.count)
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

/** Of a probability by words: the verdict on its hit. */
export function wordVerdict(probability: number): number {
  return sigmoid(Math.log(probability / (1 - probability)) + wordsFrom)
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
