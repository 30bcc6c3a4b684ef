import { filterKeys, quotes, type FilterKey } from './query-keys.ts'

/** What is being typed where the caret stands. */
export interface Completion {
  /** Range of the whole token, UTF-16. */
  readonly start: number
  readonly end: number
  /** Which filter's value is being typed; null for a word, which may become the name of a filter. */
  readonly key: FilterKey | null
  /** What stands there of the value or the word, up to the caret, without the opening quote. */
  readonly typed: string
}

const token = new RegExp(`-?(?:[a-z]+:)?(?:[${quotes}][^${quotes}]*(?:[${quotes}]|$)|\\S+)|[a-z]+:`, 'giu')
const quote = new RegExp(`^[${quotes}]`)
const anyQuote = new RegExp(`[${quotes}]`)

/** The token that ends at the caret or goes on behind it; null where the caret stands on its own, or in a quoted text. */
export function completionAt(text: string, caret: number): Completion | null {
  for (const { 0: whole, index } of text.matchAll(token)) {
    const end = index + whole.length
    // What is left out is completed like what is wanted.
    const start = index + (/^-[a-z]+:/i.test(whole) ? 1 : 0)
    if (caret <= start) return null
    if (caret > end) continue
    const before = text.slice(start, caret)
    const [, name, value] = /^([a-z]+):(.*)$/is.exec(before) ?? []
    const key = filterKeys.find(known => known === name?.toLowerCase()) ?? null
    if (key !== null && value !== undefined)
      return isClosed(value) ? null : { start, end, key, typed: value.replace(quote, '') }
    return /^\p{L}[\p{L}\p{N}]*$/u.test(before) ? { start, end, key: null, typed: before } : null
  }
  return null
}

/** A quoted value whose end is behind us is finished. */
function isClosed(value: string): boolean {
  return quote.test(value) && value.length > 1 && quotes.includes(value.slice(-1))
}

/** A filter as it is written: quoted where a space would end it. null for a value that cannot be written, because a quote is in it. */
export function writtenFilter(key: FilterKey, value: string): string | null {
  if (anyQuote.test(value)) return null
  return /\s/u.test(value) ? `${key}:"${value}"` : `${key}:${value}`
}
