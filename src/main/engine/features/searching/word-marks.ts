import { parseQuery } from '../../stages/search/parse.ts'
import type { Store } from '../../store/store.ts'
import { askedWords } from './words-lane.ts'

/** UTF-16 units. */
export type Range = readonly [start: number, end: number]

/** Where the words of a question stand in texts. @param question  as the bar says it */
export function wordMarks(question: string, texts: readonly string[], store: Store): readonly (readonly Range[])[] {
  const { words } = parseQuery(question)
  return words.words.length + words.exact.length === 0 ? [] : store.words.marks(askedWords(words, store), texts)
}
