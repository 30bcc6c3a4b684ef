import { config } from '../../base/config.ts'
import type { Suggestion, Suggestions } from '../../../../shared/suggesting.ts'
import { completionAt, writtenFilter, type Completion } from '../../stages/search/complete.ts'
import { filterKeys, type FilterKey } from '../../stages/search/query-keys.ts'
import type { KnownValue, KnownValues } from '../../store/known-values.ts'
import { fold } from '../../store/paths.ts'

const most = 8
/** Of tags that begin like a plain word: an offer beside the filters, not a list. */
const mostTags = 4
/** Fewer letters begin too much to be an offer. */
const fewestLetters = 2

/** Filters that anybody uses by name; `like` is made by a click. */
const offered = filterKeys.filter(key => key !== 'like')

interface Value extends KnownValue {
  readonly folded: string
}

/** What the bar offers for what is being typed. Values are read from the store once, and again after the library has changed. */
export class Completer {
  readonly #store: KnownValues
  #values = new Map<keyof KnownValues, readonly Value[]>()

  constructor(store: KnownValues) {
    this.#store = store
  }

  libraryChanged(): void {
    this.#values = new Map()
  }

  suggest(text: string, caret: number): Suggestions {
    const completion = text.length > config.longestQuestion ? null : completionAt(text, caret)
    if (completion === null) return { start: caret, end: caret, suggestions: [] }
    const { start, end, key, typed } = completion
    const found = key === null ? this.#forWord(completion) : this.#forValue(key, typed, most)
    // What stands there already is no offer.
    return { start, end, suggestions: found.filter(({ insert }) => insert.trimEnd() !== text.slice(start, end)) }
  }

  #forWord({ typed }: Completion): readonly Suggestion[] {
    if (typed.length < fewestLetters) return []
    const folded = fold(typed)
    const filters = offered
      .filter(key => key.startsWith(folded))
      .map((key): Suggestion => ({ kind: 'filter', key, insert: `${key}:`, label: `${key}:`, count: null }))
    return [...filters, ...this.#forValue('tag', typed, mostTags).filter(({ label }) => fold(label).startsWith(folded))]
  }

  #forValue(key: FilterKey, typed: string, limit: number): readonly Suggestion[] {
    const folded = fold(typed.trim())
    const rank = (value: Value): number => {
      const at = value.folded.indexOf(folded)
      if (at <= 0) return at === 0 ? 0 : 3
      return /[\s/_-]/.test(value.folded.charAt(at - 1)) ? 1 : 2
    }
    return this.#valuesOf(key)
      .map(value => ({ value, rank: rank(value) }))
      .filter(({ rank }) => rank < 3)
      .sort((a, b) => a.rank - b.rank || b.value.items - a.value.items)
      .flatMap(({ value }): readonly Suggestion[] => {
        const written = writtenFilter(key, value.name)
        const count = value.items === 0 ? null : value.items
        return written === null ? [] : [{ kind: 'value', key, insert: `${written} `, label: value.name, count }]
      })
      .slice(0, limit)
  }

  #valuesOf(key: FilterKey): readonly Value[] {
    if (key === 'type') return uncounted(['photo', 'note'])
    if (key === 'is') return uncounted(['favourite', 'failed', 'unreachable'])
    if (key === 'tag') return this.#known('tags')
    if (key === 'camera') return this.#known('cameras')
    if (key === 'in') return this.#known('folders')
    if (key === 'after' || key === 'before') return this.#known('years')
    return []
  }

  #known(name: keyof KnownValues): readonly Value[] {
    const kept = this.#values.get(name)
    if (kept !== undefined) return kept
    const read = this.#store[name]().map(value => ({ ...value, folded: fold(value.name) }))
    this.#values.set(name, read)
    return read
  }
}

function uncounted(names: readonly string[]): readonly Value[] {
  return names.map(name => ({ name, items: 0, folded: name }))
}
