import type { Notice } from '../../../../shared/searching.ts'
import type { ModelInUse } from '../../base/active-model.ts'
import { isOtherLanguage } from '../../stages/search/other-language.ts'
import type { Store } from '../../store/store.ts'
import type { Question } from './question.ts'

/** What a person should know about an answer: why something may be missing from it. */
export function noticesFor(
  { parsed: { caption, isCut }, isWordsOnly, model }: Question,
  { store, model: inUse }: { readonly store: Store; readonly model: ModelInUse }
): Notice[] {
  const counts = store.items.counts()
  const active = isWordsOnly ? inUse.now : (model?.active ?? null)
  const notices: Notice[] = []
  if (counts.eligible === 0) notices.push('library-empty')
  if (counts.waiting > 0) notices.push('still-indexing')
  if (!isWordsOnly && active === null) notices.push('no-model')
  if (active?.hasCommonSpace === false) notices.push('no-common-space')
  if (isCut) notices.push('question-cut')
  if (active !== null && isOtherLanguage(caption, active.card.languages)) notices.push('other-language')
  return notices
}
