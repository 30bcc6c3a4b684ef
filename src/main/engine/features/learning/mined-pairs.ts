import type { ItemId } from '../../base/domain.ts'
import { comparedPhoto, groupNearDuplicates } from '../../stages/library/near-duplicates.ts'
import { minePairs, type MinedPair } from '../../stages/library/pairs.ts'
import type { Store } from '../../store/store.ts'

export interface LibraryPairs {
  /** What can be trained on, by photo, the best of each first. */
  readonly pairs: readonly MinedPair[]
  /** What the user said does not belong together, though it was found. */
  readonly rejected: readonly MinedPair[]
  /** The group of near-duplicates of each photo in `pairs`, numbered from 0. A group is never in two folds. */
  readonly groupOf: ReadonlyMap<ItemId, number>
}

/**
 * Every pair of the library, with what the user said of them. Only photos that have a pair are grouped: no other is in a fold.
 * @param imageEncoder  whose embeddings help to tell near-duplicates; null when no model is open
 */
export function minedPairs(store: Store, imageEncoder: string | null): LibraryPairs {
  const items = [...store.items.each()]
  const mined = minePairs(items, [...store.links.all()], noteId => store.items.texts(noteId), store.pairVerdicts.all())
  const pairs = mined.filter(({ verdict }) => verdict !== 'rejected')
  const paired = new Set(pairs.map(({ photoId }) => photoId))
  const photos = items.filter(({ itemId }) => paired.has(itemId))
  const groups = groupNearDuplicates(photos.map(comparedPhoto), position => {
    const itemId = photos[position]?.itemId
    if (imageEncoder === null || itemId === undefined) return null
    return store.embeddings.get(imageEncoder, { itemId, part: 0 }) ?? null
  })
  return {
    pairs,
    rejected: mined.filter(({ verdict }) => verdict === 'rejected'),
    groupOf: new Map(photos.map(({ itemId }, position) => [itemId, groups[position] ?? -1]))
  }
}
