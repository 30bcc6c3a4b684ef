import type { ItemId } from '../../base/domain.ts'
import { collected, stepsInTurns, type Steps } from '../../base/give-way.ts'
import { comparedPhoto, groupNearDuplicates } from '../../stages/library/near-duplicates.ts'
import { minePairs, type MinedPair } from '../../stages/library/pairs.ts'
import { groupPhotos, numbersByContent } from '../../stages/library/photo-groups.ts'
import type { Store } from '../../store/store.ts'

export interface LibraryPairs {
  /** What can be trained on, by photo, the best of each first. */
  readonly pairs: readonly MinedPair[]
  /** What the user said does not belong together, though it was found. */
  readonly rejected: readonly MinedPair[]
  /** Of each photo in `pairs`: equal for photos that show the same. Decided by their contents, as `groupOf` is. */
  readonly alikeOf: ReadonlyMap<ItemId, number>
  /** Of each photo in `pairs`: equal for photos that know of each other, which are never in two folds: see photo-groups.ts. */
  readonly groupOf: ReadonlyMap<ItemId, number>
}

/**
 * Every pair of the library, with what the user said of them. Only photos that have a pair are grouped: no other is in a fold.
 * In turns of the event loop: for 100,000 items it is seconds of work. What leaves the library meanwhile may be among them.
 * @param imageEncoder  whose embeddings help to tell near-duplicates; null when no model is open
 */
export function minedPairs(store: Store, imageEncoder: string | null): Promise<LibraryPairs> {
  return stepsInTurns(mining(store, imageEncoder))
}

function* mining(store: Store, imageEncoder: string | null): Steps<LibraryPairs> {
  const items = yield* collected(store.items.each())
  const links = yield* collected(store.links.all())
  const mined = yield* minePairs(items, links, noteId => store.items.texts(noteId), store.pairVerdicts.all())
  const pairs = mined.filter(({ verdict }) => verdict !== 'rejected')
  const paired = new Set(pairs.map(({ photoId }) => photoId))
  const photos = items.filter(({ itemId }) => paired.has(itemId))
  const alike = yield* groupNearDuplicates(photos.map(comparedPhoto), position => {
    const itemId = photos[position]?.itemId
    if (imageEncoder === null || itemId === undefined) return null
    return store.embeddings.get(imageEncoder, { itemId, part: 0 }) ?? null
  })
  const notes = Map.groupBy(
    [
      ...links.flatMap(({ fromId, toId, isGuess }) =>
        toId === null || isGuess ? [] : [{ photoId: toId, noteId: fromId }]
      ),
      ...pairs.flatMap(({ photoId, noteId }) => (noteId === null ? [] : [{ photoId, noteId }]))
    ],
    ({ photoId }) => photoId
  )
  const texts = Map.groupBy(pairs, ({ photoId }) => photoId)
  const groups = yield* groupPhotos(
    photos.map(({ itemId, contentHash, path }, position) => ({
      content: contentOf({ contentHash, path }),
      alike: alike[position] ?? position,
      notes: (notes.get(itemId) ?? []).map(({ noteId }) => noteId),
      texts: (texts.get(itemId) ?? []).map(({ text }) => text)
    }))
  )
  const byPhoto = (numbers: Int32Array): Map<ItemId, number> =>
    new Map(photos.map(({ itemId }, position) => [itemId, numbers[position] ?? -1]))
  return {
    pairs,
    rejected: mined.filter(({ verdict }) => verdict === 'rejected'),
    alikeOf: byPhoto(numbersByContent(alike, photos.map(contentOf))),
    groupOf: byPhoto(groups)
  }
}

/** What is not read yet has no hash, and is not trained on either. */
function contentOf({ contentHash, path }: { readonly contentHash: string | null; readonly path: string }): string {
  return contentHash ?? path
}
