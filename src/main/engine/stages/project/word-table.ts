import type { WordTable } from '../../base/domain.ts'

/** What a text's words are in a table: the mean and the largest of their rows [e] each; null when the table knows none of them. */
export interface PooledWords {
  readonly mean: Float32Array
  readonly max: Float32Array
}

const rowsByToken = new WeakMap<WordTable, ReadonlyMap<number, number>>()

/**
 * Mean and maximum [e] over the rows of those tokens that the table has; null where it has none of them.
 * @param tokens  ids, in any order
 */
export function pooledWords(table: WordTable, tokens: Int32Array): PooledWords | null {
  const rows = rowsOf(table)
  const e = table.vectors.length / Math.max(1, table.tokens.length)
  const mean = new Float32Array(e)
  const max = new Float32Array(e).fill(-Infinity)
  let count = 0
  for (const token of tokens) {
    const row = rows.get(token)
    if (row === undefined) continue
    count++
    for (let i = 0; i < e; i++) {
      const value = table.vectors[row * e + i] ?? 0
      mean[i] = (mean[i] ?? 0) + value
      if (value > (max[i] ?? 0)) max[i] = value
    }
  }
  if (count === 0) return null
  for (let i = 0; i < e; i++) mean[i] = (mean[i] ?? 0) / count
  return { mean, max }
}

function rowsOf(table: WordTable): ReadonlyMap<number, number> {
  const known = rowsByToken.get(table)
  if (known !== undefined) return known
  const made = new Map([...table.tokens].map((token, row) => [token, row]))
  rowsByToken.set(table, made)
  return made
}
