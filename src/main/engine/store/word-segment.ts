import { decodePositions, decodePostings, encodePostings, total, type Postings, type Width } from './word-postings.ts'

/**
 * A segment of the word lists: some rows of the word index, and in which of them each term stands. Never changed once made:
 * deleted rows are a mask beside it until it is merged. Row numbers count from 0 within a segment, in the order of word_id.
 */
export interface Segment {
  readonly rows: SegmentRows
  readonly blocks: Blocks
  /** 1 for each row that was deleted since; null while there is none. */
  dead: Uint8Array | null
}

export interface SegmentRows {
  /** Ascending. */
  readonly wordIds: Uint32Array
  readonly itemIds: Uint32Array
  /** Tokens. */
  readonly lengths: Uint32Array
}

/** Terms in the order of their UTF-8 bytes, some to a block. */
export interface Blocks {
  /** The first term of each block. */
  readonly firstTerms: readonly Buffer[]
  lists(block: number): Uint8Array
  positions(block: number): Uint8Array
}

/** One term of a segment. */
export interface Term {
  readonly term: Buffer
  readonly postings: Postings
  /** In the order of rows, `counts` of them each, as bytes: see [Note: postings]. */
  readonly positions: Uint8Array
}

export interface Block {
  readonly firstTerm: Buffer
  readonly lists: Uint8Array
  readonly positions: Uint8Array
}

/** A block is closed when its lists are this long: what a look-up reads at least. */
const blockBytes = 4096
/** Numbers of a term at the head of its block: ends of its text, its list and its positions, its rows, the width of its list. */
const headNumbers = 5

/** Puts terms into blocks. Terms come in order. */
export class BlockWriter {
  readonly #onBlock: (block: Block) => void
  #terms: { term: Buffer; list: Uint8Array; width: Width; count: number; positions: Uint8Array }[] = []
  #bytes = 0

  constructor(onBlock: (block: Block) => void) {
    this.#onBlock = onBlock
  }

  add({ term, postings, positions }: Term): void {
    const { width, bytes: list } = encodePostings(postings)
    this.#terms.push({ term, list, width, count: postings.rows.length, positions })
    this.#bytes += headNumbers * 4 + term.length + list.length
    if (this.#bytes >= blockBytes) this.end()
  }

  /** Closes the last block. */
  end(): void {
    const terms = this.#terms
    const [first] = terms
    if (first === undefined) return
    const head = 4 * (1 + headNumbers * terms.length)
    const textBytes = aligned(terms.reduce((sum, { term }) => sum + term.length, 0))
    const listBytes = terms.reduce((sum, { list }) => sum + aligned(list.length), 0)
    const lists = new Uint8Array(head + textBytes + listBytes)
    const positions = new Uint8Array(terms.reduce((sum, one) => sum + one.positions.length, 0))
    const numbers = new Uint32Array(lists.buffer, 0, head / 4)
    numbers[0] = terms.length
    const ends = { text: head, list: head + textBytes, positions: 0 }
    terms.forEach((one, i) => {
      lists.set(one.term, ends.text)
      lists.set(one.list, ends.list)
      positions.set(one.positions, ends.positions)
      ends.text += one.term.length
      ends.list += aligned(one.list.length)
      ends.positions += one.positions.length
      numbers.set([ends.text, ends.list, ends.positions, one.count, one.width], 1 + i * headNumbers)
    })
    this.#onBlock({ firstTerm: first.term, lists, positions })
    this.#terms = []
    this.#bytes = 0
  }
}

function aligned(bytes: number): number {
  return (bytes + 3) & ~3
}

/** Reads one block. */
class BlockReader {
  readonly length: number
  readonly #segment: Segment
  readonly #block: number
  readonly #bytes: Buffer
  readonly #numbers: Uint32Array
  #positions: Uint8Array | undefined

  constructor(segment: Segment, number: number) {
    this.#segment = segment
    this.#block = number
    const lists = segment.blocks.lists(number)
    const whole = lists.byteOffset % 4 === 0 ? lists : lists.slice()
    this.#bytes = Buffer.from(whole.buffer, whole.byteOffset, whole.length)
    this.#numbers = new Uint32Array(whole.buffer as ArrayBuffer, whole.byteOffset, whole.length >> 2)
    this.length = this.#numbers[0] ?? 0
  }

  term(i: number): Buffer {
    return this.#bytes.subarray(i === 0 ? this.#head : this.#number(i - 1, 0), this.#number(i, 0))
  }

  postings(i: number): Postings {
    const start = i === 0 ? aligned(this.#number(this.length - 1, 0)) : this.#number(i - 1, 1)
    const width = this.#number(i, 4) as Width
    return decodePostings(this.#bytes.subarray(start, this.#number(i, 1)), width, this.#number(i, 3))
  }

  positions(i: number): Uint8Array {
    const start = i === 0 ? 0 : this.#number(i - 1, 2)
    this.#positions ??= this.#segment.blocks.positions(this.#block)
    return this.#positions.subarray(start, this.#number(i, 2))
  }

  /** The first term that is not before this one. */
  find(term: Buffer): number {
    return firstOf(this.length, i => Buffer.compare(this.term(i), term) >= 0)
  }

  get #head(): number {
    return 4 * (1 + headNumbers * this.length)
  }

  #number(i: number, which: number): number {
    return this.#numbers[1 + i * headNumbers + which] ?? 0
  }
}

/** The first of so many for which something holds that holds for all after it. */
function firstOf(length: number, holds: (i: number) => boolean): number {
  let from = 0
  let to = length
  while (from < to) {
    const middle = (from + to) >> 1
    if (holds(middle)) to = middle
    else from = middle + 1
  }
  return from
}

/** A term where it stands; its list is decoded when it is asked for. */
export interface FoundTerm {
  readonly term: Buffer
  postings(): Postings
  positions(): Uint8Array
}

/** Terms from one on, in order. */
function* termsFrom(segment: Segment, from: Buffer): Generator<FoundTerm> {
  const { firstTerms } = segment.blocks
  const before = firstOf(firstTerms.length, i => Buffer.compare(firstTerms[i] ?? from, from) > 0) - 1
  for (let number = Math.max(before, 0); number < firstTerms.length; number++) {
    const block = new BlockReader(segment, number)
    for (let i = number === before ? block.find(from) : 0; i < block.length; i++)
      yield { term: block.term(i), postings: () => block.postings(i), positions: () => block.positions(i) }
  }
}

export function findTerm(segment: Segment, term: Buffer): FoundTerm | null {
  for (const found of termsFrom(segment, term)) return found.term.equals(term) ? found : null
  return null
}

/** The terms that begin so. */
export function* termsBeginning(segment: Segment, prefix: Buffer): Generator<FoundTerm> {
  for (const found of termsFrom(segment, prefix)) {
    if (Buffer.compare(found.term.subarray(0, prefix.length), prefix) !== 0) return
    yield found
  }
}

export function liveRows({ rows, dead }: Segment): number {
  return rows.wordIds.length - (dead === null ? 0 : total(Uint32Array.from(dead)))
}

/** Marks a row as deleted. @returns whether it stands in this segment */
export function bury(segment: Segment, wordId: number): boolean {
  const { wordIds } = segment.rows
  const row = firstOf(wordIds.length, i => (wordIds[i] ?? 0) >= wordId)
  if (wordIds[row] !== wordId) return false
  segment.dead ??= new Uint8Array(wordIds.length)
  segment.dead[row] = 1
  return true
}

const none = new Uint8Array(4)

/** Blocks that are held in memory. */
export function blocksInMemory(blocks: readonly Block[]): Blocks {
  return {
    firstTerms: blocks.map(({ firstTerm }) => firstTerm),
    lists: block => blocks[block]?.lists ?? none,
    positions: block => blocks[block]?.positions ?? none
  }
}

export function blocksIn(blocks: Blocks): Block[] {
  return blocks.firstTerms.map((firstTerm, i) => ({
    ...{ firstTerm, lists: blocks.lists(i), positions: blocks.positions(i) }
  }))
}

/** Rows of all without the deleted ones, in the same order. */
export function mergedRows(segments: readonly Segment[]): SegmentRows {
  const keep = (of: keyof SegmentRows): Uint32Array => {
    const kept = new Uint32Array(segments.reduce((sum, segment) => sum + liveRows(segment), 0))
    let n = 0
    for (const { rows, dead } of segments)
      rows[of].forEach((value, i) => {
        if (dead?.[i] !== 1) kept[n++] = value
      })
    return kept
  }
  return { wordIds: keep('wordIds'), itemIds: keep('itemIds'), lengths: keep('lengths') }
}

/**
 * Terms of several segments as of one, which has the rows of `mergedRows`. @param segments  in the order of their rows
 */
export function* mergedTerms(segments: readonly Segment[]): Generator<Term> {
  let first = 0
  const sources = segments.map(segment => {
    const places = newPlaces(segment, first)
    first += liveRows(segment)
    const terms = termsFrom(segment, Buffer.alloc(0))
    return { places, terms, next: terms.next().value as FoundTerm | undefined }
  })
  for (;;) {
    let least: Buffer | null = null
    for (const { next } of sources)
      if (next !== undefined && (least === null || Buffer.compare(next.term, least) < 0)) least = next.term
    if (least === null) return
    const parts: Omit<Term, 'term'>[] = []
    for (const source of sources) {
      if (source.next?.term.equals(least) !== true) continue
      parts.push(moved(source.next, source.places))
      source.next = source.terms.next().value as FoundTerm | undefined
    }
    const postings = joinedPostings(parts.map(part => part.postings))
    if (postings.rows.length > 0)
      yield { term: least, postings, positions: Buffer.concat(parts.map(({ positions }) => positions)) }
  }
}

const gone = 0xffffffff

/** Where each row of a segment goes. */
function newPlaces({ rows, dead }: Segment, first: number): Uint32Array {
  let next = first
  return rows.wordIds.map((_, i) => (dead?.[i] === 1 ? gone : next++))
}

function moved(term: FoundTerm, places: Uint32Array): Omit<Term, 'term'> {
  const { rows, counts } = term.postings()
  const bytes = term.positions()
  const all = rows.map(row => places[row] ?? 0)
  if (!all.includes(gone)) return { postings: { rows: all, counts }, positions: bytes }
  const isKept = (_: unknown, i: number): boolean => all[i] !== gone
  const kept: Uint8Array[] = []
  let at = 0
  counts.forEach((count, i) => {
    const start = at
    for (let left = count; left > 0; at++) if ((bytes[at] ?? 0) < 128) left--
    if (all[i] !== gone) kept.push(bytes.subarray(start, at))
  })
  return { postings: { rows: all.filter(isKept), counts: counts.filter(isKept) }, positions: Buffer.concat(kept) }
}

/** Lists that follow each other as one. */
function joinedPostings(parts: readonly Postings[]): Postings {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const length = parts.reduce((sum, { rows }) => sum + rows.length, 0)
  const joined = { rows: new Uint32Array(length), counts: new Uint32Array(length) }
  let at = 0
  for (const { rows, counts } of parts) {
    joined.rows.set(rows, at)
    joined.counts.set(counts, at)
    at += rows.length
  }
  return joined
}

/** The same rows as one segment in memory. */
export function mergedInMemory(segments: readonly Segment[]): Segment {
  const blocks: Block[] = []
  const writer = new BlockWriter(block => blocks.push(block))
  for (const term of mergedTerms(segments)) writer.add(term)
  writer.end()
  return { rows: mergedRows(segments), blocks: blocksInMemory(blocks), dead: null }
}

/** A term with the positions of each of its rows. */
export interface Located extends Postings {
  /** [rows.length + 1] where the positions of each row begin. */
  readonly starts: Uint32Array
  readonly positions: Uint32Array
}

export function located(found: FoundTerm): Located {
  const { rows, counts } = found.postings()
  const starts = new Uint32Array(rows.length + 1)
  counts.forEach((count, i) => (starts[i + 1] = (starts[i] ?? 0) + count))
  return { rows, counts, starts, positions: decodePositions(found.positions(), starts[rows.length] ?? 0) }
}
