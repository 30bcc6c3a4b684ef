/**
 * The classic benchmark on raw features: Wikipedia's pictures (128 numbers) and texts (10), ten classes. Pairs with ACMR's label and triplet
 * terms, with and without the modality adversary; mean average precision over all of the test part, and a fresh probe of modality.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { learnedProjector } from '../../src/main/engine/train/candidate.ts'
import { Dataset } from '../../src/main/engine/train/dataset.ts'
import { openOnnxSession } from '../../src/main/engine/train/executors/onnxruntime-session.ts'
import { cosinesOf, openRowProjector } from '../../src/main/engine/train/executors/row-projector.ts'
import { probeAccuracy } from '../../src/main/engine/train/probe.ts'
import { librarySettings } from '../../src/main/engine/train/settings.ts'
import { ssalProgram, train, type SsalConfig, type SsalStart } from '../../src/main/engine/train/ssal.ts'
import { rowOf, type TrainingData } from '../../src/main/engine/train/training-data.ts'
import { seededRandom } from '../../src/main/engine/math/random.ts'
import { meanOf } from '../../src/main/engine/math/vectors.ts'
import { sharedData } from '../tools/shared-data.ts'

const [imageDimension, textDimension, dimension, classes] = [128, 10, 64, 10]
const seeds = [1, 2, 3]

interface Part {
  readonly images: Float32Array
  readonly texts: Float32Array
  readonly labels: Int32Array
}

export async function bench(): Promise<void> {
  const folder = sharedData('wikipedia')
  if (folder === null) {
    console.log('skipped: this needs the shared data folder or $REVERIE_TEST_DATA')
    return
  }
  const [own, test] = [partOf(folder, 'train'), partOf(folder, 'test')]
  console.log('map                 seed  mAP image→text  mAP text→image  modality probe')
  for (const [name, modalityReversal] of [
    ['control', 0],
    ['adversary, λ .1', 0.1]
  ] as const) {
    for (const seed of seeds) {
      const { images, texts } = await learn(own, test, modalityReversal, seed)
      const count = test.labels.length
      const cosines = await cosinesOf(images, texts, dimension)
      const across = (query: number, answer: number): number => cosines[query * count + answer] ?? 0
      const rows = [...test.labels.keys()].flatMap(photo => [
        { row: rowOf(images, photo, dimension), is: 0, photo },
        { row: rowOf(texts, photo, dimension), is: 1, photo }
      ])
      const figures = [
        meanAveragePrecision(test.labels, across),
        meanAveragePrecision(test.labels, (query, answer) => across(answer, query)),
        probeAccuracy(rows, 2)
      ]
      console.log(`${name.padEnd(20)}${seed}     ${figures.map(value => value.toFixed(3).padEnd(16)).join('')}`)
    }
  }
}

/** Trains on one part and projects the other. */
async function learn(
  own: Part,
  test: Part,
  modalityReversal: number,
  seed: number
): Promise<Pick<Part, 'images' | 'texts'>> {
  const count = own.labels.length
  const numbers = Int32Array.from({ length: count }, (_, i) => i)
  const data: TrainingData = {
    ...{ images: own.images, turns: 1, imageDimension, texts: own.texts, textDimension, labels: own.labels },
    ...{ tokens: new Int32Array(0), tokenStarts: new Int32Array(count + 1) },
    ...{ pairPhotos: numbers, pairTexts: numbers, pairWeights: new Float32Array(count).fill(1), groups: numbers }
  }
  const config = { ...paperSettings(count, seed), modalityReversal }
  const random = seededRandom(seed)
  // Without centring, each side lies in a corner of its own, where a discriminator is so sure that nothing comes back from it.
  const linear = (rows: Float32Array, d: number) => ({
    mean: meanOf(Array.from({ length: count }, (_, i) => rowOf(rows, i, d))),
    matrix: Float32Array.from({ length: d * dimension }, () => random.normal() / Math.sqrt(d))
  })
  const start: SsalStart = {
    image: {
      tower: 'image',
      inputDimension: imageDimension,
      dimension,
      linear: linear(own.images, imageDimension),
      words: null,
      hidden: 128
    },
    text: {
      tower: 'text',
      inputDimension: textDimension,
      dimension,
      linear: linear(own.texts, textDimension),
      words: null,
      hidden: 128
    },
    labels: classes
  }
  const { batch, imageNoise, wordDropout } = config
  const dataset = new Dataset(data, {
    seed,
    batch,
    photos: [...numbers],
    words: null,
    labels: classes,
    imageNoise,
    wordDropout
  })
  const session = await openOnnxSession(ssalProgram(start, config), { device: 'cpu', threads: 1 })
  let averages = {}
  const lesson = { batch: (step: number) => dataset.batch(step), judge: () => Promise.resolve(0), worth: () => 0 }
  for await (const { state } of train(session, lesson, config)) averages = state.averages
  await session.close()
  const projector = openRowProjector(learnedProjector(start, averages, null, 'Wikipedia'))
  const images = await projector.project('image', { vectors: test.images, dimension: imageDimension })
  const texts = await projector.project('text', { vectors: test.texts, dimension: textDimension })
  await projector.close()
  return { images, texts }
}

/** ACMR's label and triplet terms beside the pairs, no turned photos. */
function paperSettings(photos: number, seed: number): SsalConfig {
  const settings = librarySettings(photos, { hasTurns: false, hasLabels: true, seed })
  return { ...settings, structureWeight: 0, labelWeight: 1, tripletWeight: 1, modalityReversal: 0.1 }
}

/** Every item of one side asks for all of the other; those of its class are right. */
function meanAveragePrecision(labels: Int32Array, scoreOf: (query: number, answer: number) => number): number {
  const all = [...labels.keys()]
  let sum = 0
  for (const query of all) {
    const ranked = all.map(answer => ({ answer, score: scoreOf(query, answer) })).sort((a, b) => b.score - a.score)
    let right = 0
    let precision = 0
    ranked.forEach(({ answer }, i) => {
      if (labels[answer] !== labels[query]) return
      right++
      precision += right / (i + 1)
    })
    sum += precision / right
  }
  return sum / all.length
}

function partOf(folder: string, part: 'train' | 'test'): Part {
  const floats = (name: string): Float32Array => {
    const bytes = Uint8Array.from(readFileSync(join(folder, `${part}.${name}.f32`)))
    return new Float32Array(bytes.buffer)
  }
  return {
    images: standardised(floats('image'), imageDimension),
    texts: standardised(floats('text'), textDimension),
    labels: Int32Array.from(readFileSync(join(folder, `${part}.label.u8`)))
  }
}

/** Square roots, since both are histograms; then unit rows. */
function standardised(values: Float32Array, d: number): Float32Array {
  const rows = values.map(value => Math.sqrt(Math.max(0, value)))
  for (let i = 0; i < rows.length; i += d) {
    const row = rows.subarray(i, i + d)
    const length = Math.hypot(...row)
    row.forEach((value, j) => (row[j] = value / Math.max(length, 1e-12)))
  }
  return rows
}
