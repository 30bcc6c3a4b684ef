import type { PhraseSearch } from './phrase-search.ts'
import { find, nothing, type Phrase } from './word-finding.ts'
import { total, type Postings } from './word-postings.ts'
import { bestScore, idf, norms, scoreRows, TopRows, type Collection } from './word-scoring.ts'
import { liveRows, type Segment } from './word-segment.ts'

/** A phrase in every segment. */
interface Found {
  readonly postings: readonly Postings[]
  readonly rows: number
}

/** Rows of lists that are remembered for the next question: 8 bytes each. */
const mostKnownRows = 4_000_000

/**
 * By posting lists: every matching row is scored, once, and the best are kept. What was decoded and counted is remembered,
 * because the question that is typed next has most of the same words.
 *
 * @param segments  in the order of their rows; they stay as they are while this is used
 */
export function createListSearch(segments: readonly Segment[], phraseOf: (expression: string) => Phrase): PhraseSearch {
  const known = new Map<string, Found>()
  const bests = new Map<string, number>()
  let knownRows = 0
  const collection: Collection = {
    rows: segments.reduce((sum, segment) => sum + liveRows(segment), 0),
    tokens: segments.reduce((sum, segment) => sum + liveTokens(segment), 0)
  }
  const normOf = norms(collection)

  function found(phrase: string): Found {
    const before = known.get(phrase)
    if (before !== undefined) return before
    const postings = segments.map(segment => find(phraseOf(phrase), segment))
    const one = { postings, rows: postings.reduce((sum, { rows }) => sum + rows.length, 0) }
    if (knownRows + one.rows > mostKnownRows) {
      known.clear()
      knownRows = 0
    }
    known.set(phrase, one)
    knownRows += one.rows
    return one
  }

  function rank(
    phrases: readonly string[],
    limit: number,
    isWanted: Parameters<PhraseSearch['rank']>[2]
  ): ReturnType<PhraseSearch['rank']> {
    const asked = phrases.map(found)
    const weights = asked.map(({ rows }) => idf(rows, collection))
    const top = new TopRows<number>(limit)
    segments.forEach((segment, i) => {
      const { wordIds, itemIds } = segment.rows
      const lists = asked.map(({ postings }, k) => ({ postings: postings[i] ?? nothing, weight: weights[k] ?? 0 }))
      scoreRows(
        lists.filter(({ postings }) => postings.rows.length > 0),
        segment,
        normOf,
        (row, score) => {
          if (score > top.threshold && isWanted?.(wordIds[row] ?? 0, itemIds[row] ?? 0) !== false)
            top.add(score, wordIds[row] ?? 0)
        }
      )
    })
    return top.best().map(({ score, row }) => ({ wordId: row, bm25: score }))
  }

  function bestOf(phrases: readonly string[]): number {
    const [only] = phrases
    if (phrases.length > 1 || only === undefined) return rank(phrases, 1, null)[0]?.bm25 ?? 0
    const { postings, rows } = found(only)
    const weight = idf(rows, collection)
    return segments.reduce(
      (best, segment, i) => Math.max(best, bestScore(postings[i] ?? nothing, segment, weight, normOf)),
      0
    )
  }

  return {
    rank,
    best(phrases) {
      const key = phrases.join(' ')
      const best = bests.get(key) ?? bestOf(phrases)
      bests.set(key, best)
      return best
    },
    has: phrases => phrases.some(phrase => found(phrase).rows > 0),
    matching: phrase =>
      found(phrase).postings.flatMap(({ rows }, i) => Array.from(rows, row => segments[i]?.rows.wordIds[row] ?? 0))
  }
}

function liveTokens({ rows: { lengths }, dead }: Segment): number {
  return total(dead === null ? lengths : lengths.filter((_, row) => dead[row] === 0))
}
