/** The contract's words for what the person says of photos, notes and answers. Plain data, like all of the contract. */

import type { ItemSummary, OwnWords } from './items.ts'

/** What is left out stays as it is. */
export interface SayInput {
  readonly itemIds: readonly number[]
  /** Of photos only; null takes it back. */
  readonly caption?: string | null | undefined
  readonly addTags?: readonly string[] | undefined
  readonly removeTags?: readonly string[] | undefined
  readonly isFavourite?: boolean | undefined
}

/** Own words of an item as a whole. */
interface WordsOfItem extends OwnWords {
  readonly itemId: number
}

/** The same of a content, whether or not a file with it is in the library now. */
interface WordsOfContent extends OwnWords {
  /** sha256 of the file. */
  readonly contentHash: string
}

export type PutWords = WordsOfItem | WordsOfContent

export interface Said {
  /** Of those that are different now; a content counts as one. */
  readonly items: number
  /** As it was of each of the given items or contents: for taking it back. */
  readonly before: readonly PutWords[]
}

/** An entry of the list of what was said. */
export interface SaidEntry extends OwnWords {
  /** sha256 of the file. */
  readonly contentHash: string
  readonly saidMs: number
  /** Items with this content; none when its file is not in the library now. */
  readonly items: readonly ItemSummary[]
}

export interface SaidAnswer {
  /** The newest first. */
  readonly entries: readonly SaidEntry[]
  readonly total: number
}

/** What the person said of a hit, for the very same question. */
export type HitVerdict = 'right' | 'wrong'

/** A question and its hits; null takes it back. */
export interface JudgeInput {
  /** The question as the bar says it. */
  readonly text: string
  /** As in the question. */
  readonly imageId?: string | undefined
  readonly itemIds: readonly number[]
  readonly verdict: HitVerdict | null
}

export interface Judged {
  /** As it was of each item. */
  readonly before: readonly { readonly itemId: number; readonly verdict: HitVerdict | null }[]
}

export interface VerdictsAnswer {
  /** The newest first. */
  readonly entries: readonly VerdictEntry[]
  readonly total: number
}

interface VerdictEntry {
  readonly verdictId: number
  /** The question as it was asked; '' for a picture without words. */
  readonly text: string
  /** A picture or an item was asked with. */
  readonly isPicture: boolean
  readonly verdict: HitVerdict
  /** sha256 of the hit's file. */
  readonly contentHash: string
  readonly saidMs: number
  /** Items with this content; none when its file is not in the library now. */
  readonly items: readonly ItemSummary[]
}

export interface WrittenSidecars {
  /** Sidecars that were written. */
  readonly written: number
  /** Those that said so already, and photos of which nothing was said. */
  readonly same: number
  readonly failed: readonly { readonly path: string; readonly reason: string }[]
}

/** Everything that the person said. */
export interface ExportedSaid {
  readonly format: 1
  readonly words: readonly (OwnWords & ExportedOf)[]
  readonly hits: readonly (ExportedOf & {
    readonly question: string
    readonly text: string
    readonly verdict: HitVerdict
  })[]
  readonly pairs: readonly (ExportedOf & { readonly text: string; readonly verdict: 'confirmed' | 'rejected' })[]
  readonly excluded: readonly { readonly folder: string; readonly path: string; readonly isFolder: boolean }[]
}

interface ExportedOf {
  /** sha256 of the file that it was said of. */
  readonly contentHash: string
  /** Where files with this content are now. */
  readonly paths: readonly string[]
  readonly saidMs: number
}
