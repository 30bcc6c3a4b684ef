import type { BothDirections, Difference } from '../../../../shared/learning.ts'
import { pairedBootstrap } from './paired-bootstrap.ts'
import type { Strays } from './strays.ts'

/** A candidate's gain on the pairs that were held out. Thresholds as measured in the design; see docs/ssal.md, “The gate”. */
export const gateLimits = {
  /** Of the mean of both directions' MRR. */
  leastGain: 0.005,
  /** Neither direction may lose more. */
  mostLoss: 0.01,
  /** Of R@10 on the general probe set. */
  mostGeneralLoss: 0.01,
  /** Of the captions that were not trained on, seemingly of other photos: the estimate, and the lower end of its interval. */
  mostStrays: 0.2,
  mostSureStrays: 0.05,
  /** A map that finds fewer captions' photos at once does not know the library well enough to say what is a stray. */
  leastFoundAtOnce: 0.5
} as const

/** How a photo does under one map: the means of 1 / rank, as an answer to its texts and as a question for them. */
export interface PhotoRanks {
  readonly asAnswer: number
  readonly asQuestion: number
}

export interface Judgement {
  readonly isAccepted: boolean
  /** A sentence for a person. */
  readonly reason: string
  readonly mrrGain: Difference
}

/** Whether a candidate takes the place of the map that answers now. @param before, after and groups: photo by photo, the same order */
export function judge(input: {
  readonly before: readonly PhotoRanks[]
  readonly after: readonly PhotoRanks[]
  /** Photos of one group are judged together: see `TrainingData.groups`. */
  readonly groups: readonly number[]
  readonly figures: { readonly before: BothDirections; readonly after: BothDirections }
  readonly general: { readonly before: number; readonly after: number } | null
  /** The mean of both directions' MRR of answers in random order: see `chanceOf`. */
  readonly chance: number
  /** Under the candidate; null where no caption that claims to describe its photo was held out. */
  readonly strays: Strays | null
}): Judgement {
  const { before, after, groups, figures, general, chance, strays } = input
  const both = ({ asAnswer, asQuestion }: PhotoRanks): number => (asAnswer + asQuestion) / 2
  const mrrGain = pairedBootstrap(
    after.map((one, i) => both(one) - both(before[i] ?? one)),
    groups
  )
  const refuse = (reason: string): Judgement => ({ isAccepted: false, reason, mrrGain })
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

  const told = [figures.before, figures.after].flatMap(one => [one.textToImage.mrr, one.imageToText.mrr])
  if (![...told, mrrGain.low, mrrGain.high, chance, general?.before ?? 0, general?.after ?? 0].every(Number.isFinite))
    return refuse('It could not be measured: some of its figures are no numbers. Nothing was changed.')

  // Before all else, because it explains a small gain, and because what is learned from wrong pairs is wrong even where the others outweigh it.
  if (
    strays !== null &&
    strays.foundAtOnce >= gateLimits.leastFoundAtOnce &&
    strays.share.mean >= gateLimits.mostStrays &&
    strays.share.low > gateLimits.mostSureStrays
  ) {
    return refuse(
      `About ${Math.round(100 * Math.min(1, strays.share.mean))} of 100 captions seem to belong to other photos than they stand beside, so nothing was changed. Look through the pairs, reject those that are wrong, and train again.`
    )
  }
  if (!(mrrGain.low > 0) || mrrGain.mean < gateLimits.leastGain) {
    return refuse(
      mrrGain.mean <= 0
        ? `It does not find more of the pairs that were held out (${signed(mrrGain.mean)}), so nothing was changed.`
        : `Its gain on the pairs that were held out (${signed(mrrGain.mean)}) may be chance, so nothing was changed.`
    )
  }
  // A map that was worse than chance on pairs that mean nothing gains by forgetting.
  if (!(pairedBootstrap(after.map(both), groups).low > chance)) {
    return refuse(
      'Captions and photos of this library find each other no better than by chance, so they do not seem to belong together. Nothing was changed.'
    )
  }
  for (const [direction, name] of [
    ['textToImage', 'captions find their photos'],
    ['imageToText', 'photos find their captions']
  ] as const) {
    const loss = figures.before[direction].mrr - figures.after[direction].mrr
    if (loss > gateLimits.mostLoss)
      return refuse(`With it ${name} less well (${signed(-loss)}), so nothing was changed.`)
  }
  if (general !== null && general.before - general.after > gateLimits.mostGeneralLoss) {
    return refuse(
      `It finds less of the pictures of others: ${percent(general.after)} instead of ${percent(general.before)} among the first ten. Nothing was changed.`
    )
  }
  return { isAccepted: true, reason: `Captions and photos find each other better: ${signed(mrrGain.mean)}.`, mrrGain }
}

/**
 * The mean of both directions' MRR when answers come in random order: H_n / n for n photos, and about H_m / n for m texts, of which m / n are
 * right for each photo.
 */
export function chanceOf(photos: number, texts: number): number {
  const harmonic = (n: number): number => {
    let sum = 0
    for (let i = 1; i <= n; i++) sum += 1 / i
    return sum
  }
  return (harmonic(photos) + harmonic(texts)) / (2 * photos)
}

/** As people read a difference of mean reciprocal ranks. */
function signed(difference: number): string {
  return `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(3)} MRR`
}
