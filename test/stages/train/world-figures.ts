import type { ProjectorWeights } from '../../../src/main/engine/base/domain.ts'
import { meanReciprocalRank } from '../../../src/main/engine/math/ranks.ts'
import { meanOf } from '../../../src/main/engine/math/vectors.ts'
import { cosinesOf, openRowProjector } from '../../../src/main/engine/stages/train/executors/row-projector.ts'
import {
  probes,
  projectHeldOut,
  type HeldOut,
  type HeldOutRows
} from '../../../src/main/engine/stages/train/held-out.ts'
import { rowOf } from '../../../src/main/engine/stages/train/training-data.ts'
import { uprightRows, type World } from './synthetic-world.ts'

/** What the design's acceptance table asks of a map, on photos and texts that were held out. Shares are 0…1. */
export interface WorldFigures {
  /** Texts ask for their photo among all held-out photos and the strangers. */
  readonly r1: number
  readonly mrr: number
  /** Accuracy of a fresh probe: see probe.ts. */
  readonly modality: number
  readonly rotation: number
  /** Photos rotated by 90°, 180° and 270° ask for their text. */
  readonly rotatedR1: number
  /** Of photos among a text's 20 nearest strangers, as many photos as texts. */
  readonly imageShare: number
  /** Distance between the mean photo and the mean text. */
  readonly gap: number
}

/** Every photo of the world has one text of its own, so text i of the held-out ones belongs to photo i. */
export async function worldFigures(world: World, held: HeldOut, weights: ProjectorWeights): Promise<WorldFigures> {
  const k = weights.dimension
  const projector = openRowProjector(weights)
  const rows = await projectHeldOut(world.data, held, weights, projector)
  const strangers = {
    images: await projector.project('image', { vectors: world.strangers.images, dimension: k }),
    texts: await projector.project('text', { vectors: world.strangers.texts, dimension: k })
  }
  await projector.close()
  const photos = uprightRows(rows.images, k)
  const ranks = await ranksOf(rows.texts, photos, strangers.images, k)
  const rotatedRanks: number[] = []
  for (const rotation of [1, 2, 3]) {
    const rotated = rotatedRows(rows, rotation)
    rotatedRanks.push(...(await ranksOf(rotated, rows.texts, strangers.texts, k)))
  }
  const read = probes(held, rows)
  return {
    r1: shareOfFirst(ranks),
    mrr: meanReciprocalRank(ranks),
    modality: read.modality,
    rotation: read.rotation ?? NaN,
    rotatedR1: shareOfFirst(rotatedRanks),
    imageShare: await imageShare(rows.texts, strangers, k),
    gap: distance(centroid(photos, k), centroid(rows.texts, k))
  }
}

/** Where answer i stands for question i, among all answers and the strangers; ties count against it. All [n, k], flat. */
async function ranksOf(
  questions: Float32Array,
  answers: Float32Array,
  strangers: Float32Array,
  k: number
): Promise<number[]> {
  const n = questions.length / k
  const among = new Float32Array(answers.length + strangers.length)
  among.set(answers)
  among.set(strangers, answers.length)
  const cosines = await cosinesOf(questions, among, k)
  const width = among.length / k
  return Array.from({ length: n }, (_, i) => {
    const own = cosines[i * width + i] ?? 0
    return cosines.subarray(i * width, (i + 1) * width).reduce((rank, cosine) => rank + (cosine >= own ? 1 : 0), 0)
  })
}

const nearest = 20

async function imageShare(texts: Float32Array, strangers: World['strangers'], k: number): Promise<number> {
  const toImages = await cosinesOf(texts, strangers.images, k)
  const toTexts = await cosinesOf(texts, strangers.texts, k)
  const count = strangers.images.length / k
  const n = texts.length / k
  let photos = 0
  for (let i = 0; i < n; i++) {
    const images = toImages.subarray(i * count, (i + 1) * count)
    const both = Float32Array.of(...images, ...toTexts.subarray(i * count, (i + 1) * count)).sort()
    const last = both[both.length - nearest] ?? 0
    photos += images.reduce((found, cosine) => found + (cosine >= last ? 1 : 0), 0)
  }
  return photos / nearest / n
}

function rotatedRows({ images, dimension: k }: HeldOutRows, rotation: number): Float32Array {
  const rotated = new Float32Array(images.length / 4)
  for (let i = 0; i < rotated.length / k; i++) rotated.set(rowOf(images, i * 4 + rotation, k), i * k)
  return rotated
}

function shareOfFirst(ranks: readonly number[]): number {
  return ranks.filter(rank => rank === 1).length / ranks.length
}

function centroid(rows: Float32Array, k: number): Float32Array {
  return meanOf(Array.from({ length: rows.length / k }, (_, i) => rowOf(rows, i, k)))
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)))
}
