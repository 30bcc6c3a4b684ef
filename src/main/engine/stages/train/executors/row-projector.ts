import type { ProjectorWeights, Tower } from '../../../base/domain.ts'
import { fromInt16, toInt16 } from '../../../math/int16.ts'
import { pooledWords } from '../../project/word-table.ts'
import { input, matMul, type Expr } from '../expression.ts'
import { towerExpression } from '../tower-map.ts'
import { compile, tensorOf, type Compiled } from './onnxruntime.ts'

/** Rows of one tower, flat. */
interface Rows<V = Float32Array> {
  /** [n, d] */
  readonly vectors: V
  readonly dimension: number
  /** Of texts, for a map with a word table: see `TrainingData`. */
  readonly tokens?: Int32Array | undefined
  readonly tokenStarts?: Int32Array | undefined
}

/** A map for many rows at once. The same numbers as `project`, but for the order in which they are added up. */
export interface RowProjector {
  /** @param from  how many residuals are applied already; −1 for embeddings @returns [n, k] unit rows */
  project(tower: Tower, rows: Rows, from?: number): Promise<Float32Array>
  /** The same of rows as they are stored, to be stored: see [Note: int16 on disk]. Embeddings are stored as float32. */
  projectStored(tower: Tower, rows: Rows<Float32Array | Int16Array>, from: number): Promise<Int16Array>
  close(): Promise<void>
}

/** Rows in one run: enough to keep the matrix products busy, little enough to stay in the caches. */
const chunk = 512

/** Readies a map for projecting many rows at once; graphs are compiled at first use. @param threads  for ONNX Runtime, ≥ 1 */
export function openRowProjector(weights: ProjectorWeights, threads = 1): RowProjector {
  const compiled = new Map<string, Promise<Compiled>>()
  const graphFor = (tower: Tower, dimension: number, from: number): Promise<Compiled> => {
    const key = `${tower} ${dimension} ${from}`
    const known = compiled.get(key)
    if (known !== undefined) return known
    const { words } = weights[tower]
    const e = words === null ? 0 : words.mean.length / weights.dimension
    const pooled =
      words === null || from >= 0 ? null : { mean: input('mean', [chunk, e]), max: input('max', [chunk, e]) }
    const z = towerExpression(weights[tower], input('x', [chunk, dimension]), pooled, from)
    const made = compile({ z }, { device: 'cpu', threads })
    compiled.set(key, made)
    return made
  }

  const isUnchanged = (tower: Tower, from: number): boolean => {
    const map = weights[tower]
    return map.residuals.length <= Math.max(0, from) && (from >= 0 || (map.linear === null && map.words === null))
  }
  const k = weights.dimension

  /** @param take  is given the rows of one run, and where the first of them stands */
  const run = async (
    tower: Tower,
    { vectors, dimension, tokens, tokenStarts }: Rows<Float32Array | Int16Array>,
    from: number,
    take: (projected: Float32Array, start: number) => void
  ): Promise<void> => {
    const { words } = weights[tower]
    const graph = await graphFor(tower, dimension, from)
    const count = vectors.length / dimension
    const e = words === null ? 0 : words.mean.length / k
    const read = vectors instanceof Int16Array ? new Float32Array(chunk * dimension) : null
    for (let start = 0; start < count; start += chunk) {
      const rows = Math.min(chunk, count - start)
      const own = vectors.subarray(start * dimension, (start + rows) * dimension)
      const x = own instanceof Int16Array ? fromInt16(own, read ?? undefined) : padded(own, chunk * dimension)
      const feeds: Record<string, ReturnType<typeof tensorOf>> = { x: tensorOf(x, [chunk, dimension]) }
      if (words !== null && from < 0) {
        const mean = new Float32Array(chunk * e)
        const max = new Float32Array(chunk * e)
        for (let i = 0; i < rows; i++) {
          const ids = tokens?.subarray(tokenStarts?.[start + i] ?? 0, tokenStarts?.[start + i + 1] ?? 0)
          const pooled = ids === undefined ? null : pooledWords(words, ids)
          if (pooled === null) continue
          mean.set(pooled.mean, i * e)
          max.set(pooled.max, i * e)
        }
        feeds.mean = tensorOf(mean, [chunk, e])
        feeds.max = tensorOf(max, [chunk, e])
      }
      const { z } = await graph.run(feeds)
      take((z?.data as Float32Array).subarray(0, rows * k), start)
    }
  }

  return {
    async project(tower, rows, from = -1) {
      if (isUnchanged(tower, from)) return rows.vectors.slice()
      const projected = new Float32Array((rows.vectors.length / rows.dimension) * k)
      await run(tower, rows, from, (some, start) => projected.set(some, start * k))
      return projected
    },
    async projectStored(tower, rows, from) {
      const { vectors, dimension } = rows
      if (isUnchanged(tower, from)) return vectors instanceof Int16Array ? vectors.slice() : toInt16(vectors)
      const projected = new Int16Array((vectors.length / dimension) * k)
      await run(tower, rows, from, (some, start) => toInt16(some, projected.subarray(start * k)))
      return projected
    },
    async close() {
      for (const graph of compiled.values()) await (await graph).close()
    }
  }
}

/**
 * All cosines between two sets of unit rows.
 *
 * @param a [n, k] @param b [m, k] @returns [n, m]
 */
export async function cosinesOf(
  a: Float32Array,
  b: Float32Array,
  dimension: number,
  threads = 1
): Promise<Float32Array> {
  const height = a.length / dimension
  const width = b.length / dimension
  const product: Expr = matMul(input('a', [height, dimension]), input('b', [width, dimension]), { b: true })
  const graph = await compile({ product }, { device: 'cpu', threads })
  const result = await graph.run({ a: tensorOf(a, [height, dimension]), b: tensorOf(b, [width, dimension]) })
  await graph.close()
  return result.product?.data as Float32Array
}

function padded(values: Float32Array, length: number): Float32Array {
  if (values.length === length) return values
  const whole = new Float32Array(length)
  whole.set(values)
  return whole
}
