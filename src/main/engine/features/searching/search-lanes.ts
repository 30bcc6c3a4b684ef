import type { EncodedText, ItemId, WordMatch, WordQuery } from '../../base/domain.ts'
import type { Galleries } from './galleries.ts'
import { unit } from '../../math/vectors.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import { project } from '../../stages/project/projector.ts'
import {
  cosineProbability,
  likenessCalibration,
  meaningCalibration,
  pictureCalibration,
  wordCeiling,
  wordProbability,
  type CosineCalibration
} from '../../stages/search/calibrate.ts'
import type { Evidence, Lane } from '../../stages/search/fuse.ts'
import type { Gallery } from '../../stages/search/gallery.ts'
import type { Store } from '../../store/store.ts'

/** How many a lane brings forward: enough that another lane can lift one of its weaker finds onto the page. */
export const laneDepth = 200

/** What stands there exactly as asked is relevant, whatever it scores. */
const exactAtLeast = 0.6

/** Items that the query's filters let through; null: all. */
export type Allowed = ReadonlySet<ItemId> | null

export interface WordsFound {
  /** The query without words that say nothing. */
  readonly asked: WordQuery
  readonly evidence: readonly Evidence[]
  /** The rows that matched, by item, best first: for saying why. */
  readonly rows: ReadonlyMap<ItemId, readonly WordMatch[]>
}

/** Finds items by the words that stand in them. */
export function wordsLane(query: WordQuery, allowed: Allowed, store: Store): WordsFound {
  if (query.words.length + query.exact.length === 0) return { asked: query, evidence: [], rows: new Map() }
  const asked = finished(withoutFunctionWords(query), store)
  const matches = store.words.search(asked, laneDepth, allowed ?? undefined)
  const rows = new Map<ItemId, WordMatch[]>()
  for (const match of matches) {
    const own = rows.get(match.itemId)
    if (own === undefined) rows.set(match.itemId, [match])
    else own.push(match)
  }
  const rowCount = store.words.count()
  const scale = { ceiling: wordCeiling(bestOfEach(asked, store), rowCount), rows: rowCount }
  const evidence = [...rows].flatMap(([itemId, [best]]): Evidence[] => {
    if (best === undefined) return []
    const probability = wordProbability(best.bm25, scale)
    return [
      {
        lane: 'words',
        itemId,
        part: best.part,
        probability: query.exact.length > 0 ? Math.max(probability, exactAtLeast) : probability
      }
    ]
  })
  return { asked, evidence, rows }
}

/**
 * Words that stand in nearly every text say nothing, and cost the most to look up: a second for “the” in 100,000 items.
 * Exact words are never dropped, nor is the only word there is, nor the one that is still being typed.
 */
function withoutFunctionWords(query: WordQuery): WordQuery {
  const last = query.lastIsPrefix ? query.words.length - 1 : -1
  const words = query.words.filter((word, i) => i === last || !functionWords.has(word.toLowerCase()))
  return words.length === 0 ? query : { ...query, words, lastIsPrefix: query.lastIsPrefix && words.length > 0 }
}

/**
 * A last word that stands somewhere as it is counts as finished. While it is open, longer words and other forms match
 * beside it, and each adds to a row's BM25: “night” in “a boat at night” would weigh three times as much as “boat”.
 */
function finished(query: WordQuery, store: Store): WordQuery {
  const last = query.words.at(-1)
  if (!query.lastIsPrefix || last === undefined) return query
  const alone = { words: [last], exact: [], without: [], lastIsPrefix: false }
  return { ...query, lastIsPrefix: store.words.search(alone, 1).length === 0 }
}

/** Articles, prepositions and the like of the languages that are most often met; others are only slower without. */
const functionWords = new Set(
  (
    'a an the and or of in on at to for with from by is are was were be as it its this that these those ' +
    'der die das den dem des ein eine einen einem einer und oder von im in am an auf zu mit bei ist sind war ' +
    'le la les un une des du de et ou en au aux dans sur avec est el los las una y o del al con por es'
  ).split(' ')
)

/** For each asked word, how well the row that it fits best fits it; 0 when it stands nowhere. */
function bestOfEach(query: WordQuery, store: Store): number[] {
  const alone = [
    ...query.words.map((word, i) => ({
      words: [word],
      exact: [],
      without: [],
      lastIsPrefix: query.lastIsPrefix && i === query.words.length - 1
    })),
    ...query.exact.map(text => ({ words: [], exact: [text], without: [], lastIsPrefix: false }))
  ]
  return alone.map(one => store.words.search(one, 1)[0]?.bm25 ?? 0)
}

/** What is asked beside words, as vectors of the active model. */
export interface Asked {
  /** From the text tower; null without words that it knows. */
  readonly text: EncodedText | null
  /** From the image tower; null without a picture. */
  readonly picture: Float32Array | null
}

/**
 * Finds items by what they mean:
 *   words   → photos in the common space, texts in the text tower's own
 *   picture → photos and texts in the common space
 *   both    → the middle of the two in the common space, and the words in their own
 */
export function meaningLanes(asked: Asked, allowed: Allowed, model: ActiveModel, galleries: Galleries): Evidence[] {
  const text = asked.text === null ? null : textInCommon(asked.text, model)
  const picture = asked.picture === null ? null : pictureInCommon(asked.picture, model)
  const common = text !== null && picture !== null ? middle(text, picture) : (text ?? picture)
  const look = (
    gallery: Gallery | null,
    query: Float32Array | null,
    lane: Lane,
    calibration: CosineCalibration
  ): Evidence[] => (gallery === null || query === null ? [] : search(gallery, query, allowed, lane, calibration))

  return [
    ...look(galleries.get('pictures'), common, 'picture', picture === null ? pictureCalibration : likenessCalibration),
    ...look(galleries.get('texts'), asked.text?.vector ?? null, 'meaning', meaningCalibration),
    ...(picture === null ? [] : look(galleries.get('textsForPictures'), common, 'picture', pictureCalibration))
  ]
}

/** null where the model has no way from words to what the pictures' gallery holds. */
function textInCommon({ vector, tokens }: EncodedText, { card, projector }: ActiveModel): Float32Array | null {
  if (projector !== null) return project(projector, 'text', [vector], () => tokens)[0] ?? null
  return card.sharedSpace ? vector : null
}

function pictureInCommon(vector: Float32Array, { projector }: ActiveModel): Float32Array | null {
  return projector === null ? vector : (project(projector, 'image', [vector])[0] ?? null)
}

function middle(a: Float32Array, b: Float32Array): Float32Array {
  return unit(a.map((value, i) => value + (b[i] ?? 0)))
}

function search(
  gallery: Gallery,
  query: Float32Array,
  allowed: Allowed,
  lane: Lane,
  calibration: CosineCalibration
): Evidence[] {
  const { hits, background } = gallery.search(
    query,
    allowed === null ? { limit: laneDepth } : { limit: laneDepth, allowed }
  )
  return hits.map(({ itemId, part, cosine }) => ({
    lane,
    itemId,
    part,
    cosine,
    probability: cosineProbability(cosine, background, calibration)
  }))
}
