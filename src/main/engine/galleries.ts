import type { ItemId, VectorKey } from './domain.ts'
import type { ActiveModel } from './models.ts'
import { Gallery, type GalleryCodes } from './search/gallery.ts'
import type { Kernels } from './search/kernels.ts'
import { quantiseRun } from './search/quantise.ts'
import type { Store } from './store/store.ts'

/**
 * Above this many rows a gallery is opened from sealed codes, and exact vectors are fetched from the store: reading every
 * float32 row would take seconds. (131,072 rows of 256 dimensions are 128 MiB, what a gallery holds in memory.)
 */
const sealedAbove = 131_072
const rowsInChunk = 4096

/** Rows of one space, wherever the store keeps them. */
interface Rows {
  each(afterSequence?: number): Iterable<VectorKey & { vector: Float32Array; sequence: number }>
  fetch(sequences: readonly number[]): Float32Array
  of(itemId: ItemId): readonly (VectorKey & { vector: Float32Array; sequence: number })[]
  count(): number
}

/** What a space is searched for. */
export type GalleryName =
  /** Photos, by what they show, in the common space (in the image tower's own where there is no common one). */
  | 'pictures'
  /** Passages and texts about photos in the text tower's own space: what a caption is compared with. */
  | 'texts'
  /** The same texts in the common space: what a picture is compared with. */
  | 'textsForPictures'

/** The galleries of the active model, kept in step with the store. */
export class Galleries {
  readonly #store: Store
  readonly #kernels: Kernels
  #open = new Map<GalleryName, { gallery: Gallery; rows: Rows }>()
  #load: (() => void) | null = null

  constructor(store: Store, kernels: Kernels) {
    this.#store = store
    this.#kernels = kernels
  }

  /** Forgets what is there; the galleries of this model are read when they are first needed. */
  use(model: ActiveModel | null): void {
    this.#open = new Map()
    this.#load = model === null ? null : () => this.#openAll(model)
  }

  get(name: GalleryName): Gallery | null {
    this.#load?.()
    return this.#open.get(name)?.gallery ?? null
  }

  /** Takes over what was saved for these items, parts that are gone included. */
  follow(itemIds: Iterable<ItemId>): void {
    if (this.#load !== null) return
    for (const itemId of itemIds) {
      for (const { gallery, rows } of this.#open.values()) {
        gallery.remove(itemId)
        gallery.add(rows.of(itemId))
      }
    }
  }

  remove(itemIds: Iterable<ItemId>): void {
    for (const itemId of itemIds) for (const { gallery } of this.#open.values()) gallery.remove(itemId)
  }

  #openAll(model: ActiveModel): void {
    this.#load = null
    const { card, projector } = model
    const dimension = projector?.dimension
    const pictures = projector === null ? this.#embeddings(card.image.id) : this.#projections(model.space('image'))
    this.#open.set(
      'pictures',
      this.#fill(pictures, dimension ?? card.image.dimension, projector === null ? null : model.space('image'))
    )
    this.#open.set('texts', this.#fill(this.#embeddings(card.text.id), card.text.dimension, null))
    if (projector !== null)
      this.#open.set(
        'textsForPictures',
        this.#fill(this.#projections(model.space('text')), projector.dimension, model.space('text'))
      )
    else if (card.sharedSpace)
      this.#open.set('textsForPictures', this.#open.get('texts') as { gallery: Gallery; rows: Rows })
  }

  /** @param space  where codes may be sealed; null for spaces that are always read row by row */
  #fill(rows: Rows, dimension: number, space: string | null): { gallery: Gallery; rows: Rows } {
    const gallery = new Gallery({ kernels: this.#kernels, dimension, fetch: sequences => rows.fetch(sequences) })
    let after = 0
    if (space !== null && rows.count() > sealedAbove) {
      after = this.#seal(space, rows, dimension)
      const keys = this.#store.projections.keys(space)
      for (const chunk of this.#store.projections.chunks(space)) gallery.addCodes(chunk, keys)
    }
    gallery.add(rows.each(after))
    return { gallery, rows }
  }

  /** Codes what came since the last sealed run, a whole chunk at a time. @returns the last sequence that is sealed */
  #seal(space: string, rows: Rows, dimension: number): number {
    const { projections } = this.#store
    let last = 0
    for (const { sequences } of projections.chunks(space)) last = sequences.at(-1) ?? last
    let pending: { sequence: number; vector: Float32Array }[] = []
    for (const { sequence, vector } of rows.each(last)) {
      pending.push({ sequence, vector })
      if (pending.length < rowsInChunk) continue
      const chunk: GalleryCodes = {
        sequences: Float64Array.from(pending, row => row.sequence),
        ...quantiseRun(concatenate(pending.map(row => row.vector)), dimension)
      }
      projections.saveChunk(space, chunk)
      last = sequence
      pending = []
    }
    return last
  }

  #embeddings(encoderId: string): Rows {
    const { embeddings } = this.#store
    return {
      each: after => embeddings.each(encoderId, after),
      fetch: sequences => embeddings.fetch(encoderId, sequences),
      of: itemId => embeddings.of(encoderId, itemId),
      count: () => embeddings.count(encoderId)
    }
  }

  #projections(space: string): Rows {
    const { projections } = this.#store
    return {
      each: after => projections.each(space, after),
      fetch: sequences => projections.fetch(space, sequences),
      of: itemId => projections.of(space, itemId),
      count: () => projections.count(space)
    }
  }
}

function concatenate(vectors: readonly Float32Array[]): Float32Array {
  const width = vectors[0]?.length ?? 0
  const all = new Float32Array(vectors.length * width)
  vectors.forEach((vector, i) => all.set(vector, i * width))
  return all
}
