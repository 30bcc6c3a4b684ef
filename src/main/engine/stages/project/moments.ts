import { Matrix } from 'ml-matrix'

/**
 * Second moments of images and the texts about them. Every image counts once and each of its c texts 1/c, so a photo with
 * many captions has no louder voice. The texts' own spread is kept: a query is one caption, not the mean of five.
 */
export interface Moments {
  readonly imageMean: Float64Array
  readonly textMean: Float64Array
  /** [dx, dx] */
  readonly imageImage: Matrix
  /** [dx, dy] */
  readonly imageText: Matrix
  /** [dy, dy] */
  readonly textText: Matrix
}

/**
 * @param images       [n] rows [dx]
 * @param texts        [m] rows [dy]; null is left out
 * @param imageOfText  [m] the position of each text's image. Images without texts are left out.
 */
export function momentsOf(
  images: readonly Float32Array[],
  texts: readonly (Float32Array | null)[],
  imageOfText: readonly number[]
): Moments {
  const textsOf = new Map<number, Float32Array[]>()
  texts.forEach((text, t) => {
    const image = imageOfText[t] ?? 0
    if (text !== null) textsOf.set(image, [...(textsOf.get(image) ?? []), text])
  })
  const groups = [...textsOf].sort(([a], [b]) => a - b)
  const imageRows = groups.flatMap(([image]) => images[image] ?? [])
  const textMeans = groups.map(([, own]) => Float32Array.from(meanOf(own)))
  const weighted = groups.flatMap(([, own]) => own.map(text => text.map(value => value / Math.sqrt(own.length))))

  const imageMean = meanOf(imageRows)
  const textMean = meanOf(textMeans)
  const count = groups.length
  return {
    imageMean,
    textMean,
    imageImage: crossProduct(imageRows, imageRows)
      .mul(1 / count)
      .sub(outer(imageMean, imageMean)),
    imageText: crossProduct(imageRows, textMeans)
      .mul(1 / count)
      .sub(outer(imageMean, textMean)),
    textText: crossProduct(weighted, weighted)
      .mul(1 / count)
      .sub(outer(textMean, textMean))
  }
}

function meanOf(rows: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(rows[0]?.length ?? 0)
  for (const row of rows) for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) + (row[i] ?? 0) / rows.length
  return mean
}

function outer(a: Float64Array, b: Float64Array): Matrix {
  return Matrix.columnVector(a).mmul(Matrix.rowVector(b))
}

/**
 * Σᵢ aᵢ bᵢᵀ, of [n, d] and [n, e] to [d, e]. Four rows at a time: the sum is too large for the fast caches, and each visit
 * then carries four products. Half the work when both are the same rows.
 */
function crossProduct(a: readonly Float32Array[], b: readonly Float32Array[]): Matrix {
  const height = a[0]?.length ?? 0
  const width = b[0]?.length ?? 0
  const row = (rows: readonly Float32Array[], i: number, length: number): Float32Array =>
    rows[i] ?? new Float32Array(length)
  const sums = Array.from({ length: height }, () => new Float64Array(width))
  for (let i = 0; i < a.length; i += 4) {
    const [a0, a1, a2, a3] = [row(a, i, height), row(a, i + 1, height), row(a, i + 2, height), row(a, i + 3, height)]
    const [b0, b1, b2, b3] = [row(b, i, width), row(b, i + 1, width), row(b, i + 2, width), row(b, i + 3, width)]
    for (const [r, sum] of sums.entries()) {
      const [x0, x1, x2, x3] = [a0[r] ?? 0, a1[r] ?? 0, a2[r] ?? 0, a3[r] ?? 0]
      for (let c = a === b ? r : 0; c < width; c++) {
        sum[c] = (sum[c] ?? 0) + x0 * (b0[c] ?? 0) + x1 * (b1[c] ?? 0) + x2 * (b2[c] ?? 0) + x3 * (b3[c] ?? 0)
      }
    }
  }
  const total = new Matrix(sums)
  if (a === b) for (let r = 0; r < height; r++) for (let c = 0; c < r; c++) total.set(r, c, total.get(c, r))
  return total
}
