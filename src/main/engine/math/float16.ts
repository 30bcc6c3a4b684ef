/**
 * IEEE 754 half precision as its 16 bits, rounded to the nearest, ties to even: what ONNX Runtime takes and gives for float16
 * tensors on every Node version (`Float16Array` is younger than the oldest Node that runs Reverie).
 */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  return Uint16Array.from(bits, roundToHalf)
}

export function fromFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, value => {
    const sign = value & 0x8000 ? -1 : 1
    const exponent = (value >> 10) & 0x1f
    const fraction = value & 0x3ff
    if (exponent === 0) return sign * fraction * 2 ** -24
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
  })
}

function roundToHalf(float: number): number {
  const sign = (float >>> 16) & 0x8000
  const magnitude = float & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00 // not a number
  if (magnitude >= 0x477ff000) return sign | 0x7c00 // rounds beyond 65504
  if (magnitude >= 0x38800000) return sign | roundShift(magnitude - 0x38000000, 13)
  if (magnitude < 0x33000000) return sign // below half of the smallest half
  return sign | roundShift((magnitude & 0x7fffff) | 0x800000, 126 - (magnitude >>> 23))
}

/** value / 2^shift, to the nearest, ties to even. */
function roundShift(value: number, shift: number): number {
  const low = value & ((1 << shift) - 1)
  const half = 1 << (shift - 1)
  const floor = value >>> shift
  return low > half || (low === half && (floor & 1) === 1) ? floor + 1 : floor
}
