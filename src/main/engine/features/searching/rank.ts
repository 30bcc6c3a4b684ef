import { config } from '../../base/config.ts'
import { alongLinks, fuse, type Evidence, type FusedHit } from '../../stages/search/fuse.ts'
import type { Store } from '../../store/store.ts'
import { cosineLanes } from './cosine-lanes.ts'
import { cosineEvidence, hasFound, sameEvidence, shownEvidence, wordEvidence } from './evidence.ts'
import { linkedItems } from './linked-items.ts'
import { pictureNotes } from './picture-notes.ts'
import type { Question } from './question.ts'
import { belowTheRest, saidEvidence, type SaidOfHits } from './said-of-hits.ts'
import { wordsLane, type WordsFound } from './words-lane.ts'

/** Ranked items, and what `describe` needs to say why each is there. */
export interface Ranking {
  /** Best first, at most the question's limit; scores are probabilities 0…1. Hits of a bare question have no evidence. */
  readonly hits: readonly FusedHit[]
  readonly words: Pick<WordsFound, 'asked' | 'rows'>
  /** Some lane is above its reference: see `SearchResult`. */
  readonly hasEvidence: boolean
  readonly said: SaidOfHits
}

/**
 * Second step of a search: asks every lane, calibrates what each found, fuses it, and fuses once more along the links of the
 * first ranking. Runs within one turn of the event loop, on one state of the store.
 *
 * @throws the reason of `question.signal` when the caller no longer wants the answer
 */
export function rank(question: Question, store: Store): Ranking {
  question.signal.throwIfAborted()
  return question.isBare ? byDate(question, store) : byEvidence(question, store)
}

function byEvidence(question: Question, store: Store): Ranking {
  const { parsed, allowed, limit, same, named } = question
  const said: SaidOfHits = question.key === null ? new Map() : store.hitVerdicts.of(question.key)
  const words = wordsLane(parsed.words, allowed, store)
  const cosines = cosineLanes(question)
  const sure: readonly Evidence[] = [
    ...wordEvidence(words),
    ...saidEvidence(said),
    ...sameEvidence(same),
    ...named.flatMap(itemId => shownEvidence(itemId, linkedItems(itemId, store)))
  ]
  const ofPicture = pictureNotes(question, store)
  const evidence: readonly Evidence[] = [
    ...sure,
    ...ofPicture,
    ...withoutNotes(cosines.flatMap(cosineEvidence), question, store)
  ]
  const first = belowTheRest(fuse(evidence, Math.max(limit, config.laneDepth)), said)
  // A picture's likeness goes along links by another way, from every photo: see `pictureNotes`.
  const links = alongLinks(first, itemId =>
    linkedItems(itemId, store).filter(({ part }) => part !== null || question.picture === null)
  )
  // Lanes already keep to what is allowed; links and the asked picture itself do not.
  const isWanted = ({ itemId }: Evidence): boolean => itemId !== parsed.like && allowed?.has(itemId) !== false
  const hits = belowTheRest(fuse([...evidence, ...links].filter(isWanted), limit), said)
  // What is relevant because people often photograph it need not be above a lane's reference.
  const isAnswered = hits.some(({ isRelevant }) => isRelevant)
  const hasEvidence = isAnswered || sure.some(isWanted) || cosines.some(found => hasFound(found, parsed.like))
  return { hits, words, said, hasEvidence }
}

/** What a picture says of notes is judged as a whole, by `pictureNotes`: not passage by passage as well. */
function withoutNotes(evidence: readonly Evidence[], { picture }: Question, { items }: Store): readonly Evidence[] {
  if (picture === null) return evidence
  const kinds = items.kinds([...new Set(evidence.map(({ itemId }) => itemId))])
  return evidence.filter(({ itemId, lane }) => lane !== 'picture' || kinds.get(itemId) !== 'note')
}

/** Every allowed item is an equally good answer to filters alone, and every item to nothing: the newest or the oldest first. */
function byDate({ parsed, allowed, limit, isOldestFirst }: Question, { items }: Store): Ranking {
  // Words that are left out narrow the items after the store has sorted them, so it sorts all.
  const most = allowed === null ? limit : Number.MAX_SAFE_INTEGER
  const sorted = isOldestFirst ? items.oldest(most, parsed.filters) : items.newest(most, parsed.filters)
  const hits = sorted
    .filter(itemId => allowed?.has(itemId) !== false)
    .slice(0, limit)
    .map((itemId): FusedHit => ({ itemId, score: 1, verdict: 1, isRelevant: true, evidence: [] }))
  return { hits, words: { asked: parsed.words, rows: new Map() }, said: new Map(), hasEvidence: hits.length > 0 }
}
