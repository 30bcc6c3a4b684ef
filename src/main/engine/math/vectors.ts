/** a · b over the length of `a`. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

/** The same direction at length 1, as a new vector; what has no direction stays as it is. */
export function unit(vector: Float32Array): Float32Array {
  const copy = vector.slice()
  makeUnit(copy)
  return copy
}

/** The middle of at least one vector of one length. */
export function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0)
  for (const vector of vectors)
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0) / vectors.length
  return sum
}

/** Euclidean length; NaN or Infinity when a value is. */
export function norm(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector))
}

/**
 * The same direction at length 1, in place. A vector without direction stays as it is and is told by the answer.
 *
 * @returns false when it is zero, or not finite
 */
export function makeUnit(vector: Float32Array): boolean {
  const length = norm(vector)
  if (!(length > 0 && length < Infinity)) return false
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length
  return true
}
