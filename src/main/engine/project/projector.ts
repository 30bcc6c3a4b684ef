import type { LinearMap, ProjectorWeights, Tower } from '../domain.ts'
import { makeUnit } from '../math/vectors.ts'

/** Vectors of one tower in the common space: unit rows [k]. An identity gives them back as they are. */
export function project(weights: ProjectorWeights, tower: Tower, vectors: readonly Float32Array[]): Float32Array[]
export function project(
  weights: ProjectorWeights,
  tower: Tower,
  vectors: readonly (Float32Array | null)[]
): (Float32Array | null)[]
export function project(
  weights: ProjectorWeights,
  tower: Tower,
  vectors: readonly (Float32Array | null)[]
): (Float32Array | null)[] {
  const map = weights[tower]
  return map === null ? [...vectors] : vectors.map(vector => vector && applyMap(map, vector))
}

/**
 * z = unit((x − mean) · matrix).
 *
 * @param vector  [d]
 * @returns [k]; a vector that is exactly the mean has no direction and stays zero, so it is like nothing
 */
export function applyMap({ mean, matrix }: LinearMap, vector: Float32Array): Float32Array {
  const k = matrix.length / mean.length
  if (vector.length !== mean.length)
    throw new Error(`A vector of ${vector.length} numbers does not fit a map of ${mean.length}.`)
  const projection = new Float64Array(k)
  for (let i = 0; i < mean.length; i++) {
    const value = (vector[i] ?? 0) - (mean[i] ?? 0)
    const start = i * k
    for (let j = 0; j < k; j++) projection[j] = (projection[j] ?? 0) + value * (matrix[start + j] ?? 0)
  }
  const row = Float32Array.from(projection)
  makeUnit(row)
  return row
}
