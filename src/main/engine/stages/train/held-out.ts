import type { BothDirections } from '../../../../shared/learning.ts'
import type { ProjectorWeights } from '../../base/domain.ts'
import { cosinesOf, openRowProjector, type RowProjector } from './executors/row-projector.ts'
import { figuresOf, photoRanks } from './figures.ts'
import type { PhotoRanks } from './gate.ts'
import { probeAccuracy, type ProbeRow } from './probe.ts'
import { rowOf, type TrainingData } from './training-data.ts'

/** Photos that were held out, with their pairs: who is asked, and what is right. */
export interface HeldOut {
  /** Positions in the data. */
  readonly photos: readonly number[]
  readonly texts: readonly number[]
  /** For each text, which of `photos` it belongs to. */
  readonly photosOfText: readonly (readonly number[])[]
  /** For each text, whether it claims to describe a photo that it belongs to. */
  readonly describing: readonly boolean[]
}

/** The pairs of these photos; those without a pair are left out. */
export function heldOut(data: TrainingData, photos: readonly number[]): HeldOut {
  const wanted = new Set(photos)
  const texts = new Map<number, number[]>()
  const used = new Set<number>()
  const describing = new Set<number>()
  data.pairPhotos.forEach((photo, pair) => {
    if (!wanted.has(photo) || !((data.pairWeights[pair] ?? 0) > 0)) return
    const text = data.pairTexts[pair] ?? 0
    texts.set(text, [...(texts.get(text) ?? []), photo])
    used.add(photo)
    if (data.pairDescribes[pair] === 1) describing.add(text)
  })
  const asked = [...used].sort((a, b) => a - b)
  const position = new Map(asked.map((photo, i) => [photo, i]))
  return {
    photos: asked,
    texts: [...texts.keys()],
    photosOfText: [...texts.values()].map(own => own.map(photo => position.get(photo) ?? 0)),
    describing: [...texts.keys()].map(text => describing.has(text))
  }
}

/** Rows of held-out photos and texts in the common space. */
export interface HeldOutRows {
  readonly dimension: number
  /** [n · rotations, k] */
  readonly images: Float32Array
  readonly rotations: 1 | 4
  /** [m, k] */
  readonly texts: Float32Array
}

/** Projects what was held out: photos at each rotation [n · rotations, k], their texts [m, k], all unit rows. */
export async function projectHeldOut(
  data: TrainingData,
  held: HeldOut,
  { dimension }: ProjectorWeights,
  projector: RowProjector
): Promise<HeldOutRows> {
  const { rotations } = data
  const images = pick(
    data.images,
    held.photos.flatMap(photo => Array.from({ length: rotations }, (_, rotation) => photo * rotations + rotation)),
    data.imageDimension
  )
  const chosen = held.texts.map(text =>
    data.tokens.subarray(data.tokenStarts[text] ?? 0, data.tokenStarts[text + 1] ?? 0)
  )
  const tokenStarts = new Int32Array(chosen.length + 1)
  chosen.forEach((own, i) => (tokenStarts[i + 1] = (tokenStarts[i] ?? 0) + own.length))
  const tokens = new Int32Array(tokenStarts[chosen.length] ?? 0)
  chosen.forEach((own, i) => tokens.set(own, tokenStarts[i]))
  return {
    dimension,
    rotations,
    images: await projector.project('image', { vectors: images, dimension: data.imageDimension }),
    texts: await projector.project('text', {
      vectors: pick(data.texts, held.texts, data.textDimension),
      dimension: data.textDimension,
      tokens,
      tokenStarts
    })
  }
}

export interface Retrieval {
  readonly figures: BothDirections
  /** Mean of both directions' MRR. */
  readonly mrr: number
  /** In the order of the held-out photos. */
  readonly photos: readonly PhotoRanks[]
  /** [m] of each text's best photo, from 1. */
  readonly textRanks: readonly number[]
}

/**
 * Every text asks for a photo and every photo for a text, among all that were held out. Near-duplicates of the right photo and other
 * texts of a near-duplicate are no wrong answers; what ties with the right one counts as before it.
 *
 * @param rotation  which turn of the photos is asked, for data that has them
 */
export async function retrieval(
  data: TrainingData,
  held: HeldOut,
  rows: HeldOutRows,
  rotation: 0 | 1 | 2 | 3 = 0
): Promise<Retrieval> {
  const n = held.photos.length
  const m = held.texts.length
  const images =
    rows.rotations === 1
      ? rows.images
      : pick(
          rows.images,
          Array.from({ length: n }, (_, i) => i * 4 + rotation),
          rows.dimension
        )
  const cosines = await cosinesOf(images, rows.texts, rows.dimension)
  const alikeOf = held.photos.map(photo => data.alike[photo] ?? 0)
  const alikeOfText = held.photosOfText.map(own => new Set(own.map(photo => alikeOf[photo] ?? 0)))

  const ownOfText = held.photosOfText.map((own, t) => Math.max(...own.map(photo => cosines[photo * m + t] ?? 0)))
  const ownOfPhoto = new Float64Array(n).fill(-Infinity)
  held.photosOfText.forEach((own, t) => {
    for (const photo of own) ownOfPhoto[photo] = Math.max(ownOfPhoto[photo] ?? 0, cosines[photo * m + t] ?? 0)
  })
  const textRanks = new Array<number>(m).fill(1)
  const ofPhotos = new Array<number>(n).fill(1)
  for (let photo = 0; photo < n; photo++) {
    const alike = alikeOf[photo] ?? 0
    for (let t = 0; t < m; t++) {
      if (alikeOfText[t]?.has(alike) === true) continue
      const wrong = cosines[photo * m + t] ?? 0
      // Not `>=`: beside a cosine that is no number every other answer comes first.
      if (!(wrong < (ownOfText[t] ?? 0))) textRanks[t] = (textRanks[t] ?? 1) + 1
      if (!(wrong < (ownOfPhoto[photo] ?? 0))) ofPhotos[photo] = (ofPhotos[photo] ?? 1) + 1
    }
  }
  const figures = { textToImage: figuresOf(textRanks), imageToText: figuresOf(ofPhotos) }
  return {
    figures,
    mrr: (figures.textToImage.mrr + figures.imageToText.mrr) / 2,
    photos: photoRanks(held.photosOfText, textRanks, ofPhotos),
    textRanks
  }
}

/** Photos that a probe looks at: more make it slower, not surer. */
const probedPhotos = 250

/** What a fresh probe reads of modality (upright photos against one text of each) and of rotation (null without rotated photos). */
export function probes(
  held: HeldOut,
  rows: HeldOutRows
): { readonly modality: number; readonly rotation: number | null } {
  const { dimension: k, rotations } = rows
  const asked = Math.min(held.photos.length, probedPhotos)
  const modality: ProbeRow[] = []
  const rotation: ProbeRow[] = []
  const seen = new Set<number>()
  held.photosOfText.forEach((own, t) => {
    const photo = own[0] ?? 0
    if (photo >= asked || seen.has(photo)) return
    seen.add(photo)
    modality.push({ row: rowOf(rows.images, photo * rotations, k), is: 0, photo })
    modality.push({ row: rowOf(rows.texts, t, k), is: 1, photo })
  })
  if (rotations === 4)
    for (let photo = 0; photo < asked; photo++)
      for (let quarter = 0; quarter < 4; quarter++)
        rotation.push({ row: rowOf(rows.images, photo * 4 + quarter, k), is: quarter, photo })
  return { modality: probeAccuracy(modality, 2), rotation: rotations === 4 ? probeAccuracy(rotation, 4) : null }
}

/** How a map does on held-out pairs, and what can still be read from its rows. */
export interface Scores {
  readonly figures: BothDirections
  /** Mean of both directions' MRR. */
  readonly mrr: number
  /** In the order of the held-out photos. */
  readonly photos: readonly PhotoRanks[]
  /** null where it was not probed. */
  readonly modality: number | null
  readonly rotation: number | null
}

/**
 * Retrieval figures and probes of a map on what was held out.
 *
 * @param threads  for ONNX Runtime, ≥ 1
 * @param isProbed  false leaves the probes out
 */
export async function scoresOf(
  data: TrainingData,
  held: HeldOut,
  weights: ProjectorWeights,
  threads: number,
  isProbed = true
): Promise<Scores> {
  const projector = openRowProjector(weights, threads)
  const rows = await projectHeldOut(data, held, weights, projector)
  await projector.close()
  const { figures, mrr, photos } = await retrieval(data, held, rows)
  return { figures, mrr, photos, ...(isProbed ? probes(held, rows) : { modality: null, rotation: null }) }
}

function pick(values: Float32Array, rows: readonly number[], dimension: number): Float32Array {
  const picked = new Float32Array(rows.length * dimension)
  rows.forEach((row, i) => picked.set(rowOf(values, row, dimension), i * dimension))
  return picked
}
