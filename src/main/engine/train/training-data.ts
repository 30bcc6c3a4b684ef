import type { BothDirections, Device, RunPoint, Verdict } from '../contract.ts'

/** Photos, texts and who belongs to whom, as plain arrays. Embeddings are unit rows: of the frozen encoders, or in a common space. */
export interface TrainingData {
  /** [n, turns, d]: each photo upright, or at 0°, 90°, 180° and 270°. */
  readonly images: Float32Array
  readonly turns: 1 | 4
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
  /** [n]: equal for near-duplicates and bursts, and the same for a photo in every training of its library: see folds.ts. */
  readonly groups: Int32Array
  /** [n]: label of the photo (a tag or folder with at least 5 photos), −1 for none. */
  readonly labels: Int32Array
}

/** Held-out pairs that say whether a map still does what the encoder does for everybody. */
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
  /** The version that answers now, as a projector file: what the candidate has to beat. null: the base. */
  readonly incumbent: Uint8Array | null
  readonly general: GeneralProbe | null
  readonly seed: number
  readonly device: Device
  /** What `next` gave for the last point of a training of the same input that was interrupted. */
  readonly checkpoint: Uint8Array | null
}

/** What changed for one text of the test fold. All positions are those of `TrainingData`. */
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
  | {
      readonly kind: 'trained'
      /** The candidate as a projector file, base included. */
      readonly projector: Uint8Array
      readonly verdict: Verdict
      readonly changes: readonly RankChange[]
      readonly validation: BothDirections
    }

/** The row of a flat array [n, d]: a view, not a copy. */
export function rowOf(values: Float32Array, row: number, dimension: number): Float32Array {
  return values.subarray(row * dimension, (row + 1) * dimension)
}
