import { EngineError } from '../../../../shared/errors.ts'
import type { Judged, JudgeInput, VerdictsAnswer } from '../../../../shared/saying.ts'
import type { Store } from '../../store/store.ts'
import { itemsWith, saidItems } from './said-items.ts'

/**
 * Says of items that they are right or wrong for a question; null takes it back.
 *
 * @param question  as questions are told apart; null for one that claims nothing
 * @throws EngineError bad-input for a question without words or a picture, not-found; nothing is changed then
 */
export function judge(
  { text, itemIds, verdict }: JudgeInput,
  question: string | null,
  store: Store,
  nowMs: number
): Judged {
  if (question === null)
    throw new EngineError(
      'bad-input',
      'This question has no words and no picture, so nothing is right or wrong for it. Nothing was changed.'
    )
  const items = saidItems(itemIds, store)
  const said = store.hitVerdicts.of(question)
  const before = items.map(({ itemId }) => ({ itemId, verdict: said.get(itemId) ?? null }))
  store.transaction(() => {
    for (const contentHash of new Set(items.map(item => item.contentHash)))
      store.hitVerdicts.set({ question, contentHash, text: text.trim(), verdict }, nowMs)
  })
  return { before }
}

/** What the person said of hits, the newest first. */
export function listVerdicts(limit: number, store: Store): VerdictsAnswer {
  const entries = store.hitVerdicts.list(limit).map(({ question, ...one }) => ({
    ...one,
    isPicture: question.startsWith('like:'),
    items: itemsWith(one.contentHash, store)
  }))
  return { entries, total: store.hitVerdicts.total() }
}

/** @throws EngineError not-found when none of them is kept */
export function takeBackVerdicts(verdictIds: readonly number[], store: Store): { readonly verdicts: number } {
  const verdicts = store.hitVerdicts.remove(verdictIds)
  if (verdicts === 0) throw new EngineError('not-found', 'Nothing of this is said any more. Nothing was changed.')
  return { verdicts }
}
