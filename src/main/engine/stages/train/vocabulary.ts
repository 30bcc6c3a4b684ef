import type { TrainingData } from './training-data.ts'

/** Which tokens a word table is trained for. */
export interface Vocabulary {
  /** [v] token ids, ascending. */
  readonly tokens: Int32Array
  /** Rows of the table for each text, at most `length`. */
  readonly rows: VocabularyRows
}

export interface VocabularyRows {
  /** L */
  readonly length: number
  /** e */
  readonly dimension: number
  of(text: number): readonly number[]
}

/**
 * Tokens that are met in at least `fewest` of these texts: a word that was seen once teaches a row of the table nothing but one photo.
 *
 * @param texts  positions of the texts that are trained on
 * @param length tokens of a text that are looked at
 */
export function vocabularyOf(
  { tokens, tokenStarts }: Pick<TrainingData, 'tokens' | 'tokenStarts'>,
  texts: Iterable<number>,
  { fewest, length, dimension }: { readonly fewest: number; readonly length: number; readonly dimension: number }
): Vocabulary {
  const tokensOf = (text: number): Int32Array => tokens.subarray(tokenStarts[text] ?? 0, tokenStarts[text + 1] ?? 0)
  const counts = new Map<number, number>()
  for (const text of texts) for (const token of new Set(tokensOf(text))) counts.set(token, (counts.get(token) ?? 0) + 1)
  const known = Int32Array.from([...counts].flatMap(([token, count]) => (count >= fewest ? [token] : []))).sort()
  const rowOfToken = new Map([...known].map((token, row) => [token, row]))
  return {
    tokens: known,
    rows: {
      length,
      dimension,
      of: text => [...tokensOf(text)].flatMap(token => rowOfToken.get(token) ?? []).slice(0, length)
    }
  }
}
