/** The contract's words for a question and its answer. Plain data, like all of the contract. */

import type { ItemSummary } from './items.ts'
import type { HitVerdict } from './saying.ts'

export interface SearchQuery {
  /** What the bar says, in the query language of the README. Never refused: what is not understood is words. */
  readonly text: string
  /** A picture from outside, as `openImage` named it. */
  readonly imageId?: string | undefined
  /** 1…1000; 60 when absent. */
  readonly limit?: number | undefined
  /** Answers from words alone, at once, while the meaning is still being worked out. */
  readonly wordsOnly?: boolean | undefined
  /** Where only filters are asked, which rank nothing: the oldest first instead of the newest. */
  readonly oldestFirst?: boolean | undefined
  /** Say which hits show the same (`Hit.stack`). All hits are still there, in the same order. */
  readonly withStacks?: boolean | undefined
}

/** One piece of the query as it was understood, in the order it was written: a chip. */
export interface QueryToken {
  readonly kind:
    | 'words'
    | 'exact'
    | 'without'
    | 'type'
    | 'in'
    | 'after'
    | 'before'
    | 'camera'
    | 'near'
    | 'tag'
    | 'failed'
    | 'unreachable'
    | 'favourite'
    | 'like'
  /** What the chip shows; for words, the words. */
  readonly label: string
  /** Range in the text, UTF-16: removing it removes the chip. */
  readonly start: number
  readonly end: number
  /** A filter that must not hold: it was written with a minus. */
  readonly isNegated?: true | undefined
}

/** Why a hit is there. `share` is its part in the score, 0…1; the shares of a hit add up to 1. */
export type Reason =
  | {
      readonly kind: 'words'
      readonly field: 'title' | 'name' | 'description' | 'keywords' | 'text'
      readonly words: readonly string[]
      readonly share: number
    }
  /** The picture looks like what was asked. */
  | { readonly kind: 'picture'; readonly cosine: number; readonly share: number }
  /** A passage, or what was written about a photo, means what was asked. */
  | { readonly kind: 'meaning'; readonly text: string; readonly cosine: number; readonly share: number }
  /** The note shows the asked picture, or the photo is shown in the asked note. */
  | {
      readonly kind: 'shown'
      readonly title: string
      readonly share: number
      /** The note shows a photo that is like the asked picture: this one, of which `title` is the title. Absent: it shows the asked one. */
      readonly like?: { readonly itemId: number; readonly cosine: number } | undefined
    }
  /** The very same file. */
  | { readonly kind: 'same'; readonly share: number }
  /** The person said so of this hit, for this very question. */
  | { readonly kind: 'said'; readonly verdict: HitVerdict; readonly share: number }
  /** Nothing was asked but filters: by date. */
  | { readonly kind: 'filter'; readonly share: number }

export interface Snippet {
  readonly text: string
  /** UTF-16 ranges in `text` to highlight. */
  readonly marks: readonly (readonly [start: number, end: number])[]
  /** Which passage it is from. */
  readonly part: number
}

export interface Hit extends ItemSummary {
  /** The calibrated probability that a person would call this relevant, 0…1. */
  readonly score: number
  /** false below the cut-off. The order is another matter: such a hit may stand among relevant ones. */
  readonly isRelevant: boolean
  readonly reasons: readonly Reason[]
  readonly snippet: Snippet | null
  /** What the person said of it for this very question; absent for nothing. */
  readonly said?: HitVerdict | undefined
  /**
   * Where it was asked for: equal for photos of this answer that show the same (copies, frames of a burst). It is the item of
   * the best of them. Absent for a hit that nothing else here is like.
   */
  readonly stack?: number | undefined
}

/** Where the line *less sure from here* stands: the place after the last relevant hit, so that no sure hit is below it. */
export function endOfSure(hits: readonly Pick<Hit, 'isRelevant'>[]): number {
  return hits.findLastIndex(hit => hit.isRelevant) + 1
}

export type Notice =
  /** No model is installed: only words were searched. */
  | 'no-model'
  /** The model has no map between pictures and words yet: pictures are found by what is written about them. */
  | 'no-common-space'
  /** The question is clearly not in a language that the model knows: words still work. */
  | 'other-language'
  /** Some items are still waiting to be indexed. */
  | 'still-indexing'
  | 'library-empty'
  /** The question asks for more than is looked up at once: the rest of its words or filters does not count. */
  | 'question-cut'

export interface SearchResult {
  /** Best first; by date where only filters were asked. */
  readonly hits: readonly Hit[]
  readonly tokens: readonly QueryToken[]
  readonly notices: readonly Notice[]
  /**
   * false where nothing here is like what was asked: no word of it stands anywhere, and no item is nearer in meaning than the
   * best of as many unrelated ones. Hits are the nearest all the same.
   */
  readonly hasEvidence: boolean
  /** A picture was asked with, from outside or a photo of the library: its relevant notes are those that belong to it. */
  readonly isByPicture?: true | undefined
  readonly tookMs: number
}

/** A picture to search with: its bytes, an item of the library, or a file by its absolute path. */
export type OpenImageInput = { readonly bytes: Uint8Array } | { readonly itemId: number } | { readonly path: string }

/** A picture from outside, decoded and encoded once, kept for this session. */
export interface OpenedImage {
  readonly imageId: string
  readonly widthPx: number
  readonly heightPx: number
  /** A small JPEG for the chip. */
  readonly thumbnail: Uint8Array
  /** The item with exactly this content, when the library has it. */
  readonly itemId: number | null
}
