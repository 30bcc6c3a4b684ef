import type { ItemId, VectorKey } from '../../base/domain.ts'
import type { SavedParts } from '../../store/saved-parts.ts'
import type { Store } from '../../store/store.ts'

/** The rows of one gallery, from the table that the store keeps them in. */
export interface GalleryRows {
  /** In the order of their sequence. */
  each(afterSequence?: number): Iterable<StoredRow>
  /** Unit vectors [n, k], in the order of `sequences`. */
  fetch(sequences: readonly number[]): Float32Array
  of(itemId: ItemId, parts?: SavedParts): readonly StoredRow[]
  count(): number
}

interface StoredRow extends VectorKey {
  /** [k] unit */
  readonly vector: Float32Array
  readonly sequence: number
}

/** The embeddings of one tower. */
export function embeddingRows(encoderId: string, { embeddings }: Store): GalleryRows {
  return {
    each: after => embeddings.each(encoderId, after),
    fetch: sequences => embeddings.fetch(encoderId, sequences),
    of: (itemId, parts) => embeddings.of(encoderId, itemId, parts),
    count: () => embeddings.count(encoderId)
  }
}

/** The projections of one tower by one projector. */
export function projectionRows(space: string, { projections }: Store): GalleryRows {
  return {
    each: after => projections.each(space, after),
    fetch: sequences => projections.fetch(space, sequences),
    of: (itemId, parts) => projections.of(space, itemId, parts),
    count: () => projections.count(space)
  }
}
