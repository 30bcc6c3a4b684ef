import type { ItemId, WordEvidence, WordMatch, WordQuery } from '../base/domain.ts'

/** The words of the library: see words.ts. */
export interface WordRows {
  /** Rows in the index: one an item, and one a passage. */
  count(): number
  /** Best first. `within` limits it to these items. Words are stemmed (Porter) and accents ignored; exact ones are not stemmed. */
  search(query: WordQuery, limit: number, within?: ReadonlySet<ItemId>): readonly WordMatch[]
  /** For each word and each exact text of a query, the BM25 of the row that it fits best alone; 0 where it stands nowhere. */
  best(query: WordQuery): readonly number[]
  /** Whether a word stands anywhere. */
  knows(word: string): boolean
  /** Items that satisfy the exact and without parts; null when the query has neither. */
  allowed(query: WordQuery): ReadonlySet<ItemId> | null
  /** Where the words of a query stand in each of these texts: UTF-16 ranges in order. */
  marks(query: WordQuery, texts: readonly string[]): readonly (readonly (readonly [start: number, end: number])[])[]
  /**
   * Writes rows anew that an older version of Reverie wrote, so many at most; until then they are found as they were before.
   * @returns whether there may be more
   */
  renew(limit: number): boolean
  /** Keeps the posting lists of the index in order, a few milliseconds at a time. @returns whether there may be more to do */
  tend(): boolean
  /** Which words of which fields matched, for rows that are shown. */
  evidence(query: WordQuery, rows: readonly { itemId: ItemId; part: number }[]): readonly WordEvidence[]
}
