import type { ItemFilters, WordQuery } from '../../base/domain.ts'

/*
 * How much of one question is looked up. A question is bounded by what its answer costs, not by what a person may write: all of
 * it is understood and shown, the text encoder reads all of it, and what was left out is told.
 */

/**
 * Words that the index looks for, each in several ways: 64 different ones are more than any caption has, and a pasted page
 * says what it is about in its first lines. In scripts without spaces a word is about two characters.
 */
const mostWords = 64
const charactersOfWord = 2

/**
 * Quoted texts, left-out words, tags, folders and filters with a minus, all together. Each quoted text reads every row with its words, and SQLite
 * refuses an expression that is deeper than 1,000: people write one to three.
 */
const mostParts = 32

/** UTF-16 units of one quoted or left-out text: longer than the sentences that people quote. Each word of it is one lookup. */
const longestQuote = 300

/** What a question asks for, as far as it is looked up. */
export interface BoundedQuery {
  readonly words: readonly string[]
  readonly exact: readonly string[]
  readonly without: readonly string[]
  readonly filters: ItemFilters
  /** Something was left out. */
  readonly isCut: boolean
}

/** @param asked  in the order they were written; of the words the last may still be being typed */
export function bounded(asked: Omit<WordQuery, 'lastIsPrefix'> & { readonly filters: ItemFilters }): BoundedQuery {
  const { filters } = asked
  const words = firstWords(asked.words)
  const exact = unlike(asked.exact.map(shortened), spacesDoNot)
  const without = unlike(asked.without.map(shortened), spacesDoNot)
  const tags = unlike(filters.tags ?? [], caseDoesNot)
  const folders = unlike(filters.folders ?? [], caseDoesNot)
  const negated = unlike(filters.without ?? [], filter => caseDoesNot(JSON.stringify(filter)))

  let left = mostParts
  const take = <T>(parts: readonly T[]): readonly T[] => {
    const taken = parts.slice(0, left)
    left -= taken.length
    return taken
  }
  const [keptTags, keptFolders, keptNegated] = [take(tags), take(folders), take(negated)]
  const kept = { exact: take(exact), without: take(without) }
  const isCut =
    words.isCut ||
    tags.length + folders.length + negated.length + exact.length + without.length > mostParts ||
    [...asked.exact, ...asked.without].some(text => text.length > longestQuote)
  return {
    words: words.kept,
    exact: kept.exact,
    without: kept.without,
    filters: {
      ...filters,
      ...(filters.tags && { tags: keptTags }),
      ...(filters.folders && { folders: keptFolders }),
      ...(filters.without && { without: keptNegated })
    },
    isCut
  }
}

/** Different words: the last, which may still be being typed, and as many of the others as there is room for. */
function firstWords(words: readonly string[]): { readonly kept: readonly string[]; readonly isCut: boolean } {
  const last = words.at(-1)
  if (last === undefined) return { kept: [], isCut: false }
  const seen = new Map(words.map(word => [caseDoesNot(word), word]))
  const typed = seen.get(caseDoesNot(last)) ?? last
  const others = [...seen.values()].filter(word => word !== typed)

  const room = (taken: readonly string[]): number => mostWords - taken.reduce((sum, word) => sum + weightOf(word), 0)
  const keptLast = firstCharacters(typed, mostWords / 2)
  const kept: string[] = []
  for (const word of others) {
    const left = room([...kept, keptLast])
    if (left <= 0) break
    kept.push(firstCharacters(word, left))
  }
  return { kept: [...kept, keptLast], isCut: [...kept, keptLast].join(' ') !== [...others, typed].join(' ') }
}

/** Scripts that write words without spaces, and Korean, whose syllables are looked for one by one. */
const isUnspaced =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u

function weightOf(word: string): number {
  return isUnspaced.test(word) ? Math.ceil(word.length / charactersOfWord) : 1
}

/** All of a word between spaces; of a run without them what there is room for. @param room  in words, > 0 */
function firstCharacters(word: string, room: number): string {
  return isUnspaced.test(word) ? wellFormed(word.slice(0, room * charactersOfWord)) : word
}

function shortened(text: string): string {
  return text.length <= longestQuote ? text : wellFormed(text.slice(0, longestQuote)).trimEnd()
}

/** Without half of a pair at the end. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '')
}

function unlike<T>(parts: readonly T[], keyOf: (part: T) => string): readonly T[] {
  return [...new Map(parts.map(part => [keyOf(part), part])).values()]
}

const caseDoesNot = (text: string): string => text.normalize('NFC').toLowerCase()
const spacesDoNot = (text: string): string => text.trim().replaceAll(/\s+/gu, ' ')
