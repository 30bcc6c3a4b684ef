import type { SearchQuery } from '../../../../shared/searching.ts'
import type { HitVerdict } from '../../../../shared/saying.ts'
import type { ItemId } from '../../base/domain.ts'
import type { Evidence, FusedHit } from '../../stages/search/fuse.ts'
import { parseQuery, type ParsedQuery } from '../../stages/search/parse.ts'
import { questionKey } from '../../stages/search/question-key.ts'
import type { Store } from '../../store/store.ts'

/** What the person said of hits of one question. */
export type SaidOfHits = ReadonlyMap<ItemId, HitVerdict>

/** As certain as anything is: the person said so of this very question. */
const saidRight = 0.9999

/** What tells this question from others; null where nothing can be said of its hits. See `questionKey`. */
export function keyOf(
  { imageId }: Pick<SearchQuery, 'imageId'>,
  parsed: ParsedQuery,
  { store, images }: { readonly store: Store; readonly images: { contentOf(imageId: string): string | null } }
): string | null {
  const named =
    imageId !== undefined
      ? images.contentOf(imageId)
      : parsed.like === null
        ? null
        : (store.items.reading(parsed.like)?.contentHash ?? null)
  return questionKey(parsed, named)
}

/** The same of a text that was not parsed yet. */
export function keyOfText(
  query: Pick<SearchQuery, 'text' | 'imageId'>,
  deps: Parameters<typeof keyOf>[2]
): string | null {
  return keyOf(query, parseQuery(query.text), deps)
}

/** A lane of its own: what the person called right is found, whatever the others make of it. */
export function saidEvidence(said: SaidOfHits): Evidence[] {
  return [...said].flatMap(([itemId, verdict]): Evidence[] =>
    verdict === 'right' ? [{ lane: 'said', itemId, part: 0, probability: saidRight }] : []
  )
}

/** What the person called wrong is never relevant and comes last; why the lanes found it is still said. */
export function belowTheRest(hits: readonly FusedHit[], said: SaidOfHits): readonly FusedHit[] {
  const isWrong = ({ itemId }: FusedHit): boolean => said.get(itemId) === 'wrong'
  if (!hits.some(isWrong)) return hits
  const wrong = hits.filter(isWrong).map((hit): FusedHit => ({
    ...hit,
    score: 0,
    isRelevant: false,
    evidence: [
      { lane: 'said', itemId: hit.itemId, part: 0, probability: 0, share: 1 },
      ...hit.evidence.map(found => ({ ...found, share: 0 }))
    ]
  }))
  return [...hits.filter(hit => !isWrong(hit)), ...wrong]
}
