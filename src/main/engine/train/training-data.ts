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

/** The row of a flat array [n, d]: a view, not a copy. */
export function rowOf(values: Float32Array, row: number, dimension: number): Float32Array {
  return values.subarray(row * dimension, (row + 1) * dimension)
}
