import type { Device, RunPoint, Verdict } from '../../../../shared/learning.ts'

/** Photos, texts and who belongs to whom, as plain arrays. Embeddings are unit rows: of the frozen encoders, or in a common space. */
export interface TrainingData {
  /** [n, rotations, d]: each photo upright, or at 0°, 90°, 180° and 270°. */
  readonly images: Float32Array
  readonly rotations: 1 | 4
  readonly imageDimension: number
  /** [m, e] */
  readonly texts: Float32Array
  readonly textDimension: number
  /** Token ids of text i: `tokens[tokenStarts[i]]` up to `tokens[tokenStarts[i + 1]]`. */
  readonly tokens: Int32Array
  /** [m + 1] */
  readonly tokenStarts: Int32Array
  /** [p]: pair i joins photo `pairPhotos[i]` and text `pairTexts[i]`, and is drawn in proportion to its weight. */
  readonly pairPhotos: Int32Array
  readonly pairTexts: Int32Array
  readonly pairWeights: Float32Array
  /** [p]: 1 where the text claims to describe the photo (a caption, an alternative text), 0 for what only stands around it. */
  readonly pairDescribes: Uint8Array
  /** [n]: equal for near-duplicates and bursts: none of them is a wrong answer for another. Not negative. */
  readonly alike: Int32Array
  /**
   * [n]: equal for photos that know of each other (of one note, of one text, alike), and the same for a photo in every training of its library:
   * see turns.ts.
   */
  readonly groups: Int32Array
  /** [n]: label of the photo (a tag or folder with at least 5 photos), −1 for none. */
  readonly labels: Int32Array
  /** [o, k]: photos that no text belongs to, where the base map puts them: see [Note: int16 on disk]. They are searched among, too. */
  readonly gallery: Int16Array
}

/** Captioned photos of others: to see whether a map still does what it does for everybody, or to go over while learning. */
export interface GeneralProbe {
  /** [n, d] */
  readonly images: Float32Array
  readonly imageDimension: number
  /** [m, e] */
  readonly texts: Float32Array
  readonly textDimension: number
  readonly tokens: Int32Array
  readonly tokenStarts: Int32Array
  /** [m] */
  readonly imageOfText: Int32Array
}

export interface BeginInput {
  readonly data: TrainingData
  /** The map that the training starts from: the pack's own, as a projector file; null where the towers share a space. */
  readonly base: Uint8Array | null
  /**
   * What the candidate has to beat: what each turn of the version that answers now adds to the base map, as projector files. null for the base
   * map itself, and for a version that was judged without turns: it has seen what it would be judged by.
   */
  readonly incumbent: readonly Uint8Array[] | null
  /** What must not be spoiled, and is never trained on. */
  readonly general: GeneralProbe | null
  /** What the base map was trained on, gone over again beside the library's own pairs, so that less is forgotten. */
  readonly rehearsal: GeneralProbe | null
  readonly seed: number
  readonly device: Device
  /** What `next` gave for the last point of a training of the same input that was interrupted. */
  readonly checkpoint: Uint8Array | null
}

/** What changed for one text that was judged. All positions are those of `TrainingData`; photos of its gallery come after the others. */
export interface RankChange {
  readonly text: number
  readonly photo: number
  readonly rankBefore: number
  readonly rankAfter: number
  readonly before: readonly number[]
  readonly after: readonly number[]
}

export type TrainStep =
  | { readonly kind: 'point'; readonly point: RunPoint; readonly checkpoint: Uint8Array }
  /** The delivered map is trained, and a turn that judges it is so far; steps of all turns are counted. */
  | { readonly kind: 'turn'; readonly done: number; readonly total: number; readonly checkpoint: Uint8Array }
  | {
      readonly kind: 'trained'
      /** The candidate as a projector file, base included. */
      readonly projector: Uint8Array
      /** What each turn adds to the base map, as projector files. */
      readonly turns: readonly Uint8Array[]
      readonly verdict: Verdict
      readonly changes: readonly RankChange[]
    }

/**
 * The data with the photos and texts of others after its own, each pair of weight 1. Their photos are upright at every rotation, alike to
 * none and under no label of the library; their groups mean nothing, because none of them is ever in a fold.
 */
export function joined(data: TrainingData, others: GeneralProbe | null): TrainingData {
  if (others === null) return data
  const { rotations, imageDimension: d } = data
  const ownPhotos = data.groups.length
  const ownTexts = data.tokenStarts.length - 1
  const photos = others.images.length / d
  const images = new Float32Array(data.images.length + photos * rotations * d)
  images.set(data.images)
  for (let photo = 0; photo < photos; photo++)
    for (let rotation = 0; rotation < rotations; rotation++)
      images.set(rowOf(others.images, photo, d), data.images.length + (photo * rotations + rotation) * d)
  const after = (own: Int32Array, more: Int32Array, by: number): Int32Array =>
    Int32Array.from([...own, ...more.map(one => one + by)])
  const texts = new Float32Array(data.texts.length + others.texts.length)
  texts.set(data.texts)
  texts.set(others.texts, data.texts.length)
  const numbers = Int32Array.from({ length: others.imageOfText.length }, (_, i) => i)
  return {
    ...data,
    images,
    texts,
    tokens: after(data.tokens, others.tokens, 0),
    tokenStarts: after(data.tokenStarts, others.tokenStarts.subarray(1), data.tokens.length),
    pairPhotos: after(data.pairPhotos, others.imageOfText, ownPhotos),
    pairTexts: after(data.pairTexts, numbers, ownTexts),
    pairWeights: Float32Array.from([...data.pairWeights, ...numbers.map(() => 1)]),
    pairDescribes: Uint8Array.from([...data.pairDescribes, ...numbers.map(() => 1)]),
    alike: Int32Array.from([...data.alike, ...Array.from({ length: photos }, (_, i) => -1 - i)]),
    groups: Int32Array.from([...data.groups, ...new Array<number>(photos).fill(0)]),
    labels: Int32Array.from([...data.labels, ...new Array<number>(photos).fill(-1)])
  }
}

/** The row of a flat array [n, d]: a view, not a copy. */
export function rowOf(values: Float32Array, row: number, dimension: number): Float32Array {
  return values.subarray(row * dimension, (row + 1) * dimension)
}
