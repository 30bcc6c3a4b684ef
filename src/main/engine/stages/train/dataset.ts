import { seededRandom } from '../../math/random.ts'
import { WeightedDraw } from '../../math/weighted-draw.ts'
import type { Batch } from './step.ts'
import { rowOf, type TrainingData } from './training-data.ts'
import type { VocabularyRows } from './vocabulary.ts'

export interface DatasetOptions {
  readonly seed: number
  readonly batch: number
  /** Photos to draw from. */
  readonly photos: readonly number[]
  /** Photos of others that a part of each batch is drawn from, upright: they say nothing of rotations. */
  readonly rehearsed?: { readonly photos: readonly number[]; readonly count: number } | undefined
  /** null when no word table is trained. */
  readonly words: VocabularyRows | null
  /** Of directions that labels have; 0 for none. */
  readonly labels: number
  /** As in `SsalConfig`. */
  readonly imageNoise: number
  readonly wordDropout: number
}

/** Draws batches of pairs. The same batch for the same seed and number, so that a training can go on where it was. */
export class Dataset {
  readonly #data: TrainingData
  readonly #options: DatasetOptions
  readonly #photos: PairDraw
  readonly #rehearsed: PairDraw
  readonly #textGroups: Int32Array
  readonly #noise: Noise | null

  constructor(data: TrainingData, options: DatasetOptions) {
    this.#data = data
    this.#options = options
    this.#photos = new PairDraw(data, options.photos)
    this.#rehearsed = new PairDraw(data, options.rehearsed?.photos ?? [])
    this.#textGroups = sameTexts(data)
    this.#noise =
      options.imageNoise > 0 ? new Noise(options.imageNoise / Math.sqrt(data.imageDimension), options.seed) : null
  }

  /** Photos that batches are drawn from. */
  get size(): number {
    return this.#photos.size
  }

  /** As many pairs as a batch holds, of different photos; fewer photos are gone through again. Names are the inputs of `ssalProgram`. */
  batch(step: number): Batch {
    const { batch: b, seed, words, labels, wordDropout, rehearsed } = this.#options
    const { images, rotations, imageDimension: d, texts, textDimension: e, alike } = this.#data
    const random = seededRandom(Math.imul(seed + 1, 0x85ebca6b) ^ step)
    const count = this.#rehearsed.size === 0 ? 0 : (rehearsed?.count ?? 0)
    const pairs = [...this.#photos.draw(b - count, random.uniform), ...this.#rehearsed.draw(count, random.uniform)]
    const given = {
      images: new Float32Array(b * d),
      rotated: new Float32Array(b * d),
      texts: new Float32Array(b * e),
      photoGroups: new Float32Array(b),
      textGroups: new Float32Array(b),
      rotations: new Float32Array(b * 4),
      rehearsed: new Float32Array(b),
      labels: new Float32Array(b * labels)
    }
    const groupNumbers = new Map<number, number>()
    pairs.forEach((pair, i) => {
      const photo = this.#data.pairPhotos[pair] ?? 0
      const text = this.#data.pairTexts[pair] ?? 0
      const isRehearsed = i >= b - count
      const rotation = rotations === 1 || isRehearsed ? 0 : Math.floor(random.uniform() * 4)
      given.images.set(rowOf(images, photo * rotations, d), i * d)
      given.rotated.set(rowOf(images, photo * rotations + rotation, d), i * d)
      for (const rows of [given.images, given.rotated])
        this.#noise?.addTo(rows.subarray(i * d, (i + 1) * d), random.uniform())
      given.texts.set(rowOf(texts, text, e), i * e)
      if (isRehearsed) given.rehearsed[i] = 1
      else given.rotations[i * 4 + rotation] = 1
      // float32 holds whole numbers up to 2²⁴ only: groups are counted anew in each batch.
      const group = alike[photo] ?? 0
      groupNumbers.set(group, groupNumbers.get(group) ?? groupNumbers.size)
      given.photoGroups[i] = groupNumbers.get(group) ?? 0
      given.textGroups[i] = this.#textGroups[text] ?? 0
      const label = this.#data.labels[photo] ?? -1
      if (label >= 0 && label < labels) given.labels[i * labels + label] = 1
    })
    if (words === null) return given
    const { length } = words
    const wordRows = new Int32Array(b * length)
    const wordMask = new Float32Array(b * length)
    pairs.forEach((pair, i) => {
      let at = i * length
      for (const row of words.of(this.#data.pairTexts[pair] ?? 0)) {
        wordRows[at] = row
        wordMask[at] = 1
        at++
      }
    })
    if (wordDropout === 0) return { ...given, wordRows, wordMask }
    const kept = (): Float32Array =>
      Float32Array.from({ length: b * words.dimension }, () =>
        random.uniform() < wordDropout ? 0 : 1 / (1 - wordDropout)
      )
    return { ...given, wordRows, wordMask, meanKept: kept(), maxKept: kept() }
  }
}

/** Draws pairs of some photos: a photo as likely as its best pair is sure, then one of its pairs, as likely as it is sure. */
class PairDraw {
  readonly #photos: WeightedDraw
  /** For each photo that has pairs, their weights and positions. */
  readonly #pairs: readonly (readonly Weighted[])[]

  constructor({ pairPhotos, pairWeights }: TrainingData, photos: readonly number[]) {
    const pairsOf = new Map(photos.map((photo): [number, Weighted[]] => [photo, []]))
    pairPhotos.forEach((photo, pair) => {
      const weight = pairWeights[pair] ?? 0
      if (weight > 0) pairsOf.get(photo)?.push({ pair, weight })
    })
    this.#pairs = [...pairsOf.values()].filter(pairs => pairs.length > 0)
    this.#photos = new WeightedDraw(this.#pairs.map(pairs => Math.max(...pairs.map(({ weight }) => weight))))
  }

  /** Photos that have pairs. */
  get size(): number {
    return this.#pairs.length
  }

  /** @returns positions of pairs of different photos; fewer photos are gone through again */
  draw(count: number, uniform: () => number): number[] {
    const drawn: number[] = []
    while (drawn.length < count)
      for (const place of this.#photos.draw(count - drawn.length, uniform)) {
        const pairs = this.#pairs[place] ?? []
        let left = uniform() * pairs.reduce((sum, { weight }) => sum + weight, 0)
        const chosen = pairs.find(({ weight }) => (left -= weight) <= 0) ?? pairs.at(-1)
        if (chosen !== undefined) drawn.push(chosen.pair)
      }
    return drawn
  }
}

interface Weighted {
  readonly pair: number
  readonly weight: number
}

/** Gaussian noise, cheap: drawn once, and read from another place each time. */
class Noise {
  readonly #values: Float32Array

  constructor(deviation: number, seed: number) {
    const random = seededRandom(seed ^ 0x51ed270b)
    this.#values = Float32Array.from({ length: noiseLength }, () => deviation * random.normal())
  }

  /** @param at  0…1: where to begin */
  addTo(row: Float32Array, at: number): void {
    const from = Math.floor(at * (noiseLength - row.length))
    for (let i = 0; i < row.length; i++) row[i] = (row[i] ?? 0) + (this.#values[from + i] ?? 0)
  }
}

const noiseLength = 2 ** 20

/** [m] equal for texts whose vectors and tokens are the same: the same words about two photos are no wrong pair. */
function sameTexts({ texts, textDimension, tokens, tokenStarts }: TrainingData): Int32Array {
  const known = new Map<string, number>()
  return Int32Array.from({ length: tokenStarts.length - 1 }, (_, text) => {
    const row = rowOf(texts, text, textDimension)
    const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength).toString('latin1')
    const key = `${tokens.subarray(tokenStarts[text] ?? 0, tokenStarts[text + 1] ?? 0).join(' ')} ${bytes}`
    known.set(key, known.get(key) ?? known.size)
    return known.get(key) ?? 0
  })
}
