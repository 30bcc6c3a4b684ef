import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { Tokenizer } from '@huggingface/tokenizers'
import { CholeskyDecomposition, Matrix, solve, SingularValueDecomposition } from 'ml-matrix'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'

/**
 * The vectors of the fusion benchmark: MobileNetV2 for pictures, model2vec beside GloVe for texts, and a linear map of both
 * into a common space, fitted on Flickr8k's training part (no photo and no note of the measured libraries is in it).
 * The only file of the benchmark that knows an encoder: to measure another one, replace these three functions.
 */
export interface Features {
  /** [k] in the common space, unit length, one for each path. */
  pictures(paths: readonly string[]): Promise<readonly Float32Array[]>
  /** [d] in the text encoder's own space, unit length. */
  texts(texts: readonly string[]): Promise<readonly Float32Array[]>
  /** [k] in the common space, unit length. */
  commonTexts(texts: readonly string[]): Promise<readonly Float32Array[]>
}

const cacheFolder = resolve(import.meta.dirname, '../.cache')
const commonDimension = 114
/** Ridge of the whitening, as a share of the mean variance of a dimension. */
const ridge = 0.02

export async function loadFeatures(data: string): Promise<Features> {
  const options = { intraOpNumThreads: 1, executionMode: 'sequential' } as const
  const encoders = join(data, 'encoders')
  const image = await InferenceSession.create(join(encoders, 'mobilenet_v2', 'mobilenet_v2_1.0_224_u8w.onnx'), options)
  const towers = await Promise.all(
    [
      join(encoders, 'text_model2vec_vq', 'model2vec_bge64_vq128.onnx'),
      join(encoders, 'text_glove50', 'glove50_sif.onnx')
    ].map(async path => ({
      session: await InferenceSession.create(path, options),
      tokenizer: new Tokenizer(JSON.parse(readFileSync(resolve(path, '../tokenizer.json'), 'utf8')) as object, {})
    }))
  )

  async function encodePicture(path: string): Promise<Float32Array> {
    const { data: pixels } = await sharp(path, { failOn: 'none' })
      .rotate()
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .resize(224, 224, { fit: 'fill' })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const plane = 224 * 224
    const values = new Float32Array(3 * plane)
    for (let i = 0; i < plane; i++) for (let c = 0; c < 3; c++) values[c * plane + i] = pixels[i * 3 + c]! / 127.5 - 1
    const output = await image.run({ pixel_values: new Tensor('float32', values, [1, 3, 224, 224]) }, ['image_embeds'])
    return unit(Float32Array.from(output.image_embeds!.data as Float32Array))
  }

  async function encodeText(text: string): Promise<Float32Array> {
    const parts: Float32Array[] = []
    for (const { session, tokenizer } of towers) {
      // A word list gives no id at all for a word it does not know.
      const ids = (tokenizer.encode(text, { add_special_tokens: false }).ids as (number | undefined)[])
        .map(id => id ?? 1)
        .slice(0, 512)
      if (ids.length === 0) ids.push(1)
      const input = BigInt64Array.from(ids, id => BigInt(id))
      const output = await session.run({
        input_ids: new Tensor('int64', input, [1, ids.length]),
        attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), [1, ids.length])
      })
      parts.push(unit(Float32Array.from(output.sentence_embedding!.data as Float32Array)))
    }
    return unit(Float32Array.from(parts.flatMap(part => [...part])))
  }

  let fitted: ReturnType<typeof commonSpace> | null = null
  const map = () => (fitted ??= commonSpace(join(data, 'flickr8k'), encodePicture, encodeText))
  return {
    pictures: paths => cached('pictures', paths, async path => apply((await map()).image, await encodePicture(path))),
    texts: texts => cached('texts', texts, encodeText),
    commonTexts: texts => cached('common-texts', texts, async text => apply((await map()).text, await encodeText(text)))
  }
}

interface LinearMap {
  readonly mean: Float64Array
  /** [d, k] */
  readonly matrix: Matrix
}

/** Regularised CCA: whiten both sides, take the singular vectors, weight each direction by its correlation. */
async function commonSpace(
  folder: string,
  encodePicture: (path: string) => Promise<Float32Array>,
  encodeText: (text: string) => Promise<Float32Array>
): Promise<{ image: LinearMap; text: LinearMap }> {
  const lines = readFileSync(join(folder, 'pairs.jsonl'), 'utf8').trim().split('\n')
  const pairs = lines
    .map(line => JSON.parse(line) as { image: string; split: string; captions: string[] })
    .filter(pair => pair.split === 'train')
  const paths = pairs.map(pair => join(folder, pair.image))
  const images = await cached('flickr8k-train-images', paths, encodePicture)
  const captions = pairs.flatMap(pair => pair.captions)
  const texts = await cached('flickr8k-train-texts', captions, encodeText)
  // One row a photo: the mean of what its people wrote, which is less noisy than any one of them.
  const x = centred(images)
  const y = centred(texts)
  const owner = pairs.flatMap((pair, i) => pair.captions.map(() => i))
  const meanTexts = pairs.map(() => new Float64Array(y.rows[0]!.length))
  const counts = pairs.map(pair => pair.captions.length)
  y.rows.forEach((row, i) => {
    const sum = meanTexts[owner[i]!]!
    for (let j = 0; j < row.length; j++) sum[j] = sum[j]! + row[j]! / counts[owner[i]!]!
  })
  const lx = whitening(x.rows)
  const ly = whitening(y.rows)
  const cross = product(x.rows, meanTexts)
  const half = solve(lx, cross) // [dx, dy] = Lx⁻¹ C
  const middle = solve(ly, half.transpose()).transpose() // Lx⁻¹ C Ly⁻ᵀ
  const svd = new SingularValueDecomposition(middle, { autoTranspose: true })
  const k = Math.min(commonDimension, svd.diagonal.length)
  const weighted = (vectors: Matrix) => {
    const cut = vectors.subMatrix(0, vectors.rows - 1, 0, k - 1)
    for (let j = 0; j < k; j++) for (let i = 0; i < cut.rows; i++) cut.set(i, j, cut.get(i, j) * svd.diagonal[j]!)
    return cut
  }
  return {
    image: { mean: x.mean, matrix: solve(lx.transpose(), weighted(svd.leftSingularVectors)) },
    text: { mean: y.mean, matrix: solve(ly.transpose(), weighted(svd.rightSingularVectors)) }
  }
}

/** The lower Cholesky factor of the ridged covariance. */
function whitening(rows: readonly Float64Array[]): Matrix {
  const covariance = product(rows, rows)
  const d = covariance.rows
  const add = (covariance.trace() / d) * ridge
  for (let i = 0; i < d; i++) covariance.set(i, i, covariance.get(i, i) + add)
  return new CholeskyDecomposition(covariance).lowerTriangularMatrix
}

/** Mean over rows of aᵀb: [da, db]. */
function product(a: readonly Float64Array[], b: readonly Float64Array[]): Matrix {
  const da = a[0]!.length
  const db = b[0]!.length
  const sum = Array.from({ length: da }, () => new Float64Array(db))
  a.forEach((row, n) => {
    const other = b[n]!
    for (let i = 0; i < da; i++) {
      const value = row[i]!
      const target = sum[i]!
      for (let j = 0; j < db; j++) target[j] = target[j]! + value * other[j]!
    }
  })
  return new Matrix(sum.map(row => Array.from(row, value => value / a.length)))
}

function centred(rows: readonly Float32Array[]): { rows: Float64Array[]; mean: Float64Array } {
  const mean = new Float64Array(rows[0]!.length)
  for (const row of rows) for (let j = 0; j < mean.length; j++) mean[j] = mean[j]! + row[j]! / rows.length
  return { mean, rows: rows.map(row => Float64Array.from(row, (value, j) => value - mean[j]!)) }
}

function apply({ mean, matrix }: LinearMap, vector: Float32Array): Float32Array {
  const result = new Float32Array(matrix.columns)
  for (let j = 0; j < matrix.columns; j++) {
    let sum = 0
    for (let i = 0; i < vector.length; i++) sum += (vector[i]! - mean[i]!) * matrix.get(i, j)
    result[j] = sum
  }
  return unit(result)
}

export function unit(vector: Float32Array): Float32Array {
  let sum = 0
  for (const value of vector) sum += value * value
  const norm = Math.sqrt(sum) || 1
  return vector.map(value => value / norm)
}

/** Rows that cost minutes to make are kept in a folder that git ignores. */
async function cached(
  name: string,
  inputs: readonly string[],
  make: (input: string) => Promise<Float32Array>
): Promise<Float32Array[]> {
  if (inputs.length === 0) return []
  const key = createHash('sha256')
    .update([name, commonDimension, ridge, ...inputs].join('\n'))
    .digest('hex')
    .slice(0, 12)
  const path = join(cacheFolder, `${name}-${key}.f32`)
  if (!existsSync(path)) {
    const rows: Float32Array[] = []
    for (const input of inputs) rows.push(await make(input))
    mkdirSync(cacheFolder, { recursive: true })
    writeFileSync(path, Buffer.concat(rows.map(row => new Uint8Array(row.buffer))))
  }
  const bytes = readFileSync(path)
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  const d = all.length / inputs.length
  return Array.from(inputs, (_, i) => all.subarray(i * d, (i + 1) * d))
}
