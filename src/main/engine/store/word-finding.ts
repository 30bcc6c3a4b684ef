import { columnsApart, total, type Postings } from './word-postings.ts'
import { findTerm, located, termsBeginning, type Located, type Segment } from './word-segment.ts'

/** Words that stand next to each other, as the tokenizer gives them. */
export interface Phrase {
  readonly terms: readonly Buffer[]
  /** Longer words that begin like the last one match too. */
  readonly isPrefix: boolean
}

export const nothing: Postings = { rows: new Uint32Array(0), counts: new Uint32Array(0) }

/** Rows of a segment in which a phrase stands, without the deleted ones. */
export function find({ terms, isPrefix }: Phrase, segment: Segment): Postings {
  const [first] = terms
  if (first === undefined) return nothing
  if (terms.length > 1) return alive(adjacent(terms, isPrefix, segment), segment)
  return alive(isPrefix ? union(first, segment) : (findTerm(segment, first)?.postings() ?? nothing), segment)
}

function alive(postings: Postings, { dead }: Segment): Postings {
  if (dead === null) return postings
  const { rows, counts } = postings
  const isAlive = (_: unknown, i: number): boolean => dead[rows[i] ?? 0] === 0
  return { rows: rows.filter(isAlive), counts: counts.filter(isAlive) }
}

/** All rows with a word that begins so: each counts as one word, with the occurrences of all. */
function union(prefix: Buffer, segment: Segment): Postings {
  const found = Array.from(termsBeginning(segment, prefix), term => term.postings())
  const [only] = found
  if (found.length < 2) return only ?? nothing
  const times = new Uint32Array(segment.rows.wordIds.length)
  for (const { rows, counts } of found)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] ?? 0
      times[row] = (times[row] ?? 0) + (counts[i] ?? 0)
    }
  const rows: number[] = []
  times.forEach((count, row) => {
    if (count > 0) rows.push(row)
  })
  return { rows: Uint32Array.from(rows), counts: Uint32Array.from(rows, row => times[row] ?? 0) }
}

function adjacent(terms: readonly Buffer[], isPrefix: boolean, segment: Segment): Postings {
  const lists: Located[] = []
  for (const [i, term] of terms.entries()) {
    const isOpen = isPrefix && i === terms.length - 1
    const found = isOpen ? unionLocated(term, segment) : findTerm(segment, term)
    if (found === null) return nothing
    lists.push('starts' in found ? found : located(found))
  }
  const [first, ...others] = lists as [Located, ...Located[]]
  const next = new Uint32Array(others.length)
  const rows: number[] = []
  const counts: number[] = []
  for (let i = 0; i < first.rows.length; i++) {
    const row = first.rows[i] ?? 0
    let places = first.positions.subarray(first.starts[i], first.starts[i + 1])
    for (let k = 0; k < others.length && places.length > 0; k++) {
      const other = others[k]
      if (other === undefined) break
      let j = next[k] ?? 0
      while (j < other.rows.length && (other.rows[j] ?? 0) < row) j++
      next[k] = j
      const here = other.rows[j] === row ? other.positions.subarray(other.starts[j], other.starts[j + 1]) : none
      places = places.filter(place => here.includes(place + (k + 1) * columnsApart))
    }
    if (places.length === 0) continue
    rows.push(row)
    counts.push(places.length)
  }
  return { rows: Uint32Array.from(rows), counts: Uint32Array.from(counts) }
}

const none = new Uint32Array(0)

function unionLocated(prefix: Buffer, segment: Segment): Located | null {
  const found = Array.from(termsBeginning(segment, prefix), located)
  if (found.length === 0) return null
  const places = found
    .flatMap(({ rows, starts, positions }) =>
      Array.from(rows, (row, i) => ({ row, positions: positions.subarray(starts[i], starts[i + 1]) }))
    )
    .sort((a, b) => a.row - b.row)
  const rows = [...new Set(places.map(({ row }) => row))]
  const counts = new Uint32Array(rows.length)
  let at = -1
  let before = -1
  for (const { row, positions } of places) {
    if (row !== before) at++
    before = row
    counts[at] = (counts[at] ?? 0) + positions.length
  }
  const starts = new Uint32Array(rows.length + 1)
  counts.forEach((count, i) => (starts[i + 1] = (starts[i] ?? 0) + count))
  const positions = new Uint32Array(total(counts))
  let written = 0
  for (const place of places) {
    positions.set(place.positions, written)
    written += place.positions.length
  }
  return { rows: Uint32Array.from(rows), counts, starts, positions }
}
