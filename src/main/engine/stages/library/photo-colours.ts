/** Of each of the two colour channels: its mean, and its five lowest waves. */
const wavesOfChannel = 5

/**
 * Where a picture is red, green, yellow or blue, as its thumbhash has it: the mean and the lowest waves of its two colour
 * channels, P (yellow to blue) and Q (red to green). How light it is says nothing here: a copy that was made brighter has the same.
 *
 * @param thumbhash  as `thumbhashOf` makes it
 * @returns [12] each within about ±1.3
 * @see https://evanw.github.io/thumbhash for the layout of its bits
 */
export function coloursOf(thumbhash: Uint8Array): Float32Array {
  const byte = (i: number): number => thumbhash[i] ?? 0
  const means = byte(0) | (byte(1) << 8) | (byte(2) << 16)
  const scales = byte(3) | (byte(4) << 8)
  const hasAlpha = means >> 23 === 1
  const isLandscape = scales >> 15 === 1
  const longer = hasAlpha ? 5 : 7
  const lightX = Math.max(3, isLandscape ? longer : scales & 7)
  const lightY = Math.max(3, isLandscape ? scales & 7 : longer)
  const from = (hasAlpha ? 12 : 10) + waves(lightX, lightY)
  const channel = (mean: number, scale: number, first: number): number[] => [
    mean / 31.5 - 1,
    ...Array.from({ length: wavesOfChannel }, (_, i) => {
      const at = first + i
      const level = (byte(at >> 1) >> (4 * (at & 1))) & 15
      return (level / 7.5 - 1) * (scale / 63) * 1.25
    })
  ]
  return Float32Array.from([
    ...channel((means >> 6) & 63, (scales >> 3) & 63, from),
    ...channel((means >> 12) & 63, (scales >> 9) & 63, from + wavesOfChannel)
  ])
}

/** How far the colours of two pictures are apart: 0 where they are the same, about .05 where one was saved anew. */
export function coloursApart(a: Uint8Array, b: Uint8Array): number {
  const [one, other] = [coloursOf(a), coloursOf(b)]
  return Math.sqrt(one.reduce((sum, value, i) => sum + (value - (other[i] ?? 0)) ** 2, 0))
}

/** How many waves thumbhash keeps of a channel with so many to each side, its mean not counted. */
function waves(x: number, y: number): number {
  let count = 0
  for (let cy = 0; cy < y; cy++) for (let cx = cy === 0 ? 1 : 0; cx * y < x * (y - cy); cx++) count++
  return count
}
