/** A difference hash of 64 bits, as `perceptualHashOf` makes it. */
export interface Hash {
  readonly high: number
  readonly low: number
  /** Nearly all its bits are alike: it says nothing. */
  readonly isFlat: boolean
}

/**
 * A white page, an empty sky, an even gradient: nearly all bits are alike, and unrelated pictures of that
 * kind have the same hash. With fewer bits than this that differ from the rest, a hash alone says nothing (1 in 210 photos).
 */
const fewestOddBits = 12

/** @param hex  16 digits */
export function hashOf(hex: string): Hash {
  const high = Number.parseInt(hex.slice(0, 8), 16) | 0
  const low = Number.parseInt(hex.slice(8), 16) | 0
  const ones = bitCount(high) + bitCount(low)
  return { high, low, isFlat: Math.min(ones, 64 - ones) < fewestOddBits }
}

/** The Hamming distance of two hashes, 0…64 bits. */
export function bitsApart(a: Hash, b: Hash): number {
  return bitCount(a.high ^ b.high) + bitCount(a.low ^ b.low)
}

/** Of 32 bits. @see Warren, Hacker's Delight, figure 5-2 */
function bitCount(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
