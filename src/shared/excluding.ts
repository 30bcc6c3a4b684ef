/** The contract's words for what a person takes out of the library, while the files themselves stay. Plain data. */

/** One thing that was named: a file, or a folder inside a chosen one. */
export interface ExcludedEntry {
  readonly excludedId: number
  readonly kind: 'file' | 'folder'
  readonly folderId: number
  /** Absolute, as the operating system writes it. */
  readonly path: string
  /** How many files it leaves out, as far as the last scan saw: 0 for a file that is not there now. */
  readonly files: number
}

export interface ExcludedAnswer {
  /** The newest first. */
  readonly entries: readonly ExcludedEntry[]
  /** How many entries there are; `entries` may be only the first of them. */
  readonly total: number
}

/** What is to be excluded: items, or places inside chosen folders (absolute paths of files or folders). */
export type ExcludeInput = { readonly itemIds: readonly number[] } | { readonly paths: readonly string[] }

export interface Exclusion {
  /** What `include` takes to undo this. */
  readonly excludedIds: readonly number[]
  /** How many items left the library. */
  readonly files: number
}

/** Entries by id, or all at or below these absolute paths; all that there are when neither is given. */
export interface IncludeInput {
  readonly excludedIds?: readonly number[] | undefined
  readonly paths?: readonly string[] | undefined
}
