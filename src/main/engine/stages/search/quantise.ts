/** One vector as bytes: vector ≈ codes · scale. */
export interface Quantised {
  readonly scale: number
  /** Length of what was lost: no dot product with a unit vector is off by more. */
  readonly error: number
}

/**
 * Writes one vector as signed bytes, scaled so that its largest entry becomes ±127.
 *
 * @param vector  [k]
 * @param codes   written from `at` on
 */
export function quantise(vector: Float32Array, codes: Int8Array, at = 0): Quantised {
  let largest = 0
  for (const value of vector) largest = Math.max(largest, Math.abs(value))
  // Whatever the codes say, they then count for nothing.
  if (largest === 0) return { scale: 0, error: 0 }
  const scale = Math.fround(largest / 127)
  const steps = 1 / scale
  let lost = 0
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i] ?? 0
    const code = Math.round(value * steps)
    codes[at + i] = code
    const difference = value - code * scale
    lost += difference * difference
  }
  return { scale, error: Math.sqrt(lost) }
}

/**
 * A run of vectors as codes to keep: what the store seals and the gallery takes back.
 *
 * @param vectors  [n, k]
 * @returns codes [n, k], scales [n]
 */
export function quantiseRun(vectors: Float32Array, k: number): { codes: Int8Array; scales: Float32Array } {
  const n = vectors.length / k
  const codes = new Int8Array(n * k)
  const scales = new Float32Array(n)
  for (let row = 0; row < n; row++) {
    scales[row] = quantise(vectors.subarray(row * k, row * k + k), codes, row * k).scale
  }
  return { codes, scales }
}

/**
 * The asked vector in 15 bits, scaled so that no sum of `width` products with codes can leave 32 bits.
 *
 * @param query   [k]
 * @param shorts  [≥ k], written
 */
export function quantiseQuery(query: Float32Array, shorts: Int16Array): Quantised {
  let largest = 0
  let sum = 0
  for (const value of query) {
    largest = Math.max(largest, Math.abs(value))
    sum += Math.abs(value)
  }
  if (largest === 0) return { scale: 0, error: 0 }
  const scale = Math.max(largest / 16_383, (sum * 127) / 2 ** 30)
  let lost = 0
  for (let i = 0; i < query.length; i++) {
    const value = query[i] ?? 0
    const short = Math.round(value / scale)
    shorts[i] = short
    lost += (value - short * scale) ** 2
  }
  return { scale, error: Math.sqrt(lost) }
}
