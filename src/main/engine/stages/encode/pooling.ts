import { broken } from './session.ts'

/**
 * One vector per input from what a model gives: [n, d] as it is (or [n, d, 1, 1]); [n, t, d] by its first or last real token, or
 * the mean of the real ones; [n, d, h, w] by the mean over all places.
 *
 * @param lengths  real tokens of each input, for [n, t, d]; all t are real when absent
 * @returns n fresh vectors [d], not yet unit
 */
export function pool(
  { values, shape }: { readonly values: Float32Array; readonly shape: readonly number[] },
  pooling: 'none' | 'first' | 'last' | 'mean' | 'global-average',
  count: number,
  dimension: number,
  lengths?: readonly number[]
): Float32Array[] {
  const perInput = values.length / count
  const groups = perInput / dimension
  const isShape =
    shape[0] === count && Number.isInteger(groups) && (pooling === 'none' ? groups === 1 : shape.length >= 3)
  const isDimensionWhereItShould =
    pooling === 'global-average' ? shape[1] === dimension : pooling === 'none' || shape[2] === dimension
  if (!isShape || !isDimensionWhereItShould) {
    throw broken(
      `its output has the shape [${shape.join(', ')}], which does not give ${count} vectors of ${dimension} numbers`
    )
  }
  return Array.from({ length: count }, (_, i) => {
    const own = values.subarray(i * perInput, (i + 1) * perInput)
    const tokens = lengths?.[i] ?? groups
    switch (pooling) {
      case 'none':
      case 'first':
        return own.slice(0, dimension)
      case 'last':
        return own.slice((tokens - 1) * dimension, tokens * dimension)
      case 'mean':
        return meanOf(own, dimension, tokens, dimension, 1)
      case 'global-average':
        return meanOf(own, dimension, groups, 1, groups)
    }
  })
}

/** result[j] = mean over i < count of values[i · step + j · stride]. */
function meanOf(values: Float32Array, dimension: number, count: number, step: number, stride: number): Float32Array {
  return Float32Array.from({ length: dimension }, (_, j) => {
    let sum = 0
    for (let i = 0; i < count; i++) sum += values[i * step + j * stride] ?? 0
    return sum / count
  })
}
