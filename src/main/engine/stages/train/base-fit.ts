import type { BothDirections, Device, RunPoint } from '../../../../shared/learning.ts'
import type { LinearMap, ProjectorWeights } from '../../base/domain.ts'
import { norm } from '../../math/vectors.ts'
import { fitBaseProjector } from '../project/cca.ts'
import { parseProjector, serializeProjector } from '../project/projector-file.ts'
import { learnedProjector } from './candidate.ts'
import { Dataset } from './dataset.ts'
import { openSession } from './executors/open-session.ts'
import { heldOut, scoresOf, type Scores } from './held-out.ts'
import { RunPoints } from './run-points.ts'
import { baseSettings, hidden, wordTable } from './settings.ts'
import { ssalProgram, train, type SsalConfig, type SsalStart } from './ssal.ts'
import { rowOf, type TrainingData } from './training-data.ts'
import { vocabularyOf } from './vocabulary.ts'

export interface FitInput {
  readonly data: TrainingData
  /** Positions of the photos that checkpoints are chosen on; all others are trained on. */
  readonly validation: Int32Array
  readonly seed: number
  readonly device: Device
  /** Whether a word table is trained beside the frozen text embedding. */
  readonly hasWords: boolean
  /** The linear map to begin with, as a projector file; fitted when absent. */
  readonly start?: Uint8Array | undefined
  /** Other settings than the usual ones, for ablations. */
  readonly settings?: Partial<SsalConfig> | undefined
}

export type FitStep =
  | { readonly kind: 'point'; readonly point: RunPoint }
  | {
      readonly kind: 'fitted'
      /** A projector file. */
      readonly projector: Uint8Array
      /** On the validation photos: of the linear map that the training started from, and of what came out. */
      readonly before: BothDirections
      readonly after: BothDirections
    }

/**
 * Learns the map into a common space for two towers that were not trained together: from the linear map that correlates best, by SSAL,
 * with a residual on each side and, if wanted, a word table on the side of texts.
 *
 * @throws EngineError bad-input with fewer than 100 captioned photos
 */
export async function* runFit(input: FitInput, threads = 1): AsyncGenerator<FitStep> {
  const { data, seed, device, hasWords } = input
  const held = new Set(input.validation)
  const photos = Array.from({ length: data.groups.length }, (_, photo) => photo).filter(photo => !held.has(photo))
  const validation = heldOut(data, [...held])
  const correlated = input.start === undefined ? correlatedMap(data, photos) : parseProjector(input.start)
  const config = {
    ...baseSettings(photos.length, { hasRotations: data.rotations === 4, hasWords, seed }),
    ...input.settings
  }
  const trainedTexts = new Set(heldOut(data, photos).texts)
  const vocabulary = hasWords ? vocabularyOf(data, trainedTexts, wordTable) : null
  const start = startOf(data, correlated, photos, vocabulary?.tokens.length ?? 0, config)
  const dataset = new Dataset(data, {
    seed,
    batch: config.batch,
    photos,
    words: vocabulary?.rows ?? null,
    labels: 0,
    imageNoise: config.imageNoise,
    wordDropout: config.wordDropout
  })
  const source = `SSAL on ${dataset.size} captioned photos, seed ${seed}`
  const learned = (weights: Parameters<typeof learnedProjector>[1]): ProjectorWeights =>
    learnedProjector(start, weights, vocabulary?.tokens ?? null, source)
  const before = await scoresOf(data, validation, correlated, threads)
  const session = await openSession(ssalProgram(start, config), { device, threads })
  try {
    const lesson = {
      batch: (step: number) => dataset.batch(step),
      judge: (weights: Parameters<typeof learnedProjector>[1]) => scoresOf(data, validation, learned(weights), threads),
      isWorse: (scores: Scores, best: Scores) => !(scores.mrr > best.mrr)
    }
    let best: ProjectorWeights | null = null
    let after = before
    const points = new RunPoints(device, config.steps, 0)
    for await (const report of train(session, lesson, config)) {
      if (report.best !== null) {
        best = learned(report.best.weights)
        after = report.best.scores
      }
      yield { kind: 'point', point: points.point(report) }
    }
    if (best === null) throw new Error('The training ended before there was anything to choose.')
    yield {
      kind: 'fitted',
      projector: serializeProjector(best),
      before: before.figures,
      after: after.figures
    }
  } finally {
    await session.close()
  }
}

/** CCA on the photos that are trained on. */
export function correlatedMap(data: TrainingData, photos: readonly number[]): ProjectorWeights {
  const position = new Map(photos.map((photo, i) => [photo, i]))
  const texts: Float32Array[] = []
  const imageOfText: number[] = []
  data.pairPhotos.forEach((photo, pair) => {
    const image = position.get(photo)
    if (image === undefined) return
    const text = rowOf(data.texts, data.pairTexts[pair] ?? 0, data.textDimension)
    if (!(norm(text) > 0)) return
    texts.push(text)
    imageOfText.push(image)
  })
  const images = photos.map(photo => rowOf(data.images, photo * data.rotations, data.imageDimension))
  return fitBaseProjector(images, texts, imageOfText).weights
}

/** The linear maps with columns of zeros up to k, and their rows about of length 1, so that what words add is of their size. */
function startOf(
  data: TrainingData,
  correlated: ProjectorWeights,
  photos: readonly number[],
  words: number,
  { batch }: SsalConfig
): SsalStart {
  const k = Math.max(commonDimension, correlated.dimension)
  const sample = photos.slice(0, batch)
  const rowsOf = {
    image: sample.map(photo => rowOf(data.images, photo * data.rotations, data.imageDimension)),
    text: heldOut(data, sample).texts.map(text => rowOf(data.texts, text, data.textDimension))
  }
  const linearOf = (tower: 'image' | 'text'): LinearMap => {
    const { linear } = correlated[tower]
    if (linear === null) throw new Error('CCA gives a linear map.')
    return widened(linear, correlated.dimension, k, rowsOf[tower])
  }
  return {
    image: {
      tower: 'image',
      inputDimension: data.imageDimension,
      dimension: k,
      linear: linearOf('image'),
      words: null,
      hidden
    },
    text: {
      tower: 'text',
      inputDimension: data.textDimension,
      dimension: k,
      linear: linearOf('text'),
      words: words === 0 ? null : { count: words, dimension: wordTable.dimension, length: wordTable.length },
      hidden
    },
    labels: 0
  }
}

const commonDimension = 256

function widened({ mean, matrix }: LinearMap, from: number, to: number, rows: readonly Float32Array[]): LinearMap {
  const lengths = rows.map(row => {
    const moved = row.map((value, i) => value - (mean[i] ?? 0))
    let square = 0
    for (let j = 0; j < from; j++) {
      let along = 0
      for (let i = 0; i < moved.length; i++) along += (moved[i] ?? 0) * (matrix[i * from + j] ?? 0)
      square += along * along
    }
    return Math.sqrt(square)
  })
  const length = lengths.reduce((sum, value) => sum + value, 0) / lengths.length
  const wide = new Float32Array(mean.length * to)
  for (let i = 0; i < mean.length; i++)
    for (let j = 0; j < from; j++) wide[i * to + j] = (matrix[i * from + j] ?? 0) / length
  return { mean, matrix: wide }
}
