import { CholeskyDecomposition, EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix'
import type { LinearMap, ProjectorWeights, TowerMap } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { seededRandom } from '../../math/random.ts'
import { meanReciprocalRank, pairRanks } from '../../math/ranks.ts'
import { type Moments, momentsOf } from './moments.ts'
import { withId } from './projector-file.ts'
import { applyTower } from './projector.ts'

export interface CcaOptions {
  /** k ≤ min(dx, dy) */
  readonly dimension: number
  /** Added to the variances, as a share of their mean: directions in which images hardly differ count less. > 0 */
  readonly imageRegularisation: number
  readonly textRegularisation: number
  /** Direction i is stretched by ρᵢ to this power: 0 trusts all alike, more trusts those on which both sides agree. ≥ 0 */
  readonly power: number
}

export interface Cca {
  readonly image: LinearMap
  readonly text: LinearMap
  /** ρ₁ ≥ ρ₂ ≥ … ≥ ρₖ, 0…1 */
  readonly correlations: readonly number[]
}

/**
 * Canonical correlation analysis in closed form: the k directions in which images and texts agree most.
 *
 *   K = L⁻¹ (Sᵧₓ Sₓₓ⁻¹ Sₓᵧ) L⁻ᵀ = V ρ² Vᵀ ,  L Lᵀ = Sᵧᵧ ,  Wᵧ = L⁻ᵀ V ρᵖ ,  Wₓ = Sₓₓ⁻¹ Sₓᵧ L⁻ᵀ V ρᵖ⁻¹
 *
 * Both variances regularised. Only the smaller matrix K needs its eigenvectors; the large one is solved by Cholesky.
 *
 * @param predictor  `textPredictor(moments, options.imageRegularisation)`, to be shared between calls with other options
 * @see Hardoon et al., Canonical correlation analysis: an overview, Neural Computation 2004
 */
export function cca(
  moments: Moments,
  options: CcaOptions,
  predictor = textPredictor(moments, options.imageRegularisation)
): Cca {
  const { imageMean, textMean, imageText, textText } = moments
  const { dimension: k, power } = options
  const lower = new CholeskyDecomposition(regularised(textText, options.textRegularisation)).lowerTriangularMatrix
  const whiten = inverse(lower)
  const explained = whiten.mmul(imageText.transpose().mmul(predictor)).mmul(whiten.transpose())
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric(explained), {
    assumeSymmetric: true
  })

  const best = realEigenvalues
    .map((_, i) => i)
    .sort((a, b) => (realEigenvalues[b] ?? 0) - (realEigenvalues[a] ?? 0))
    .slice(0, k)
  const correlations = best.map(i => Math.sqrt(Math.min(1, Math.max(0, realEigenvalues[i] ?? 0))))
  const directions = whiten.transpose().mmul(eigenvectorMatrix.subMatrixColumn(best))
  const text = directions.clone()
  const image = predictor.mmul(directions)
  correlations.forEach((correlation, i) => {
    text.mulColumn(i, correlation ** power)
    // A direction in which nothing agrees says nothing of an image.
    image.mulColumn(i, correlation < 1e-6 ? 0 : correlation ** (power - 1))
  })
  return { image: linearMap(imageMean, image), text: linearMap(textMean, text), correlations }
}

/** Sₓₓ⁻¹ Sₓᵧ [dx, dy]: what an image lets one expect of its text. The costly half of `cca`. */
function textPredictor(moments: Moments, imageRegularisation: number): Matrix {
  return new CholeskyDecomposition(regularised(moments.imageImage, imageRegularisation)).solve(moments.imageText)
}

export interface BaseProjector {
  readonly weights: ProjectorWeights
  /** What was chosen. */
  readonly options: CcaOptions
  /** The image regularisation among them. */
  readonly regularisation: number
  /** Mean of both directions' reciprocal ranks on the photos that were held back while choosing. */
  readonly validationMrr: number
}

/** Values that are tried, wide enough for encoders of all kinds. On Flickr8k the best are 1, 0.0003 and 0.75. */
const choices = {
  imageRegularisation: [0.03, 0.1, 0.3, 1, 3],
  textRegularisation: [0.0003, 0.001, 0.01, 0.1, 1],
  power: [0, 0.25, 0.5, 0.75, 1, 1.5, 2]
} as const
const firstChoice = { imageRegularisation: 0.3, textRegularisation: 0.01, power: 0.75 } as const

const fewestImages = 100
/** Share of the images that are held back to choose on; then the map is fitted anew on all. */
const validationShare = 0.1
const mostHeldBack = 1000
const largestDimension = 256

/**
 * The map into a common space for two towers that were not trained together, from captioned photos. Regularisation and power
 * are chosen on photos that are held back, so that nobody has to.
 *
 * @param images       [n] unit rows [dx]
 * @param texts        [m] unit rows [dy]; null is left out
 * @param imageOfText  [m] the position of each text's image
 * @throws EngineError bad-input with fewer than 100 captioned images
 */
export function fitBaseProjector(
  images: readonly Float32Array[],
  texts: readonly (Float32Array | null)[],
  imageOfText: readonly number[]
): BaseProjector {
  const captioned = new Set(imageOfText.filter((_, t) => texts[t] !== null))
  if (captioned.size < fewestImages) {
    throw new EngineError(
      'bad-input',
      `Only ${captioned.size} photos with captions are there, and a map between pictures and words needs at least ${fewestImages}. Nothing was changed.`
    )
  }
  const { fitting, heldBack } = holdBack({ images, texts, imageOfText })
  const { options, mrr } = chooseOptions(momentsOf(fitting.images, fitting.texts, fitting.imageOfText), heldBack)
  const { image, text } = cca(momentsOf(images, texts, imageOfText), options)
  const source = `CCA of ${captioned.size} captioned photos`
  const weights = withId({ dimension: options.dimension, image: linearTower(image), text: linearTower(text), source })
  return { weights, options, regularisation: options.imageRegularisation, validationMrr: mrr }
}

interface CaptionedImages {
  readonly images: readonly Float32Array[]
  readonly texts: readonly (Float32Array | null)[]
  readonly imageOfText: readonly number[]
}

/** Splits by image, so no photo is on both sides; the same images each time. */
function holdBack({ images, texts, imageOfText }: CaptionedImages): {
  fitting: CaptionedImages
  heldBack: CaptionedImages
} {
  const order = [...seededRandom(1).permutation(images.length)]
  const count = Math.min(mostHeldBack, Math.ceil(images.length * validationShare))
  const take = (chosen: readonly number[]): CaptionedImages => {
    const position = new Map(chosen.map((image, i) => [image, i]))
    const own = imageOfText.flatMap((image, t) => (position.has(image) ? [t] : []))
    return {
      images: chosen.flatMap(image => images[image] ?? []),
      texts: own.map(t => texts[t] ?? null),
      imageOfText: own.map(t => position.get(imageOfText[t] ?? -1) ?? -1)
    }
  }
  return { fitting: take(order.slice(count)), heldBack: take(order.slice(0, count)) }
}

/** One option after the other, each with the best of those before it: the optimum is broad, and every image option costs a solve. */
function chooseOptions(moments: Moments, heldBack: CaptionedImages): { options: CcaOptions; mrr: number } {
  const dimension = Math.min(moments.imageText.rows, moments.imageText.columns, largestDimension)
  let best: { options: CcaOptions; mrr: number } = { options: { dimension, ...firstChoice }, mrr: -Infinity }
  const attempt = (options: CcaOptions, predictor: Matrix): void => {
    const { image, text } = cca(moments, options, predictor)
    const texts = heldBack.texts.map(vector => vector && applyTower(linearTower(text), vector, null))
    const ranks = pairRanks(
      heldBack.images.map(vector => applyTower(linearTower(image), vector, null)),
      texts,
      heldBack.imageOfText
    )
    const mrr = (meanReciprocalRank(ranks.ofTexts) + meanReciprocalRank(ranks.ofImages)) / 2
    if (mrr > best.mrr) best = { options, mrr }
  }
  let predictor = textPredictor(moments, firstChoice.imageRegularisation)
  for (const imageRegularisation of choices.imageRegularisation) {
    const tried = best.mrr
    const candidate = textPredictor(moments, imageRegularisation)
    attempt({ dimension, ...firstChoice, imageRegularisation }, candidate)
    if (best.mrr > tried) predictor = candidate
  }
  for (const textRegularisation of choices.textRegularisation)
    attempt({ ...best.options, textRegularisation }, predictor)
  for (const power of choices.power) attempt({ ...best.options, power }, predictor)
  return best
}

function regularised(covariance: Matrix, share: number): Matrix {
  return Matrix.add(covariance, Matrix.eye(covariance.rows).mul((share * covariance.trace()) / covariance.rows))
}

/** Rounding leaves the two halves a little different, which the decomposition would not forgive. */
function symmetric(matrix: Matrix): Matrix {
  return Matrix.add(matrix, matrix.transpose()).mul(0.5)
}

function linearTower(linear: LinearMap): TowerMap {
  return { linear, words: null, residuals: [] }
}

function linearMap(mean: Float64Array, matrix: Matrix): LinearMap {
  return { mean: Float32Array.from(mean), matrix: Float32Array.from(matrix.to1DArray()) }
}
