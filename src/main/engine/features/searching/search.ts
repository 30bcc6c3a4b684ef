import type { SearchQuery, SearchResult } from '../../../../shared/searching.ts'
import { ask, type AskDeps } from './ask.ts'
import { describe } from './describe.ts'
import { noticesFor } from './notices.ts'
import { rank } from './rank.ts'
import { inStacks } from './stack-hits.ts'

/**
 * One question over photos and notes, words and meaning: `ask` makes a `Question` of the query, `rank` ranks it, `describe`
 * says why each hit is there.
 * @throws EngineError as `ask`
 */
export async function search(query: SearchQuery, deps: AskDeps, signal: AbortSignal): Promise<SearchResult> {
  const startedMs = performance.now()
  const question = await ask(query, deps, signal)
  const ranking = rank(question, deps.store)
  const hits = describe(ranking, deps.store)
  return {
    hits: query.withStacks === true ? inStacks(hits, deps.model.now, deps.store) : hits,
    tokens: question.parsed.tokens,
    notices: noticesFor(question, deps),
    hasEvidence: ranking.hasEvidence,
    ...(question.picture !== null || query.imageId !== undefined ? { isByPicture: true as const } : {}),
    tookMs: performance.now() - startedMs
  }
}
