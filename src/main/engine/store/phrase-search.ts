import type { ItemId } from '../base/domain.ts'
import type { Connection } from './connection.ts'

/** A row of the word index that matched. */
interface RankedRow {
  readonly wordId: number
  readonly bm25: number
}

/**
 * Finds rows by phrases in the syntax of FTS5: `"a b"`, or `"a b" *` for longer words too. Any of several phrases may match;
 * a row's BM25 is the sum of theirs.
 */
export interface PhraseSearch {
  /** Best first, of equal ones the lower word_id. @param isWanted  null: every row */
  rank(
    phrases: readonly string[],
    limit: number,
    isWanted: ((wordId: number, itemId: ItemId) => boolean) | null
  ): readonly RankedRow[]
  /** BM25 of the best row; 0 where there is none. */
  best(phrases: readonly string[]): number
  has(phrases: readonly string[]): boolean
  /** All rows with a phrase, in order. */
  matching(phrase: string): readonly number[]
}

/** By FTS5 itself: what answers while the posting lists do not hold all rows. */
export function createFts5Search(connection: Connection): PhraseSearch {
  const ranked = connection.prepare<[string, number], RankedRow>(
    'SELECT rowid AS wordId, -rank AS bm25 FROM word_index WHERE word_index MATCH ? ORDER BY rank LIMIT ?'
  )
  const itemOf = connection.prepareValue<[number], ItemId>('SELECT item_id FROM word_row WHERE word_id = ?')
  const isThere = connection.prepareValue<[string], 1>('SELECT 1 FROM word_index WHERE word_index MATCH ? LIMIT 1')
  const matching = connection.prepareValue<[string], number>('SELECT rowid FROM word_index WHERE word_index MATCH ?')

  return {
    rank(phrases, limit, isWanted) {
      const rows: RankedRow[] = []
      if (phrases.length === 0) return rows
      // SQLite keeps only the best of them when it knows how many are wanted.
      for (const row of ranked.iterate(anyOf(phrases), isWanted === null ? limit : -1)) {
        if (rows.length >= limit) break
        const itemId = itemOf.get(row.wordId)
        if (itemId !== undefined && isWanted?.(row.wordId, itemId) !== false) rows.push(row)
      }
      return rows
    },
    best: phrases => (phrases.length === 0 ? 0 : (ranked.get(anyOf(phrases), 1)?.bm25 ?? 0)),
    has: phrases => phrases.length > 0 && isThere.get(anyOf(phrases)) !== undefined,
    matching: phrase => matching.all(phrase)
  }
}

function anyOf(phrases: readonly string[]): string {
  return phrases.join(' OR ')
}
