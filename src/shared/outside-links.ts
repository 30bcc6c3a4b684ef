/** The contract's words for symbolic links that lead out of the library. Plain data. */

export interface OutsideLinkEntry {
  readonly linkId: string
  readonly folderId: number
  /** `files`: links of one folder to files that lie in another one. */
  readonly kind: 'folder' | 'files'
  /** The link itself, or the folder that the links to files are in. Absolute, as the operating system writes it. */
  readonly path: string
  /** Where it leads: a folder, or the one that the files are in. Absolute. */
  readonly target: string
  /** How many links to files there are; 1 for a link to a folder. */
  readonly links: number
  /** What the person said; null: not asked yet, so it is not followed. */
  readonly answer: 'included' | 'left-out' | null
}

export interface OutsideLinksAnswer {
  /** Those first that nothing was said of. */
  readonly entries: readonly OutsideLinkEntry[]
  /** How many there are; `entries` may be only the first of them. */
  readonly total: number
  /** How many of them nothing was said of. */
  readonly asked: number
}

export interface AnswerLinksInput {
  readonly linkIds: readonly string[]
  /** `included`: what it leads to is the library's. `left-out`: it is not, and what was read through it is forgotten. */
  readonly answer: 'included' | 'left-out'
}
