import type { Input } from '../../../../shared/contract.ts'
import type { PairsAnswer, PairStatus, Readiness } from '../../../../shared/learning.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { foldWords } from '../../stages/library/captions.ts'
import type { Store } from '../../store/store.ts'
import { enoughGroups, fewestGroups } from '../../stages/train/readiness.ts'
import { minedPairs, type LibraryPairs } from './mined-pairs.ts'

/** What can be learned from, best first, then what the user rejected. @param imageEncoder  as in `minedPairs` */
export function listPairs(store: Store, imageEncoder: string | null, limit: number): PairsAnswer {
  const mined = minedPairs(store, imageEncoder)
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
export function readinessOf({ pairs, groupOf }: Pick<LibraryPairs, 'pairs' | 'groupOf'>): Readiness {
  const groups = new Set(groupOf.values()).size
  const counted = { pairs: pairs.length, photos: groupOf.size, groups }
  if (groups < fewestGroups) return { ...counted, level: 'none', missing: fewestGroups - groups }
  if (groups < enoughGroups) return { ...counted, level: 'few', missing: enoughGroups - groups }
  return { ...counted, level: 'enough', missing: 0 }
}

/** Remembers what the user says of a photo and a text; null takes it back. @throws EngineError not-found */
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
  if (verdict === null) store.pairVerdicts.remove(photoId, foldWords(text))
  else store.pairVerdicts.set({ photoId, noteId: noteId ?? null, text, verdict }, foldWords(text), nowMs)
}
