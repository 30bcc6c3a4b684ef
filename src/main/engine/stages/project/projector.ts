import type { LinearMap, ProjectorWeights, Residual, Tower, TowerMap } from '../../base/domain.ts'
import { makeUnit } from '../../math/vectors.ts'
import { erf } from '../../math/erf.ts'
import { pooledWords } from './word-table.ts'

/** The token ids of each text, for a map with a word table. Without them a text is placed by its embedding alone. */
export type TokensOf = (index: number) => Int32Array | null | undefined

/** Vectors of one tower in the common space: unit rows [k]. A tower that has learned nothing gives them back as they are. */
export function project(
  weights: ProjectorWeights,
  tower: Tower,
  vectors: readonly Float32Array[],
  tokensOf?: TokensOf
): Float32Array[]
export function project(
  weights: ProjectorWeights,
  tower: Tower,
  vectors: readonly (Float32Array | null)[],
  tokensOf?: TokensOf
): (Float32Array | null)[]
export function project(
  weights: ProjectorWeights,
  tower: Tower,
  vectors: readonly (Float32Array | null)[],
  tokensOf: TokensOf = () => null
): (Float32Array | null)[] {
  const map = weights[tower]
  return vectors.map((vector, i) => vector && applyTower(map, vector, tokensOf(i) ?? null))
}

/** One row: see `TowerMap`. Many rows are projected faster by the trainer process, which does the same. */
export function applyTower(map: TowerMap, vector: Float32Array, tokens: Int32Array | null): Float32Array {
  let row = start(map, vector, tokens)
  for (const residual of map.residuals) row = applyResidual(residual, row)
  return row
}

function start({ linear, words }: TowerMap, vector: Float32Array, tokens: Int32Array | null): Float32Array {
  const pooled = words === null || tokens === null ? null : pooledWords(words, tokens)
  if (linear === null && pooled === null) return vector
  const place = linear === null ? Float64Array.from(vector) : applyMap(linear, vector)
  if (words !== null && pooled !== null) {
    addProduct(place, pooled.mean, words.mean)
    addProduct(place, pooled.max, words.max)
  }
  const row = Float32Array.from(place)
  // What is exactly the mean has no direction and stays zero, so it is like nothing.
  makeUnit(row)
  return row
}

/** (x − mean) · matrix. [d] to [k] */
function applyMap({ mean, matrix }: LinearMap, vector: Float32Array): Float64Array {
  if (vector.length !== mean.length)
    throw new Error(`A vector of ${vector.length} numbers does not fit a map of ${mean.length}.`)
  const place = new Float64Array(matrix.length / mean.length)
  addProduct(
    place,
    vector.map((value, i) => value - (mean[i] ?? 0)),
    matrix
  )
  return place
}

function applyResidual({ inner, outer, scale, share }: Residual, row: Float32Array): Float32Array {
  const k = row.length
  const hidden = new Float64Array(inner.length / k)
  addProduct(hidden, row, inner)
  const root = Math.sqrt(k)
  const active = Float32Array.from(hidden, value => scale * gelu(root * value))
  const moved = Float64Array.from(row)
  addProduct(moved, active, outer)
  const next = Float32Array.from(moved)
  makeUnit(next)
  if (share === 1) return next
  const blended = row.map((value, i) => (1 - share) * value + share * (next[i] ?? 0))
  makeUnit(blended)
  return blended
}

function gelu(x: number): number {
  return 0.5 * x * (1 + erf(x * Math.SQRT1_2))
}

/** place += row · matrix, for a row [n] and a matrix [n, k]. Four rows of the matrix at a time take .6 of the time of one. */
function addProduct(place: Float64Array, row: Float32Array, matrix: Float32Array): void {
  const k = place.length
  let i = 0
  for (; i + 4 <= row.length; i += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = [row[i], row[i + 1], row[i + 2], row[i + 3]]
    const from = i * k
    for (let j = 0, at = from; j < k; j++, at++) {
      place[j] =
        (place[j] ?? 0) +
        a * (matrix[at] ?? 0) +
        b * (matrix[at + k] ?? 0) +
        c * (matrix[at + 2 * k] ?? 0) +
        d * (matrix[at + 3 * k] ?? 0)
    }
  }
  for (; i < row.length; i++) {
    const value = row[i] ?? 0
    const from = i * k
    for (let j = 0; j < k; j++) place[j] = (place[j] ?? 0) + value * (matrix[from + j] ?? 0)
  }
}
