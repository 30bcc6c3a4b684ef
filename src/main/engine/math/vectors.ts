/** a · b over the length of `a`. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
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
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / length
  return true
}
