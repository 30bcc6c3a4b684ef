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
  /** Sentences for a person. */
  readonly reason: string
  readonly mrrGain: Difference
  /** About how many groups would tell a gain of this size from chance; null where that is not what is missing. */
  readonly needed: number | null
}

/** Of the mean of both directions' MRR, photo by photo. */
export function gainOf(
  before: readonly PhotoRanks[],
  after: readonly PhotoRanks[],
  groups: readonly number[]
): Difference {
  return pairedBootstrap(
    after.map((one, i) => both(one) - both(before[i] ?? one)),
    groups
  )
}

/**
 * Whether it is clear that a map is worse than another. What is drawn lies around the mean, so where that is not lower nothing is
 * clear, and nothing has to be drawn.
 */
export function isClearlyWorse(
  one: readonly PhotoRanks[],
  than: readonly PhotoRanks[],
  groups: readonly number[]
): boolean {
  const sum = one.reduce((total, photo, i) => total + both(photo) - both(than[i] ?? photo), 0)
  return sum < 0 && gainOf(than, one, groups).high < 0
}

function both({ asAnswer, asQuestion }: PhotoRanks): number {
  return (asAnswer + asQuestion) / 2
}

/**
 * Whether a candidate takes the place of the map that answers now: only for what it does for notes and subjects that it has not seen.
 * @param before, after and groups: photo by photo, the same order
 */
export function judge(input: {
  readonly before: readonly PhotoRanks[]
  readonly after: readonly PhotoRanks[]
  /** Photos of one group are judged together: see `TrainingData.groups`. */
  readonly groups: readonly number[]
  readonly figures: { readonly before: BothDirections; readonly after: BothDirections }
  /** The gain for new photos of groups that were learned from: told, and never a reason to accept. null where nothing of the kind was asked. */
  readonly known: Difference | null
  readonly asked: { readonly captions: number; readonly gallery: number }
  /** Of what was learned, as it was chosen on validation photos; 0: none of it was any better there. */
  readonly share: number
  readonly general: { readonly before: number; readonly after: number } | null
  /** The mean of both directions' MRR of answers in random order: see `chanceOf`. */
  readonly chance: number
  /** Under the candidate; null where no caption that claims to describe its photo was held out. */
  readonly strays: Strays | null
}): Judgement {
  const { before, after, groups, figures, known, asked, share, general, chance, strays } = input
  const mrrGain = gainOf(before, after, groups)
  const refuse = (reason: string, needed: number | null = null): Judgement => ({
    ...{ isAccepted: false, reason, mrrGain, needed }
  })
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
  if (!(mrrGain.low > 0) || mrrGain.mean < gateLimits.leastGain || share === 0) {
    const judged = new Set(groups).size
    const isOnlyKnown = known !== null && known.low > 0
    const onlyKnown = isOnlyKnown
      ? ` It finds more new photos of notes and subjects that it knows (${signed(known.mean)}), which does not help with new ones.`
      : ''
    if (mrrGain.mean < gateLimits.leastGain || share === 0)
      return refuse(
        `It does not find more photos of notes and subjects that it has not seen (${signed(mrrGain.mean)}), so nothing was changed.${onlyKnown}`
      )
    const needed = Math.ceil(judged * ((mrrGain.mean - mrrGain.low) / mrrGain.mean) ** 2)
    return refuse(
      `Its gain for notes and subjects that it has not seen (${signed(mrrGain.mean)}) may be chance, so nothing was changed. ${judged} of them are too few to know; about ${needed} would tell a gain of this size.${onlyKnown}`,
      needed
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
  const found = ({ textToImage }: BothDirections): string => `${Math.round(100 * textToImage.r10)} %`
  return {
    isAccepted: true,
    // What decided comes first: the share among the first ten may stay the same, or fall, while ranks above and below it rise.
    reason: `Captions and photos of notes and subjects that it had not seen find each other better (${signed(mrrGain.mean)}). Of ${asked.captions} captions, ${found(figures.after)} now find their photo among the first ten of ${asked.gallery}; it was ${found(figures.before)}.`,
    mrrGain,
    needed: null
  }
}

/**
 * The mean of both directions' MRR when answers come in random order: H_n / n for n photos, and about r · H_m / m for m texts, of which r are
 * right for each photo.
 */
export function chanceOf(photos: number, texts: number, textsEach = texts / photos): number {
  const harmonic = (n: number): number => {
    let sum = 0
    for (let i = 1; i <= n; i++) sum += 1 / i
    return sum
  }
  return (harmonic(photos) / photos + (textsEach * harmonic(texts)) / texts) / 2
}

/** As people read a difference of mean reciprocal ranks. */
function signed(difference: number): string {
  return `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(3)} MRR`
}
