import type { ActiveModel } from '../../base/active-model.ts'
import type { EncodedText, ItemId } from '../../base/domain.ts'
import type { Gallery } from '../../stages/search/gallery.ts'
import type { ParsedQuery } from '../../stages/search/parse.ts'
import type { GalleryName } from './model-galleries.ts'

/** Items that the filters and the excluded words of a question let through; null: all. */
export type Allowed = ReadonlySet<ItemId> | null

/**
 * One question, parsed and encoded: `ask` makes it, `rank` turns it into a ranking, `describe` turns the ranking into hits.
 * A question is complete: ranking it asks no other process, so no change of model can come between its parts.
 */
export interface Question {
  readonly parsed: ParsedQuery
  readonly allowed: Allowed
  /** Hits at most: 1…1000. */
  readonly limit: number
  /** The person asked for an answer from words alone, so no model was opened. */
  readonly isWordsOnly: boolean
  /** Filters alone, or nothing at all: such a question is ranked by date. */
  readonly isBare: boolean
  /** The oldest items first; of bare questions only. */
  readonly isOldestFirst: boolean
  /** The model that encoded the question, and its galleries; null: words alone rank. */
  readonly model: { readonly active: ActiveModel; readonly galleries: SearchedGalleries } | null
  /** The caption's embedding by the text tower, or that of `like:` a note; null without a caption or a model. */
  readonly text: EncodedText | null
  /** How commonly people photograph what the caption names: see `commonnessOf`; null where that is not known. */
  readonly commonness: number | null
  /** [d] the picture's unit embedding by the image tower, or that of `like:` a photo; null without a picture or a model. */
  readonly picture: Float32Array | null
  /** Items whose content is the picture's, byte for byte. */
  readonly same: readonly ItemId[]
  /** Items that the question names: `same`, or the item of `like:`. What is linked to them is relevant. */
  readonly named: readonly ItemId[]
  /** What tells it from other questions; null where the person can say nothing of its hits. */
  readonly key: string | null
  readonly signal: AbortSignal
}

/** The galleries of one model; null for one that the model cannot have. */
export interface SearchedGalleries {
  get(name: GalleryName): Gallery | null
}
