import { createHash } from 'node:crypto'
import type { Steps } from '../../base/give-way.ts'
import { DisjointSets } from '../../math/disjoint-sets.ts'
import { groupLikeTexts } from './like-texts.ts'

export interface GroupedPhoto {
  /** The same for the same content, in every database: its sha256. */
  readonly content: string
  /** Equal for photos that show the same: see near-duplicates.ts. */
  readonly alike: number
  /** Notes that show it, by any numbers. */
  readonly notes: readonly number[]
  /** What stands beside it. */
  readonly texts: readonly string[]
}

/**
 * Joins photos that know of each other, so that nothing which is judged was learned beside its neighbour: photos of one note, of one text or of
 * two that say nearly the same, and photos that show the same; and with them all that either is joined with.
 *
 * @returns [n] a number of each photo's group that its contents alone decide: of the smallest of them. It survives a rebuild, and a group keeps it
 *   when it grows, unless what joins it is smaller.
 */
export function* groupPhotos(photos: readonly GroupedPhoto[]): Steps<Int32Array> {
  const groups = new DisjointSets(photos.length)
  groups.joinEqual(photos.map(({ alike }, photo) => [alike, photo] as const))
  groups.joinEqual(photos.flatMap(({ notes }, photo) => notes.map(note => [note, photo] as const)))
  const texts = photos.flatMap((photo, position) => photo.texts.map(text => ({ text, position })))
  const likeTexts = yield* groupLikeTexts(texts.map(({ text }) => text))
  groups.joinEqual(texts.map(({ position }, i) => [likeTexts[i] ?? 0, position] as const))

  return numbersByContent(
    groups.numbered(),
    photos.map(({ content }) => content)
  )
}

/**
 * Sets of photos, numbered by what is in them.
 * @param contents  as in `GroupedPhoto` @returns [n] equal within a set, 0…2³¹ − 1
 */
export function numbersByContent(sets: Int32Array, contents: readonly string[]): Int32Array {
  const smallest = new Map<number, string>()
  contents.forEach((content, photo) => {
    const set = sets[photo] ?? 0
    const known = smallest.get(set)
    if (known === undefined || content < known) smallest.set(set, content)
  })
  return sets.map(set => numberOf(smallest.get(set) ?? ''))
}

/** Two of 10,000 sets share a number in one library of fifty, and are one then. */
function numberOf(content: string): number {
  return createHash('sha256').update(content).digest().readUInt32LE(0) >>> 1
}
