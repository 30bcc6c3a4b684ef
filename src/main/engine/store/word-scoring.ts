import type { Postings } from './word-postings.ts'
import type { Segment } from './word-segment.ts'

/** As FTS5 has them. */
const k1 = 1.2
const b = 0.75
const leastIdf = 1e-6
/** Scores of so many rows stand in the processor's first cache. */
const windowRows = 4096
/** Norms of shorter rows are worked out once a question. */
const shortRows = 1024

/** What all rows of the index have in common. */
export interface Collection {
  readonly rows: number
  /** Of all rows. */
  readonly tokens: number
}

/** Okapi BM25 as FTS5's own `bm25()` computes it, to the last bit but for the logarithm. @param found  rows with the phrase */
export function idf(found: number, { rows }: Collection): number {
  const value = Math.log((rows - found + 0.5) / (found + 0.5))
  return value <= 0 ? leastIdf : value
}

/** k1 · (1 − b + b · length / mean length), by length. */
export function norms({ rows, tokens }: Collection): (length: number) => number {
  const mean = tokens / rows
  const of = (length: number): number => k1 * (1 - b + (b * length) / mean)
  const short = Float64Array.from({ length: shortRows }, (_, length) => of(length))
  return length => (length < shortRows ? (short[length] ?? 0) : of(length))
}

/** The best score that a row reaches by one phrase alone; 0 without rows. */
export function bestScore(postings: Postings, { rows: { lengths } }: Segment, weight: number, normOf: Norms): number {
  const { rows, counts } = postings
  let best = 0
  for (let i = 0; i < rows.length; i++) {
    const count = counts[i] ?? 0
    const score = weight * ((count * (k1 + 1)) / (count + normOf(lengths[rows[i] ?? 0] ?? 0)))
    if (score > best) best = score
  }
  return best
}

type Norms = ReturnType<typeof norms>

/** Rows of a segment with one phrase, and what it weighs. */
export interface Weighted {
  readonly postings: Postings
  readonly weight: number
}

/**
 * Adds up the scores of every row in which any phrase stands, window by window, in the order of the rows.
 * @param lists  in the order of the question, which is that of the sum
 */
export function scoreRows(
  lists: readonly Weighted[],
  { rows: { lengths } }: Segment,
  normOf: Norms,
  onRow: (row: number, score: number) => void
): void {
  const scores = new Float64Array(windowRows)
  const touched = new Uint16Array(windowRows)
  const next = new Uint32Array(lists.length)
  for (;;) {
    const first = Math.min(...lists.map(({ postings }, k) => postings.rows[next[k] ?? 0] ?? Infinity))
    if (first === Infinity) return
    const start = first - (first % windowRows)
    const end = start + windowRows
    let n = 0
    for (let k = 0; k < lists.length; k++) {
      const list = lists[k]
      if (list === undefined) continue
      const { postings, weight } = list
      const { rows, counts } = postings
      let i = next[k] ?? 0
      for (; i < rows.length && (rows[i] ?? 0) < end; i++) {
        const row = rows[i] ?? 0
        const count = counts[i] ?? 0
        const at = row - start
        // A phrase adds more than 0.
        if (scores[at] === 0) touched[n++] = at
        scores[at] = (scores[at] ?? 0) + weight * ((count * (k1 + 1)) / (count + normOf(lengths[row] ?? 0)))
      }
      next[k] = i
    }
    // One list is in order already.
    const inOrder = lists.length > 1 ? touched.subarray(0, n).sort() : touched.subarray(0, n)
    for (const at of inOrder) {
      onRow(start + at, scores[at] ?? 0)
      scores[at] = 0
    }
  }
}

/** The best of rows that come in order: of equal scores the earlier one. */
export class TopRows<R> {
  /** What a row must score to be among them: more than this. */
  threshold = 0
  readonly #limit: number
  #kept: { readonly score: number; readonly row: R }[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  add(score: number, row: R): void {
    this.#kept.push({ score, row })
    if (this.#kept.length >= 2 * this.#limit + 64) this.#cut()
  }

  /** Best first. */
  best(): readonly { readonly score: number; readonly row: R }[] {
    this.#cut()
    return this.#kept
  }

  #cut(): void {
    // Sorting keeps the order of equal ones.
    this.#kept = this.#kept.sort((a, c) => c.score - a.score).slice(0, this.#limit)
    if (this.#kept.length === this.#limit) this.threshold = this.#kept.at(-1)?.score ?? Infinity
  }
}
