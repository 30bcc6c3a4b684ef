import type { ItemId } from '../base/domain.ts'
import type { Connection } from './connection.ts'
import { createListSearch } from './list-search.ts'
import type { PhraseSearch } from './phrase-search.ts'
import type { SettingRows } from './store.ts'
import type { Phrase } from './word-finding.ts'
import { createIndexedColumns } from './word-index.ts'
import {
  blocksIn,
  BlockWriter,
  bury,
  liveRows,
  mergedInMemory,
  mergedRows,
  mergedTerms,
  type Block,
  type Segment
} from './word-segment.ts'
import { createSegmentRows, StaleSegment, type StoredSegment } from './word-segment-rows.ts'
import { createTokens, type IndexedRow } from './word-tokens.ts'
import { total } from './word-postings.ts'

/** Posting lists of the word index: segments in the database, and what came since as the same lists in memory. */
export interface WordLists {
  /** Finds rows by them; by FTS5 while they do not hold all rows, and inside a transaction that may yet be rolled back. */
  now(): PhraseSearch
  /**
   * Does the next few milliseconds of what there is to do: reads rows, writes a segment, merges some, deletes what is left over.
   * @returns whether there may be more
   */
  tend(): boolean
}

/** When what is made. */
export interface ListSizes {
  /** Rows and characters that are read at once. */
  readonly slice: { readonly rows: number; readonly characters: number }
  /** What came since becomes a segment when it is so much. */
  readonly tail: { readonly rows: number; readonly tokens: number }
  /** Of a step of a merge. */
  readonly mergeMs: number
}

/** Each step takes some 10 ms. */
const usual: ListSizes = {
  slice: { rows: 256, characters: 64_000 },
  tail: { rows: 500, tokens: 50_000 },
  mergeMs: 10
}
/** So many segments of a level, or of memory, become one; those of the next level are so many times larger. */
const factor = 8
const mostSegments = 40
/** A segment is written anew when this share of it was deleted. */
const mostDead = 0.1
const mostFailures = 3

interface Merge {
  readonly inputs: readonly StoredSegment[]
  readonly segmentId: number
  readonly rows: ReturnType<typeof mergedRows>
  readonly terms: ReturnType<typeof mergedTerms>
  readonly writer: BlockWriter
  readonly blocks: Block[]
  readonly firstTerms: Buffer[]
  /** What was deleted by then is dropped. */
  readonly seenGone: number
}

/** @param fts5  the same rows by FTS5 */
export function createWordLists(
  connection: Connection,
  settings: SettingRows,
  fts5: PhraseSearch,
  { slice, tail: full, mergeMs }: ListSizes = usual
): WordLists {
  const state = connection.prepareState()
  const rowsAfter = connection.prepare<[number, number], { word_id: number; item_id: ItemId; part: number }>(
    'SELECT word_id, item_id, part FROM word_row WHERE word_id > ? ORDER BY word_id LIMIT ?'
  )
  const goneAfter = connection.prepare<[number], { gone_id: number; word_id: number }>(
    'SELECT gone_id, word_id FROM word_gone WHERE gone_id > ? ORDER BY gone_id'
  )
  const forgetGone = connection.prepare<[number, number, number]>(
    'DELETE FROM word_gone WHERE gone_id <= ? AND word_id > ? AND word_id <= ?'
  )
  const stored = createSegmentRows(connection)
  const columnsOf = createIndexedColumns(connection)
  let tokens: ReturnType<typeof createTokens> | undefined
  let segments: readonly StoredSegment[] = []
  let tail: Segment[] = []
  /** Rows up to this word_id are in the segments and the tail. */
  let upTo = 0
  let seenGone = 0
  let knownState: string | undefined
  let hasAll = false
  let search: PhraseSearch | null = null
  let merge: Merge | null = null
  let isRead = false
  let failures = 0
  /** Something in the segments was not as it must be. */
  let isDoubtful = false

  const phraseOf = (expression: string): Phrase => (tokens ??= createTokens()).phrase(expression)
  const lastStored = (): number => segments.at(-1)?.lastId ?? 0

  /** Follows the database, by one slice of new rows at most. */
  function follow(): void {
    const now = state()
    if (now === knownState && hasAll) return
    knownState = now
    const ids = stored.ids()
    if (!isRead || ids.length !== segments.length || ids.some((id, i) => id !== segments[i]?.segmentId)) {
      segments = stored.load(ids, segments)
      isRead = true
      tail = []
      upTo = lastStored()
      seenGone = 0
      search = null
    }
    for (const { gone_id: goneId, word_id: wordId } of goneAfter.all(seenGone)) {
      seenGone = goneId
      if ([...segments, ...tail].some(segment => bury(segment, wordId))) search = null
    }
    hasAll = readSlice()
  }

  /** @returns whether that were all there are */
  function readSlice(): boolean {
    const found = rowsAfter.all(upTo, slice.rows)
    const rows: IndexedRow[] = []
    let characters = 0
    for (const { word_id: wordId, item_id: itemId, part } of found) {
      if (characters > slice.characters) break
      const columns = columnsOf(itemId, part)
      characters += Object.values(columns).reduce((sum, text) => sum + text.length, 0)
      rows.push({ wordId, itemId, columns })
    }
    if (rows.length > 0) {
      tokens ??= createTokens()
      tail.push(tokens.segment(rows))
      if (tail.length > factor) tail = [mergedInMemory(tail)]
      upTo = rows.at(-1)?.wordId ?? upTo
      search = null
    }
    return rows.length === found.length && found.length < slice.rows
  }

  function isFull(): boolean {
    const rows = tail.reduce((sum, segment) => sum + segment.rows.wordIds.length, 0)
    return rows >= full.rows || tail.reduce((sum, { rows: { lengths } }) => sum + total(lengths), 0) >= full.tokens
  }

  /** The tail as a segment of the database. */
  function publish(): void {
    const segment = mergedInMemory(tail)
    connection.transaction(() => {
      if (!stored.areStill(segments)) return
      const segmentId = stored.begin(lastStored(), upTo)
      stored.addBlocks(segmentId, 0, blocksIn(segment.blocks))
      stored.complete(segmentId, segment.rows, segment.blocks.firstTerms)
      forgetGone.run(seenGone, lastStored(), upTo)
    })
  }

  /** Segments that are to become one, neighbours in order; [] while there are few enough. */
  function toMerge(): readonly StoredSegment[] {
    const sizes = segments.map(liveRows)
    const worn = segments.find(
      (segment, i) => segment.rows.wordIds.length - (sizes[i] ?? 0) > mostDead * segment.rows.wordIds.length
    )
    if (worn !== undefined) return [worn]
    if (segments.length > mostSegments) return segments
    const levels = sizes.map(size => Math.max(0, Math.floor(Math.log(size / full.rows) / Math.log(factor))))
    for (const level of [...new Set(levels)].sort((a, b) => a - b)) {
      const first = levels.findLastIndex(one => one > level) + 1
      if (segments.length - first >= factor) return segments.slice(first)
    }
    return []
  }

  function startMerge(inputs: readonly StoredSegment[]): Merge {
    // Rows that are deleted meanwhile are dropped by the next merge.
    const asNow = inputs.map(({ rows, blocks, dead }) => ({ rows, blocks, dead: dead?.slice() ?? null }))
    const segmentId = connection.transaction(() => stored.begin(inputs[0]?.afterId ?? 0, inputs.at(-1)?.lastId ?? 0))
    const blocks: Block[] = []
    return {
      ...{ inputs, segmentId, blocks, seenGone, firstTerms: [] },
      rows: mergedRows(asNow),
      terms: mergedTerms(asNow),
      writer: new BlockWriter(block => blocks.push(block))
    }
  }

  /** @returns the same merge, or null when it has come to its end */
  function goOn(one: Merge): Merge | null {
    const untilMs = performance.now() + mergeMs
    let isDone = false
    do {
      const next = one.terms.next()
      if (next.done === true) isDone = true
      else one.writer.add(next.value)
    } while (!isDone && performance.now() < untilMs)
    if (isDone) one.writer.end()
    connection.transaction(() => {
      stored.addBlocks(one.segmentId, one.firstTerms.length, one.blocks)
      one.firstTerms.push(...one.blocks.splice(0).map(({ firstTerm }) => firstTerm))
      if (!isDone || !stored.areStill(segments)) return
      stored.complete(one.segmentId, one.rows, one.firstTerms)
      stored.retire(one.inputs.map(input => input.segmentId))
      forgetGone.run(one.seenGone, one.inputs[0]?.afterId ?? 0, one.inputs.at(-1)?.lastId ?? 0)
    })
    return isDone ? null : one
  }

  /** The segments are read anew; what is still there then is damaged, and made anew by `tend`. */
  function orElse<T>(work: () => T, byFts5: () => T): T {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof StaleSegment || error instanceof RangeError)) throw error
      isDoubtful = true
      isRead = false
      merge = null
      segments = []
      knownState = undefined
      return byFts5()
    }
  }

  function guarded(lists: PhraseSearch): PhraseSearch {
    return {
      rank: (...asked) =>
        orElse(
          () => lists.rank(...asked),
          () => fts5.rank(...asked)
        ),
      best: phrases =>
        orElse(
          () => lists.best(phrases),
          () => fts5.best(phrases)
        ),
      has: phrases =>
        orElse(
          () => lists.has(phrases),
          () => fts5.has(phrases)
        ),
      matching: phrase =>
        orElse(
          () => lists.matching(phrase),
          () => fts5.matching(phrase)
        )
    }
  }

  /** What the folding of an older version wrote is found by FTS5 as it was, until it is written anew: see `WordRows.renew`. */
  const isOld = (): boolean => settings.get('oldWordRows') !== undefined

  return {
    now() {
      if (connection.isInTransaction || isOld()) return fts5
      return orElse(
        () => {
          follow()
          if (!hasAll) return fts5
          return (search ??= guarded(createListSearch([...segments, ...tail], expression => phraseOf(expression))))
        },
        () => fts5
      )
    },

    tend: () =>
      !connection.isInTransaction &&
      !isOld() &&
      orElse(
        () => {
          if (isDoubtful) stored.retire(stored.damaged())
          isDoubtful = false
          follow()
          if (merge?.inputs.some(input => !segments.includes(input)) === true) merge = null
          if (isFull()) publish()
          else if (!hasAll) return true
          else if (merge !== null) merge = goOn(merge)
          else if (!stored.deleteLeftOver()) {
            const inputs = toMerge()
            if (inputs.length === 0) return false
            merge = startMerge(inputs)
          }
          return true
        },
        // What fails again although nothing is damaged is left to FTS5.
        () => ++failures < mostFailures
      )
  }
}
