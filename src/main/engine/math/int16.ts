/**
 * [Note: int16 on disk] A projection is stored as multiples of 1/32767 in int16: half the bytes of float32. No number is off
 * by more than 1/65534, so no cosine of k numbers by more than √k/65534: .00025 for 256, and about .00001 as a rule.
 */
const steps = 32_767
const step = 1 / steps

/**
 * @param values  of unit rows
 * @param into  at least as long
 * @throws RangeError for a number beyond ±1, or none
 */
export function toInt16(values: Float32Array, into = new Int16Array(values.length)): Int16Array {
  for (let i = 0; i < values.length; i++) {
    // To the nearest, by cutting off what is positive: several times faster than Math.round, and NaN becomes −32768.
    const code = (((values[i] ?? 0) * steps + 32_768.5) | 0) - 32_768
    if (code < -steps || code > steps) throw new RangeError(`${values[i] ?? 0} is in no unit row.`)
    into[i] = code
  }
  return into
}

/** @param into  at least as long */
export function fromInt16(codes: Int16Array, into = new Float32Array(codes.length)): Float32Array {
  for (let i = 0; i < codes.length; i++) into[i] = (codes[i] ?? 0) * step
  return into
}
