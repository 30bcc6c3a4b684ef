import { crc32 } from 'node:zlib'
import type { Connection } from './connection.ts'
import type { Block, Blocks, Segment, SegmentRows } from './word-segment.ts'

/** Grows with every change of cutting, folding, tokenizer or bytes: what an older version wrote is written anew. */
const version = 1
/** Blocks of segments that are no longer used, deleted at a time. */
const deletedAtOnce = 500

/** A segment that is in the database. */
export interface StoredSegment extends Segment {
  readonly segmentId: number
  /** It covers the word_ids above this one … */
  readonly afterId: number
  /** … up to this one. */
  readonly lastId: number
}

/** Thrown when a segment is not what it was: another process has merged it meanwhile, or it is damaged. */
export class StaleSegment extends Error {}

interface SegmentRow {
  after_id: number
  last_id: number
  sum: number
  word_ids: Buffer
  item_ids: Buffer
  lengths: Buffer
  first_terms: Buffer
}

/** Segments in the database. One process at a time writes them; any may read them. */
export interface SegmentRowsInStore {
  /** Those that follow each other from the first row on, in order. */
  ids(): readonly number[]
  /** @param known  that need not be read again */
  load(ids: readonly number[], known: readonly StoredSegment[]): readonly StoredSegment[]
  areStill(segments: readonly StoredSegment[]): boolean
  /** @returns its id; nobody reads it before it is complete */
  begin(afterId: number, lastId: number): number
  addBlocks(segmentId: number, first: number, blocks: readonly Block[]): void
  complete(segmentId: number, rows: SegmentRows, firstTerms: readonly Buffer[]): void
  /** Takes them out of use; `deleteLeftOver` deletes them. */
  retire(segmentIds: readonly number[]): void
  /** Those that cannot be read to the end: every byte of all is looked at. */
  damaged(): readonly number[]
  /** Deletes some of what nobody uses: retired, cut off, of another version. @returns whether there was any */
  deleteLeftOver(): boolean
}

export function createSegmentRows(connection: Connection): SegmentRowsInStore {
  const complete = connection.prepare<[number], { segment_id: number; after_id: number; last_id: number }>(
    'SELECT segment_id, after_id, last_id FROM word_segment WHERE is_complete = 1 AND version = ? ORDER BY after_id'
  )
  const all = connection.prepareValue<[], number>('SELECT segment_id FROM word_segment')
  const load = connection.prepare<[number], SegmentRow>(
    'SELECT after_id, last_id, sum, word_ids, item_ids, lengths, first_terms FROM word_segment WHERE segment_id = ?'
  )
  const lists = connection.prepare<[number, number], { sum: number; bytes: Buffer }>(
    'SELECT lists_sum AS sum, lists AS bytes FROM word_block WHERE segment_id = ? AND number = ?'
  )
  const positions = connection.prepare<[number, number], { sum: number; bytes: Buffer }>(
    'SELECT positions_sum AS sum, positions AS bytes FROM word_block WHERE segment_id = ? AND number = ?'
  )
  const empty = Buffer.alloc(0)
  const begin = connection.prepare<[number, number, number, ...Buffer[]]>(
    `INSERT INTO word_segment (version, is_complete, after_id, last_id, sum, word_ids, item_ids, lengths, first_terms)
     VALUES (?, 0, ?, ?, 0, ?, ?, ?, ?)`
  )
  const fill = connection.prepare<[number, ...Uint8Array[], number]>(
    `UPDATE word_segment SET is_complete = 1, sum = ?, word_ids = ?, item_ids = ?, lengths = ?, first_terms = ?
     WHERE segment_id = ?`
  )
  const addBlock = connection.prepare<[number, number, number, number, Uint8Array, Uint8Array]>(
    'INSERT INTO word_block (segment_id, number, lists_sum, positions_sum, lists, positions) VALUES (?, ?, ?, ?, ?, ?)'
  )
  const retire = connection.prepare<[number]>('UPDATE word_segment SET is_complete = 0 WHERE segment_id = ?')
  const deleteBlocks = connection.prepare<[number, number, number]>(
    `DELETE FROM word_block WHERE segment_id = ? AND number IN
       (SELECT number FROM word_block WHERE segment_id = ? ORDER BY number LIMIT ?)`
  )
  const remove = connection.prepare<[number]>('DELETE FROM word_segment WHERE segment_id = ?')

  function ids(): number[] {
    let lastId = 0
    const found: number[] = []
    for (const segment of complete.all(version)) {
      if (segment.after_id !== lastId) continue
      found.push(segment.segment_id)
      lastId = segment.last_id
    }
    return found
  }

  function read(segmentId: number): StoredSegment {
    const row = load.get(segmentId)
    if (row === undefined) throw new StaleSegment()
    if (sumOf(row.word_ids, row.item_ids, row.lengths, row.first_terms) !== row.sum) throw new StaleSegment()
    return {
      ...{ segmentId, afterId: row.after_id, lastId: row.last_id, dead: null },
      rows: { wordIds: numbers(row.word_ids), itemIds: numbers(row.item_ids), lengths: numbers(row.lengths) },
      blocks: blocksOf(segmentId, termsOf(row.first_terms))
    }
  }

  function blocksOf(segmentId: number, firstTerms: readonly Buffer[]): Blocks {
    const there = (row: { sum: number; bytes: Buffer } | undefined): Buffer => {
      if (row === undefined) throw new StaleSegment()
      if (sumOf(row.bytes) !== row.sum) throw new StaleSegment()
      return row.bytes
    }
    return {
      firstTerms,
      lists: block => there(lists.get(segmentId, block)),
      positions: block => there(positions.get(segmentId, block))
    }
  }

  function isWhole(segmentId: number): boolean {
    try {
      const { blocks } = read(segmentId)
      blocks.firstTerms.forEach((_, block) => [blocks.lists(block), blocks.positions(block)])
      return true
    } catch (error) {
      if (error instanceof StaleSegment) return false
      throw error
    }
  }

  return {
    ids,
    load: (wanted, known) =>
      wanted.map(segmentId => known.find(segment => segment.segmentId === segmentId) ?? read(segmentId)),
    areStill(segments) {
      const now = ids()
      return now.length === segments.length && segments.every(({ segmentId }, i) => segmentId === now[i])
    },
    begin: (afterId, lastId) => begin.run(version, afterId, lastId, empty, empty, empty, empty).rowid,
    addBlocks(segmentId, first, blocks) {
      blocks.forEach(({ lists: list, positions: places }, i) =>
        addBlock.run(segmentId, first + i, sumOf(list), sumOf(places), list, places)
      )
    },
    complete(segmentId, { wordIds, itemIds, lengths }, firstTerms) {
      const parts = [bytesOf(wordIds), bytesOf(itemIds), bytesOf(lengths), bytesOfTerms(firstTerms)]
      fill.run(sumOf(...parts), ...parts, segmentId)
    },
    retire: segmentIds => connection.transaction(() => segmentIds.forEach(segmentId => retire.run(segmentId))),
    damaged: () => ids().filter(segmentId => !isWhole(segmentId)),
    deleteLeftOver: () =>
      connection.transaction(() => {
        const used = new Set(ids())
        const leftOver = all.all().find(segmentId => !used.has(segmentId))
        if (leftOver === undefined) return false
        const { changes } = deleteBlocks.run(leftOver, leftOver, deletedAtOnce)
        if (changes < deletedAtOnce) remove.run(leftOver)
        return true
      })
  }
}

function sumOf(...parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => crc32(part, sum), 0)
}

function numbers(bytes: Buffer): Uint32Array {
  return new Uint32Array(new Uint8Array(bytes).buffer)
}

function bytesOf(values: Uint32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function bytesOfTerms(terms: readonly Buffer[]): Uint8Array {
  const numbers = new Uint32Array(1 + terms.length)
  numbers[0] = terms.length
  terms.forEach((term, i) => (numbers[1 + i] = (i === 0 ? 0 : (numbers[i] ?? 0)) + term.length))
  return Buffer.concat([bytesOf(numbers), ...terms])
}

function termsOf(bytes: Buffer): Buffer[] {
  const count = bytes.readUInt32LE(0)
  const texts = bytes.subarray(4 + 4 * count)
  const end = (i: number): number => (i < 0 ? 0 : bytes.readUInt32LE(4 + 4 * i))
  return Array.from({ length: count }, (_, i) => texts.subarray(end(i - 1), end(i)))
}
