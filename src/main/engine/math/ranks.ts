import { dot } from './vectors.ts'

/**
 * Where the right answer stands: every text asks for its image among all images, and every image for any of its texts among
 * all texts. A wrong answer that scores the same as the right one counts as if it came first, so a map that sends everything
 * to one point gets no credit, and neither does one whose scores are no numbers.
 *
 * @param images       [n] unit rows [k]
 * @param texts        [m] unit rows [k]; null for a text without meaning, which finds nothing and is found last
 * @param imageOfText  [m] the position of each text's image
 * @returns ranks from 1: one per text, and one per image that has texts
 */
export function pairRanks(
  images: readonly Float32Array[],
  texts: readonly (Float32Array | null)[],
  imageOfText: readonly number[]
): { readonly ofTexts: readonly number[]; readonly ofImages: readonly number[] } {
  const score = (text: Float32Array | null, image: Float32Array | undefined): number =>
    text === null || image === undefined ? -Infinity : dot(text, image)
  const own = texts.map((text, t) => score(text, images[imageOfText[t] ?? -1]))
  const best = new Map<number, number>()
  imageOfText.forEach((image, t) => best.set(image, Math.max(best.get(image) ?? -Infinity, own[t] ?? 0)))

  const ofTexts = texts.map(() => 1)
  const ofImages = images.map(() => 1)
  texts.forEach((text, t) => {
    for (const [image, row] of images.entries()) {
      if (image === imageOfText[t]) continue
      const wrong = score(text, row)
      // Not `>=`: beside a score that is no number every other answer comes first.
      if (!(wrong < (own[t] ?? 0))) ofTexts[t] = (ofTexts[t] ?? 0) + 1
      if (!(wrong < (best.get(image) ?? Infinity))) ofImages[image] = (ofImages[image] ?? 0) + 1
    }
  })
  return { ofTexts, ofImages: ofImages.filter((_, image) => best.has(image)) }
}

/** Mean of 1 / rank: 1 when every first answer is right. NaN for nothing. */
export function meanReciprocalRank(ranks: readonly number[]): number {
  return ranks.reduce((sum, rank) => sum + 1 / rank, 0) / ranks.length
}
