/** The contract's words for what the bar offers while a person types, and for what they asked before. Plain data. */

/** One line under the bar. Taking it replaces the completed range of the text. */
export interface Suggestion {
  /** `filter`: the name of a filter, whose value is still to come. `value`: a whole token. */
  readonly kind: 'filter' | 'value'
  /** Which filter: a key of the query language. */
  readonly key: 'type' | 'in' | 'after' | 'before' | 'camera' | 'near' | 'tag' | 'is' | 'like'
  /** What is put in place of the range; a whole token ends with a space. */
  readonly insert: string
  /** What it is called: the value as it is written in the library, or the filter's name. */
  readonly label: string
  /** How many items have it; null where that is not counted. */
  readonly count: number | null
}

export interface Suggestions {
  /** Range of the text that a suggestion replaces, UTF-16. */
  readonly start: number
  readonly end: number
  /** Best first, 8 at most. */
  readonly suggestions: readonly Suggestion[]
}

/** Questions that are kept on this machine, each as the bar said it. */
export interface Searches {
  /** Newest first. */
  readonly recent: readonly string[]
  /** In the order they were saved. */
  readonly saved: readonly string[]
}
