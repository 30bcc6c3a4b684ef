import { EngineError } from '../../../../shared/errors.ts'
import { seededRandom } from '../../math/random.ts'
import { makeUnit, meanOf } from '../../math/vectors.ts'
import { meanAveragePrecision } from './average-precision.ts'
import { learnedProjector } from './candidate.ts'
import { Dataset } from './dataset.ts'
import { openSession } from './executors/open-session.ts'
import { cosinesOf, openRowProjector } from './executors/row-projector.ts'
import { foldsOf } from './folds.ts'
import { probeAccuracy } from './probe.ts'
import { paperSettings } from './settings.ts'
import { ssalProgram, train, type SsalConfig, type SsalStart } from './ssal.ts'
import type { TowerStart } from './nets.ts'
import type { Values } from './step.ts'
import { rowOf, type TrainingData } from './training-data.ts'

/** Pictures and texts as ready features: picture i and text i belong together, and are of one class. */
export interface FeaturePairs {
  /** [n, d] */
  readonly images: Float32Array
  /** [n, e] */
  readonly texts: Float32Array
  /** [n] 0…classes − 1 */
  readonly labels: Int32Array
}

/** A classic benchmark of retrieval across modalities: features instead of files, classes instead of captions. */
export interface Benchmark {
  readonly imageDimension: number
  readonly textDimension: number
  readonly classes: number
  readonly train: FeaturePairs
  readonly test: FeaturePairs
}

export interface PaperInput {
  readonly benchmark: Benchmark
  readonly seed: number
  /** Other settings than the usual ones, for ablations. */
  readonly settings?: Partial<SsalConfig> | undefined
}

/** How well one modality finds the class in the other, and what a fresh probe still tells of the modality (chance is .5). */
interface PaperFigures {
  /** Mean average precision over the whole ranking, 0…1. */
  readonly imageToText: number
  readonly textToImage: number
  readonly modalityProbe: number
}

export type PaperStep =
  | { readonly kind: 'paper-point'; readonly step: number; readonly steps: number }
  | {
      readonly kind: 'compared'
      /** Pairs that were trained on, chosen on and judged on. */
      readonly trained: number
      readonly validation: number
      readonly test: number
      /** On the test part, which nothing was chosen on. */
      readonly withAdversary: PaperFigures
      readonly withoutAdversary: PaperFigures
    }

/** Fewer say nothing: a batch, a part to choose on and a probe need them. */
const fewestTrained = 20
const fewestTested = 8

/**
 * “Paper” mode: trains twice on the same pairs, without and with the modality adversary, beside ACMR's label and triplet terms. Checkpoints
 * are chosen on a part of the training pairs that is held back; the test part is projected once at the end of each. Features have no
 * rotated pictures, so the rotation adversary has nothing to read and is left out.
 *
 * @throws EngineError bad-input with too few pairs
 */
export async function* runPaper({ benchmark, seed, settings }: PaperInput, threads = 1): AsyncGenerator<PaperStep> {
  const { train: own, test } = benchmark
  if (own.labels.length < fewestTrained || test.labels.length < fewestTested)
    throw new EngineError(
      'bad-input',
      `There are ${own.labels.length} pairs to train on and ${test.labels.length} to judge on, and at least ${fewestTrained} and ${fewestTested} are needed. Nothing was changed.`
    )
  const folds = foldsOf(
    Int32Array.from(own.labels, (_, i) => i),
    0,
    { train: 0.85, validation: 0.15 }
  )
  const prepared = comparable(benchmark)
  const found: PaperFigures[] = []
  const adversarial = { ...paperSettings(folds.train.length, seed), ...settings }
  for (const config of [{ ...adversarial, modalityReversal: 0 }, adversarial]) {
    const start = startOf(prepared, folds.train, seed)
    let best: Values | null = null
    for await (const { step, weights } of learn(prepared, folds, { start, config, threads })) {
      best = weights
      yield { kind: 'paper-point', step: found.length * config.steps + step, steps: 2 * config.steps }
    }
    if (best === null) throw new Error('The training ended before there was anything to choose.')
    found.push(await figuresOf(prepared.test, { start, weights: best, threads }))
  }
  const [withoutAdversary, withAdversary] = found
  if (withoutAdversary === undefined || withAdversary === undefined) throw new Error('Both trainings have figures.')
  yield {
    kind: 'compared',
    ...{ trained: folds.train.length, validation: folds.validation.length, test: test.labels.length },
    ...{ withAdversary, withoutAdversary }
  }
}

const dimension = 64
const hidden = 128

interface Learning {
  readonly start: SsalStart
  readonly config: SsalConfig
  readonly threads: number
}

/** One training; tells at each evaluation the best weights so far, as the part that is held back says. */
async function* learn(
  { train: own, classes, imageDimension, textDimension }: Benchmark,
  folds: { readonly train: readonly number[]; readonly validation: readonly number[] },
  { start, config, threads }: Learning
): AsyncGenerator<{ readonly step: number; readonly weights: Values | null }> {
  const dataset = new Dataset(pairsOf(own, { imageDimension, textDimension }), {
    ...{ seed: config.seed, batch: config.batch, photos: folds.train, words: null, labels: classes },
    ...{ imageNoise: config.imageNoise, wordDropout: config.wordDropout }
  })
  const held = chosen(own, folds.validation, { imageDimension, textDimension })
  const session = await openSession(ssalProgram(start, config), { device: 'cpu', threads })
  try {
    const lesson = {
      batch: (step: number) => dataset.batch(step),
      judge: async (weights: Values) => precisions(held.labels, await projected(held, { start, weights, threads })),
      isWorse: (scores: Precisions, best: Precisions) => !(bothOf(scores) > bothOf(best))
    }
    for await (const { step, best } of train(session, lesson, config)) yield { step, weights: best?.weights ?? null }
  } finally {
    await session.close()
  }
}

/** Both directions' mean average precision. */
function bothOf({ imageToText, textToImage }: Precisions): number {
  return imageToText + textToImage
}

/** Random linear maps of centred features: without centring, each side lies in a corner of its own, where a discriminator is so sure that nothing comes back from it. */
function startOf(
  { train: own, classes, imageDimension, textDimension }: Benchmark,
  trained: readonly number[],
  seed: number
): SsalStart {
  const random = seededRandom(seed)
  const linear = (values: Float32Array, d: number): TowerStart['linear'] => ({
    mean: meanOf(trained.map(i => rowOf(values, i, d))),
    matrix: Float32Array.from({ length: d * dimension }, () => random.normal() / Math.sqrt(d))
  })
  const size = { dimension, words: null, hidden }
  return {
    image: { ...size, tower: 'image', inputDimension: imageDimension, linear: linear(own.images, imageDimension) },
    text: { ...size, tower: 'text', inputDimension: textDimension, linear: linear(own.texts, textDimension) },
    labels: classes
  }
}

type Dimensions = Pick<Benchmark, 'imageDimension' | 'textDimension'>
type Precisions = Pick<PaperFigures, 'imageToText' | 'textToImage'>
type CommonRows = Pick<FeaturePairs, 'images' | 'texts'>

/** As any training takes its pairs. A class is a group: as in ACMR, only what is of another class is a wrong answer. */
function pairsOf({ images, texts, labels }: FeaturePairs, dimensions: Dimensions): TrainingData {
  const count = labels.length
  const numbers = Int32Array.from({ length: count }, (_, i) => i)
  return {
    ...{ images, rotations: 1, texts, labels, ...dimensions },
    ...{ tokens: new Int32Array(0), tokenStarts: new Int32Array(count + 1) },
    ...{ pairPhotos: numbers, pairTexts: numbers, alike: labels, groups: labels },
    gallery: new Int16Array(0),
    pairWeights: new Float32Array(count).fill(1),
    pairDescribes: new Uint8Array(count).fill(1)
  }
}

function chosen(of: FeaturePairs, positions: readonly number[], dimensions: Dimensions): FeaturePairs {
  const pick = (values: Float32Array, d: number): Float32Array => {
    const picked = new Float32Array(positions.length * d)
    positions.forEach((row, i) => picked.set(rowOf(values, row, d), i * d))
    return picked
  }
  return {
    images: pick(of.images, dimensions.imageDimension),
    texts: pick(of.texts, dimensions.textDimension),
    labels: Int32Array.from(positions, i => of.labels[i] ?? 0)
  }
}

/** Both sides in the common space, [n, k] each. */
async function projected(
  { images, texts }: FeaturePairs,
  { start, weights, threads }: Omit<Learning, 'config'> & { readonly weights: Values }
): Promise<CommonRows> {
  const projector = openRowProjector(learnedProjector(start, weights, null, 'a benchmark of features'), threads)
  try {
    const { image, text } = start
    return {
      images: await projector.project('image', { vectors: images, dimension: image.inputDimension }),
      texts: await projector.project('text', { vectors: texts, dimension: text.inputDimension })
    }
  } finally {
    await projector.close()
  }
}

async function precisions(labels: Int32Array, { images, texts }: CommonRows): Promise<Precisions> {
  const cosines = await cosinesOf(images, texts, dimension)
  const cosine = (image: number, text: number): number => cosines[image * labels.length + text] ?? 0
  return {
    imageToText: meanAveragePrecision(labels, labels, cosine),
    textToImage: meanAveragePrecision(labels, labels, (text, image) => cosine(image, text))
  }
}

async function figuresOf(test: FeaturePairs, learned: Parameters<typeof projected>[1]): Promise<PaperFigures> {
  const rows = await projected(test, learned)
  const probed = [...test.labels.keys()].flatMap(photo => [
    { row: rowOf(rows.images, photo, dimension), is: 0, photo },
    { row: rowOf(rows.texts, photo, dimension), is: 1, photo }
  ])
  return { ...(await precisions(test.labels, rows)), modalityProbe: probeAccuracy(probed, 2) }
}

/** Unit rows; of a side without negative values (histograms, shares of topics), of their square roots. */
function comparable(benchmark: Benchmark): Benchmark {
  const { train: own, test, imageDimension, textDimension } = benchmark
  const isPositive = (values: Float32Array): boolean => values.every(value => value >= 0)
  const arePositive = {
    images: isPositive(own.images) && isPositive(test.images),
    texts: isPositive(own.texts) && isPositive(test.texts)
  }
  const rows = (values: Float32Array, d: number, hasRoots: boolean): Float32Array => {
    const scaled = hasRoots ? values.map(Math.sqrt) : values.slice()
    for (let i = 0; i < scaled.length; i += d) makeUnit(scaled.subarray(i, i + d))
    return scaled
  }
  const part = ({ images, texts, labels }: FeaturePairs): FeaturePairs => ({
    images: rows(images, imageDimension, arePositive.images),
    texts: rows(texts, textDimension, arePositive.texts),
    labels
  })
  return { ...benchmark, train: part(own), test: part(test) }
}
