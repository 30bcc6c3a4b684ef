import type { ItemId, WordMatch, WordQuery } from '../base/domain.ts'
import type { Connection } from './connection.ts'
import type { LeavingRows } from './leaving.ts'
import { createRowTexts, headPart, type RowTexts } from './row-texts.ts'
import type { SettingRows } from './store.ts'
import { createFts5Search } from './phrase-search.ts'
import { createWordIndex } from './word-index.ts'
import { createWordLists } from './word-lists.ts'
import type { WordRows } from './word-rows.ts'
import { createMarking, joined, type Mark } from './word-marks.ts'
import { exactPattern, phrase, phrases } from './word-terms.ts'

/** What FTS5 gives a word that is in more than half of all rows: the least there is. */
const leastBm25 = 1e-6

/** Exact texts whose rows are remembered: a question has a few. */
const mostKnownExact = 16

/**
 * FTS5 merges a segment of which a tenth was deleted, in one piece: half a second for the words of a long note, ten times while
 * they go, and minutes for those of 25,000 items. Without that the deleted rows stay in their segments, which no question meets,
 * until so much was written that the segments are merged anyway.
 */
function leaveTombstones(connection: Connection): void {
  const share = connection.prepareValue<[], number>("SELECT v FROM word_index_config WHERE k = 'deletemerge'")
  if (share.get() !== 0)
    connection.prepare<[]>("INSERT INTO word_index (word_index, rank) VALUES ('deletemerge', 0)").run()
}

interface Row {
  item_id: number
  part: number
}

export function createWords(connection: Connection, settings: SettingRows, leaving: LeavingRows): WordRows {
  leaveTombstones(connection)
  const rowTexts = createRowTexts(connection)
  const byLists = createWordLists(connection, settings, createFts5Search(connection))
  const rowOf = connection.prepare<[number], Row>('SELECT item_id, part FROM word_row WHERE word_id = ?')
  const state = connection.prepareState()
  const containing = connection.prepare<[{ text: string }], Row>(
    `SELECT item_id, part FROM passage JOIN item USING (item_id) WHERE is_searchable = 1 AND instr(text, @text) > 0
     UNION ALL SELECT item_id, ${headPart} FROM item LEFT JOIN photo USING (item_id) LEFT JOIN own_words USING (content_hash)
       WHERE is_searchable = 1 AND instr(concat_ws(char(10), title, path, description, caption), @text) > 0
     UNION ALL SELECT item_id, ${headPart} FROM tag JOIN item USING (item_id)
       WHERE is_searchable = 1 AND instr(name, @text) > 0`
  )
  const searchable = connection.prepareValue<[], ItemId>('SELECT item_id FROM item WHERE is_searchable = 1')
  const index = createWordIndex(connection)
  const old = connection.prepare<[number, number, number], Row & { word_id: number }>(
    'SELECT word_id, item_id, part FROM word_row WHERE word_id > ? AND word_id <= ? ORDER BY word_id LIMIT ?'
  )
  const rowCount = connection.prepareValue<[], number>('SELECT count(*) FROM word_row')
  // Made when something is shown for the first time.
  let marking: ReturnType<typeof createMarking> | undefined

  const knownExact = new Map<string, readonly Row[]>()
  let knownState: string | undefined

  /** Of one state of the database: every part of a question asks for the same texts. */
  function exactRows(text: string): readonly Row[] {
    const now = state()
    if (now !== knownState || knownExact.size > mostKnownExact) knownExact.clear()
    knownState = now
    const known = knownExact.get(text)
    if (known !== undefined) return known
    const rows = verifiedRows(text)
    knownExact.set(text, rows)
    return rows
  }

  /** Rows in which a text stands exactly: the index proposes, the text itself decides. */
  function verifiedRows(text: string): Row[] {
    const pattern = exactPattern(text)
    const wanted = phrase(text)
    // Signs and emoji are no words, and have no case: then every text is looked through.
    const candidates =
      wanted === null ? containing.all({ text: text.trim().split(/\s/u)[0] ?? '' }) : rowsWithPhrase(wanted)
    return candidates.filter(row => rowTexts(row.item_id, row.part).some(field => field.text.search(pattern) >= 0))
  }

  function rowsWith(text: string): readonly Row[] {
    const wanted = phrase(text)
    return wanted === null ? exactRows(text) : rowsWithPhrase(wanted)
  }

  function rowsWithPhrase(wanted: string): Row[] {
    return byLists
      .now()
      .matching(wanted)
      .flatMap(wordId => rowOf.get(wordId) ?? [])
  }

  function bestOf(wanted: readonly string[]): number {
    const left = leaving.ids()
    const index = byLists.now()
    return left.size === 0
      ? index.best(wanted)
      : (index.rank(wanted, 1, (_, itemId) => !left.has(itemId))[0]?.bm25 ?? 0)
  }

  /** Of the rows in which a text stands exactly. */
  function bestExact(text: string): number {
    const wanted = phrase(text)
    const keys = new Set(exactRows(text).map(keyOf))
    if (wanted === null) return keys.size > 0 ? leastBm25 : 0
    const isExact = (wordId: number): boolean => {
      const row = rowOf.get(wordId)
      return row !== undefined && keys.has(keyOf(row))
    }
    return byLists.now().rank([wanted], 1, isExact)[0]?.bm25 ?? 0
  }

  function marked(query: WordQuery, texts: readonly { readonly text: string; readonly isName: boolean }[]): Mark[][] {
    const expression = anyOf(phrases(query.words, query.lastIsPrefix))
    const patterns = asked(query.exact).map(exactPattern)
    const marks = expression === null ? texts.map(() => []) : (marking ??= createMarking())(expression, texts)
    return texts.map(({ text }, i) =>
      joined([...(marks[i] ?? []), ...patterns.flatMap(pattern => exactMarks(pattern, text))])
    )
  }

  function allowed(exact: readonly (readonly Row[])[], query: WordQuery): Set<ItemId> | null {
    const without = asked(query.without)
    if (exact.length === 0 && without.length === 0) return null
    const sets = exact.map(rows => new Set(rows.map(row => row.item_id)))
    const candidates = [...(sets[0] ?? searchable.all())]
    const left = leaving.ids()
    const items = new Set(candidates.filter(itemId => !left.has(itemId) && sets.every(set => set.has(itemId))))
    for (const text of without) for (const row of rowsWith(text)) items.delete(row.item_id)
    return items
  }

  return {
    count: () => rowCount.get() ?? 0,

    search(query, limit, within) {
      const exact = asked(query.exact).map(exactRows)
      const items = allowed(exact, query)
      const wanted = phrases(query.words, query.lastIsPrefix)
      const left = leaving.ids()
      const isIn = (itemId: ItemId): boolean =>
        !left.has(itemId) && items?.has(itemId) !== false && within?.has(itemId) !== false

      // Without words, only rows count in which something stands exactly.
      const verified = wanted.length > 0 ? null : new Set(exact.flat().map(keyOf))
      const asking = [...wanted, ...asked(query.exact).flatMap(text => phrase(text) ?? [])]
      const matches: WordMatch[] = []
      if (asking.length > 0) {
        const isVerified = (wordId: number): boolean => {
          const row = verified === null ? undefined : rowOf.get(wordId)
          return row === undefined || verified?.has(keyOf(row)) !== false
        }
        const isAny = items === null && within === undefined && verified === null && left.size === 0
        const isWanted = (wordId: number, itemId: ItemId): boolean => isIn(itemId) && isVerified(wordId)
        for (const { wordId, bm25 } of byLists.now().rank(asking, limit, isAny ? null : isWanted)) {
          const row = rowOf.get(wordId)
          if (row !== undefined) matches.push({ itemId: row.item_id, part: row.part, bm25: Math.max(bm25, leastBm25) })
        }
      } else {
        for (const row of new Map(exact.flat().map(row => [keyOf(row), row])).values()) {
          if (matches.length < limit && isIn(row.item_id))
            matches.push({ itemId: row.item_id, part: row.part, bm25: leastBm25 })
        }
      }
      return matches
    },

    best: ({ words, exact, lastIsPrefix }) => [
      ...words.map((word, i) => bestOf(phrases([word], lastIsPrefix && i === words.length - 1))),
      ...exact.map(text => (text.trim() === '' ? 0 : bestExact(text)))
    ],

    knows: word => byLists.now().has(phrases([word], false)),

    allowed: query => allowed(asked(query.exact).map(exactRows), query),

    renew(limit) {
      return connection.transaction(() => {
        const range = settings.get('oldWordRows') as { after: number; upTo: number } | undefined
        if (range === undefined) return false
        const rows = old.all(range.after, range.upTo, limit)
        for (const row of rows) index.write(row.item_id, row.part)
        const last = rows.at(-1)?.word_id
        settings.set('oldWordRows', last === undefined ? undefined : { ...range, after: last })
        return last !== undefined
      })
    },

    tend: () => byLists.tend(),

    marks: (query, texts) =>
      marked(
        query,
        texts.map(text => ({ text, isName: false }))
      ),

    evidence(query, rows) {
      const texts = rows.map(({ itemId, part }) => rowTexts(itemId, part))
      const marks = marked(
        query,
        texts.flat().map(({ field, text }) => ({ text, isName: field === 'name' }))
      )
      let next = 0
      const evidenceOf = (fields: RowTexts) =>
        fields
          .map(({ field, text }) => ({ field, text, marks: marks[next++] ?? [] }))
          .filter(field => field.marks.length > 0)
      return rows.map(({ itemId, part }, i) => ({ itemId, part, fields: evidenceOf(texts[i] ?? []) }))
    }
  }
}

/** What is nothing but white space asks for nothing. */
function asked(texts: readonly string[]): string[] {
  return texts.filter(text => text.trim() !== '')
}

function anyOf(wanted: readonly string[]): string | null {
  return wanted.length === 0 ? null : wanted.join(' OR ')
}

function keyOf(row: Row): string {
  return `${row.item_id}/${row.part}`
}

function exactMarks(pattern: RegExp, text: string): Mark[] {
  return Array.from(text.matchAll(pattern), match => [match.index, match.index + match[0].length])
}
