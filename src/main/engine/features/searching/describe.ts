import type { Hit, Reason, Snippet } from '../../../../shared/searching.ts'
import type { WordQuery } from '../../base/domain.ts'
import { reasonsFor, snippetFor, type HitTexts } from '../../stages/search/explain.ts'
import type { FusedHit } from '../../stages/search/fuse.ts'
import type { Store } from '../../store/store.ts'
import type { Ranking } from './rank.ts'

/** Matched rows of one item that are read for their marks. */
const rowsPerItem = 3
/** Characters of a note's beginning, as its card shows it where nothing was asked of texts. */
const beginningLength = 240

/**
 * Third step of a search: reads what the store knows of each ranked item, and says why it is there.
 * @returns in the ranking's order; an item that is no longer in the library is left out
 */
export function describe({ hits, words, said }: Ranking, store: Store): Hit[] {
  const ids = hits.map(({ itemId }) => itemId)
  const linked = hits.flatMap(({ evidence }) => evidence.flatMap(({ from }) => from ?? []))
  const summaries = store.items.summaries([...new Set([...ids, ...linked])])
  const rows = ids.flatMap(itemId => (words.rows.get(itemId) ?? []).slice(0, rowsPerItem))
  const marks = Map.groupBy(store.words.evidence(words.asked, rows), ({ itemId }) => itemId)
  return hits.flatMap((hit): Hit[] => {
    const { itemId, score, isRelevant, evidence } = hit
    const summary = summaries.get(itemId)
    if (summary === undefined) return []
    const texts: HitTexts = {
      words: marks.get(itemId) ?? [],
      textOf: part => store.items.texts(itemId, { from: part, to: part + 1 })[0]?.text,
      titleOf: linkedId => summaries.get(linkedId)?.title
    }
    const explanation =
      evidence.length > 0 ? byEvidence(hit, summary.kind, words.asked, texts) : byFilter(summary.kind, texts)
    const verdict = said.get(itemId)
    return [{ ...summary, score, isRelevant, ...explanation, ...(verdict === undefined ? {} : { said: verdict }) }]
  })
}

interface Explanation {
  readonly reasons: readonly Reason[]
  readonly snippet: Snippet | null
}

/** A note that was found by its title, its name or a link is shown by its beginning. */
function byEvidence(hit: FusedHit, kind: Hit['kind'], asked: WordQuery, texts: HitTexts): Explanation {
  const found = snippetFor(hit, asked, texts)
  return { reasons: reasonsFor(hit, asked, texts), snippet: found ?? (kind === 'note' ? beginning(texts) : null) }
}

/** A hit without evidence: only the filters chose it. */
function byFilter(kind: Hit['kind'], texts: HitTexts): Explanation {
  return { reasons: [{ kind: 'filter', share: 1 }], snippet: kind === 'note' ? beginning(texts) : null }
}

function beginning({ textOf }: HitTexts): Snippet | null {
  const part = 0
  const passage = textOf(part)
  if (passage === undefined) return null
  const text = passage.length <= beginningLength ? passage : `${passage.slice(0, beginningLength).trimEnd()}…`
  return { text: text.toWellFormed(), marks: [], part }
}
