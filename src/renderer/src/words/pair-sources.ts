import type { PairReason, PairsAnswer } from '../../../shared/learning.ts'

const LISTED_SOURCES = 3

/**
 * Where pairs come from, the most first; several reasons can have one name.
 *
 * @returns the names to be listed, and how many are left out
 */
export function pairSources(
  counts: PairsAnswer['counts'],
  names: Readonly<Record<PairReason, string>>
): { readonly listed: readonly string[]; readonly more: number } {
  const pairsOf = new Map<string, number>()
  for (const { reason, pairs } of counts)
    if (pairs > 0) pairsOf.set(names[reason], (pairsOf.get(names[reason]) ?? 0) + pairs)
  const sorted = [...pairsOf].sort((a, b) => b[1] - a[1]).map(([name]) => name)
  return { listed: sorted.slice(0, LISTED_SOURCES), more: Math.max(0, sorted.length - LISTED_SOURCES) }
}
