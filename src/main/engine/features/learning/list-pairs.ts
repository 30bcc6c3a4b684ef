import type { Input } from '../../../../shared/contract.ts'
import type { PairsAnswer, PairStatus, Readiness } from '../../../../shared/learning.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { foldWords } from '../../stages/library/captions.ts'
import type { Store } from '../../store/store.ts'
import {
  enoughPhotos,
  fewestGroups,
  fewestPhotos,
  learnableFrom,
  type Learnable
} from '../../stages/train/readiness.ts'
import type { ItemId } from '../../base/domain.ts'
import { minedPairs, type LibraryPairs } from './mined-pairs.ts'

/** What can be learned from, best first, then what the user rejected. @param imageEncoder  as in `minedPairs` */
export async function listPairs(store: Store, imageEncoder: string | null, limit: number): Promise<PairsAnswer> {
  const mined = await minedPairs(store, imageEncoder)
  const listed = [...mined.pairs.toSorted((a, b) => b.weight - a.weight), ...mined.rejected].slice(0, limit)
  const photos = store.items.summaries([...new Set(listed.map(({ photoId }) => photoId))])
  return {
    pairs: listed.map((pair): PairStatus => ({
      ...pair,
      photoPath: photos.get(pair.photoId)?.path ?? pair.photoPath
    })),
    counts: [...Map.groupBy(mined.pairs, ({ reason }) => reason)]
      .map(([reason, pairs]) => ({ reason, pairs: pairs.length }))
      .sort((a, b) => b.pairs - a.pairs),
    readiness: readinessOf(mined)
  }
}

/** Whether there is enough to learn from. */
export function readinessOf({ pairs, alikeOf, groupOf }: Omit<LibraryPairs, 'rejected'>): Readiness {
  const { different, groups } = learnableOf({ alikeOf, groupOf })
  const missingGroups = Math.max(0, fewestGroups - groups)
  const counted = { pairs: pairs.length, photos: groupOf.size, different, groups, missingGroups }
  if (different < fewestPhotos || missingGroups > 0)
    return { ...counted, level: 'none', missing: Math.max(0, fewestPhotos - different) }
  if (different < enoughPhotos) return { ...counted, level: 'few', missing: enoughPhotos - different }
  return { ...counted, level: 'enough', missing: 0 }
}

/** @param photos  all that have a pair when absent */
export function learnableOf(
  { alikeOf, groupOf }: Pick<LibraryPairs, 'alikeOf' | 'groupOf'>,
  photos: Iterable<ItemId> = groupOf.keys()
): Learnable {
  return learnableFrom(
    Array.from(photos, itemId => ({ alike: alikeOf.get(itemId) ?? -1, group: groupOf.get(itemId) ?? -1 }))
  )
}

/**
 * Remembers what the user says of a photo and a text; null takes it back.
 * @throws EngineError not-found, bad-input for a photo that was not read: what is said is kept by what is in the file
 */
export function confirmPair(
  store: Store,
  { photoId, noteId, text, verdict }: Input<'confirmPair'>,
  nowMs: number
): void {
  if (store.items.get(photoId)?.kind !== 'photo')
    throw new EngineError(
      'not-found',
      'This photo is no longer in the library. Nothing was changed. Its file may have been moved or deleted.'
    )
  if (verdict !== null && store.items.reading(photoId)?.contentHash == null)
    throw new EngineError(
      'bad-input',
      'Nothing was read of this photo yet, and what you say is kept by what is in the file. Nothing was changed. Say it once the photo is indexed.'
    )
  if (verdict === null) store.pairVerdicts.remove(photoId, foldWords(text))
  else store.pairVerdicts.set({ photoId, noteId: noteId ?? null, text, verdict }, foldWords(text), nowMs)
}
