import type { Difference } from '../../../../shared/learning.ts'
import { pairedBootstrap } from './paired-bootstrap.ts'

/** What is known of captions that stand beside a photo they do not belong to. */
export interface Strays {
  /** Estimated share of the photos that were not trained on whose captions are such, 0…1, with its 95 % interval. */
  readonly share: Difference
  /** Share of the captions whose photo is among the first tenth. */
  readonly foundAtOnce: number
}

/**
 * How many captions seem to belong to other photos. A caption of another photo finds this one anywhere, so half of such captions find it in the
 * second half of all photos, where a caption of its own hardly ever does: twice the captions there are about how many there are in all.
 * That holds only for a map that knows the library; for one that does not, all captions look like strays. Only texts that claim to describe their
 * photo are counted: a paragraph around a picture, a title or a file name may say something else and still be no mistake.
 *
 * @param textRanks     [m] of each text's best photo, from 1
 * @param photosOfText  [m] the photos each text stands beside, positions below `photos`
 * @param describing    [m] whether the text claims to describe what it stands beside
 * @param groups        [photos] equal for photos of one group
 * @param gallery       of how many photos the ranks are
 * @returns null when no text claims to describe a photo, or there are fewer than two photos
 * @see Storey, A direct approach to false discovery rates, 2002: the share of true null hypotheses, at λ = ½
 */
export function straysOf(
  textRanks: readonly number[],
  photosOfText: readonly (readonly number[])[],
  describing: readonly boolean[],
  groups: readonly number[],
  gallery = groups.length
): Strays | null {
  const photos = groups.length
  if (photos < 2 || !describing.includes(true)) return null
  const places = textRanks.map(rank => (rank - 1) / (gallery - 1))
  const counted = places.filter((_, text) => describing[text] === true)
  const far = Array.from({ length: photos }, (): number[] => [])
  photosOfText.forEach((own, text) => {
    if (describing[text] !== true) return
    for (const photo of own) far[photo]?.push((places[text] ?? 0) > 0.5 ? 2 : 0)
  })
  const described = [...far.keys()].filter(photo => (far[photo]?.length ?? 0) > 0)
  const ofPhotos = described.map(photo => {
    const own = far[photo] ?? []
    return own.reduce((sum, one) => sum + one, 0) / own.length
  })
  return {
    share: pairedBootstrap(
      ofPhotos,
      described.map(photo => groups[photo] ?? photo)
    ),
    foundAtOnce: counted.filter(place => place <= 0.1).length / counted.length
  }
}
