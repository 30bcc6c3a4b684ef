import type { SsalConfig } from './ssal.ts'

const largestBatch = 256
/** Times that each photo is seen; small libraries need more steps before the average has forgotten the start. */
const epochs = 40
const fewestSteps = 200
/** Beside photos of others, from which the average takes less of the own ones: more steps learn these by heart, and find fewer of new notes. */
const fewestStepsRehearsed = 100
const evaluations = 20

/** Of the anchor, where photos of others are rehearsed. */
export const rehearsalAnchor = 10

/**
 * For learning a library on top of the pack's own map. Measured on the synthetic world of `npm run bench ssal` and on validation folds of
 * real libraries, never on a test fold.
 *
 * @param photos  that are trained on
 */
export function librarySettings(
  photos: number,
  options: {
    readonly hasRotations: boolean
    readonly hasLabels: boolean
    readonly hasRehearsal?: boolean
    readonly seed: number
  }
): SsalConfig {
  const { hasRotations, hasLabels, hasRehearsal = false, seed } = options
  const rehearsedShare = hasRehearsal ? 0.5 : 0
  const batch = Math.min(largestBatch, Math.round(photos / (1 - rehearsedShare)))
  const fewest = hasRehearsal ? fewestStepsRehearsed : fewestSteps
  const steps = Math.max(fewest, Math.ceil((epochs * photos) / (batch * (1 - rehearsedShare))))
  return {
    seed,
    batch,
    steps,
    evaluateEvery: Math.ceil(steps / evaluations),
    temperature: 0.05,
    rotatedWeight: hasRotations ? 0.25 : 0,
    structureWeight: 20,
    anchorWeight: hasRehearsal ? rehearsalAnchor : 0,
    labelWeight: hasLabels ? 0.1 : 0,
    tripletWeight: 0,
    modalityReversal: 0.2,
    rotationReversal: hasRotations ? 0.08 : 0,
    discriminatorSteps: 5,
    learningRate: 5e-4,
    discriminatorLearningRate: 1e-2,
    weightDecay: 1e-2,
    averageDecay: 0.99,
    rehearsedShare,
    imageNoise: 0,
    wordDropout: 0,
    learningRateScales: { linear: 1, words: 1, residual: 1 }
  }
}

/** h of every residual. */
export const hidden = 256

/** Of the word table: which tokens, how long a text, how many numbers a word. */
export const wordTable = { fewest: 2, length: 32, dimension: 128 } as const

/**
 * For a base projector, from captioned photos of anybody. Chosen on the development photos of Flickr8k: noise on the photos is what
 * lets a map of this size learn at all (R@10 .52 without, .56 with it). With discriminators that learn at 1e-2, as a library's do, λ .1 hides
 * more than λ .03 at 1e-3 did, rotations above all, and costs as little; λ .15 to .4 hides hardly more.
 */
export function baseSettings(
  photos: number,
  options: { readonly hasRotations: boolean; readonly hasWords: boolean; readonly seed: number }
): SsalConfig {
  const { hasRotations, hasWords, seed } = options
  const batch = Math.min(largestBatch, photos)
  const steps = Math.max(fewestSteps, Math.ceil((epochs * photos) / batch))
  return {
    seed,
    batch,
    steps,
    evaluateEvery: Math.ceil(steps / evaluations),
    temperature: 0.05,
    rotatedWeight: hasRotations ? 0.2 : 0,
    structureWeight: 0,
    anchorWeight: 0,
    labelWeight: 0,
    tripletWeight: 0,
    modalityReversal: 0.1,
    rotationReversal: hasRotations ? 0.1 : 0,
    discriminatorSteps: 5,
    learningRate: 1e-3,
    discriminatorLearningRate: 1e-2,
    weightDecay: 1e-2,
    averageDecay: 0.998,
    rehearsedShare: 0,
    imageNoise: 1,
    wordDropout: hasWords ? 0.3 : 0,
    learningRateScales: { linear: 1, words: 3, residual: 0.5 }
  }
}

/**
 * For the classic benchmark: ACMR's label and triplet terms beside the pairs, features without rotations. `modalityReversal` is that of the
 * training with the adversary.
 *
 * @param pairs  that are trained on
 * @see Wang et al., Adversarial cross-modal retrieval, ACM MM 2017
 */
export function paperSettings(pairs: number, seed: number): SsalConfig {
  const settings = librarySettings(pairs, { hasRotations: false, hasLabels: true, seed })
  return { ...settings, structureWeight: 0, labelWeight: 1, tripletWeight: 1, modalityReversal: 0.1 }
}
