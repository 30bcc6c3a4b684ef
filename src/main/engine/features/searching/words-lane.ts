import { config } from '../../base/config.ts'
import type { ItemId, WordMatch, WordQuery } from '../../base/domain.ts'
import { wordCeiling } from '../../stages/search/calibrate.ts'
import type { Store } from '../../store/store.ts'
import type { Allowed } from './question.ts'

/** What the words of a question match. */
export interface WordsFound {
  /** The words that were looked for: function words are left out. */
  readonly asked: WordQuery
  /** The matched rows of each item, best first; at most `config.laneDepth` rows in all. */
  readonly rows: ReadonlyMap<ItemId, readonly WordMatch[]>
  /** What a row's BM25 is measured against: see `wordProbability`. */
  readonly scale: { readonly ceiling: number; readonly rows: number }
}

/** Finds items by the words that stand in them. */
export function wordsLane(query: WordQuery, allowed: Allowed, store: Store): WordsFound {
  if (query.words.length + query.exact.length === 0)
    return { asked: query, rows: new Map(), scale: { ceiling: 0, rows: 0 } }
  const asked = askedWords(query, store)
  const matches = store.words.search(asked, config.laneDepth, allowed ?? undefined)
  const rowCount = store.words.count()
  return {
    asked,
    rows: Map.groupBy(matches, ({ itemId }) => itemId),
    scale: { ceiling: wordCeiling(store.words.best(asked), rowCount), rows: rowCount }
  }
}

/** The words of a question that are looked for, and so marked where they are shown. */
export function askedWords(query: WordQuery, store: Store): WordQuery {
  return finished(withoutFunctionWords(query), store)
}

/**
 * Words that stand in nearly every text tell nothing apart, and cost the most to look up: a second for “the” in 100,000 items.
 * Kept are exact words, a word that stands alone, and the word that is still being typed.
 */
function withoutFunctionWords(query: WordQuery): WordQuery {
  const last = query.lastIsPrefix ? query.words.length - 1 : -1
  const words = query.words.filter((word, i) => i === last || !functionWords.has(word.toLowerCase()))
  return words.length === 0 ? query : { ...query, words, lastIsPrefix: query.lastIsPrefix && words.length > 0 }
}

/**
 * A last word that is itself a word of the index counts as finished. As a prefix it would match longer words and other forms
 * too, and each would add to a row's BM25: “night” in “a boat at night” would weigh three times as much as “boat”.
 */
function finished(query: WordQuery, store: Store): WordQuery {
  const last = query.words.at(-1)
  if (!query.lastIsPrefix || last === undefined) return query
  return { ...query, lastIsPrefix: !store.words.knows(last) }
}

/** Articles, prepositions and the like of the languages that are met most often; other languages are only slower without. */
const functionWords = new Set(
  (
    'a an the and or of in on at to for with from by is are was were be as it its this that these those ' +
    'der die das den dem des ein eine einen einem einer und oder von im in am an auf zu mit bei ist sind war ' +
    'le la les un une des du de et ou en au aux dans sur avec est el los las una y o del al con por es'
  ).split(' ')
)
