import type { ItemId, VectorKey } from '../../base/domain.ts'
import { spaceName, type ActiveModel } from '../../base/active-model.ts'
import { Gallery, type GalleryCodes } from '../../stages/search/gallery.ts'
import type { Kernels } from '../../stages/search/kernels.ts'
import { quantiseRun } from '../../stages/search/quantise.ts'
import type { SavedParts } from '../../store/saved-parts.ts'
import type { Store } from '../../store/store.ts'

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
  of(itemId: ItemId, parts?: SavedParts): readonly (VectorKey & { vector: Float32Array; sequence: number })[]
  count(): number
}

interface OpenGallery {
  readonly gallery: Gallery
  readonly rows: Rows
}

/** What a space is searched for. */
export type GalleryName =
  /** Photos, by what they show, in the common space (in the image tower's own where there is no common one). */
  | 'pictures'
  /** Passages and texts about photos in the text tower's own space: what a caption is compared with. */
  | 'texts'
  /** The same texts in the common space: what a picture is compared with. */
  | 'textsForPictures'

/** What of a model decides which vectors its galleries hold. Plain, so that it can be remembered. */
export interface Spaces {
  readonly image: { readonly id: string; readonly dimension: number }
  readonly text: { readonly id: string; readonly dimension: number }
  readonly sharedSpace: boolean
  readonly projector: { readonly id: string; readonly dimension: number } | null
}

const remembered = 'spaces'

/** The galleries of the active model, kept in step with the store. */
export class Galleries {
  readonly #store: Store
  readonly #kernels: Kernels
  #spaces: Spaces | null = null
  /** The ones that were needed so far; null for one that the model cannot have. */
  #open = new Map<GalleryName, OpenGallery | null>()

  constructor(store: Store, kernels: Kernels) {
    this.#store = store
    this.#kernels = kernels
  }

  /** Each gallery of this model is read when it is first needed; what is open already stays when it is the same. */
  use(model: ActiveModel | null): void {
    const spaces = model === null ? null : spacesOf(model)
    if (JSON.stringify(spaces) === JSON.stringify(this.#spaces)) return
    this.#spaces = spaces
    this.#open = new Map()
    if (spaces !== null && JSON.stringify(this.#store.settings.get(remembered)) !== JSON.stringify(spaces))
      this.#store.settings.set(remembered, spaces)
  }

  /**
   * Reads the galleries that a caption needs, of the model that was in use last: while the model itself is still being
   * opened in its own process. Should it turn out to be another one, `use` reads anew.
   */
  prepare(): void {
    if (this.#spaces !== null || this.#store.settings.get('activePack') === null) return
    this.#spaces = (this.#store.settings.get(remembered) as Spaces | undefined) ?? null
    this.get('texts')
    this.get('pictures')
  }

  /** Reads everything anew when it is next needed: after projections were made. */
  reload(): void {
    this.#open = new Map()
  }

  get(name: GalleryName): Gallery | null {
    const known = this.#open.get(name)
    if (known !== undefined) return known?.gallery ?? null
    const opened = this.#spaces === null ? null : this.#openOne(name, this.#spaces)
    this.#open.set(name, opened)
    return opened?.gallery ?? null
  }

  /** Takes over what was saved for these items, parts that are gone included. */
  follow(itemIds: Iterable<ItemId>): void {
    for (const itemId of itemIds) {
      for (const open of this.#open.values()) {
        open?.gallery.remove(itemId)
        open?.gallery.add(open.rows.of(itemId))
      }
    }
  }

  /** The same for some parts of a long note. */
  followParts(itemId: ItemId, parts: SavedParts): void {
    for (const open of this.#open.values()) {
      if (open === null) continue
      const rows = open.rows.of(itemId, parts)
      const kept = new Set(rows.map(({ part }) => part))
      for (let part = parts.from; part < parts.to; part++) if (!kept.has(part)) open.gallery.remove(itemId, part)
      open.gallery.add(rows)
    }
  }

  remove(itemIds: Iterable<ItemId>): void {
    for (const itemId of itemIds) for (const open of this.#open.values()) open?.gallery.remove(itemId)
  }

  #openOne(name: GalleryName, { image, text, sharedSpace, projector }: Spaces): OpenGallery | null {
    if (name === 'texts') return this.#fill(this.#embeddings(text.id), text.dimension, null)
    if (projector !== null) {
      const space = spaceName(projector.id, name === 'pictures' ? 'image' : 'text')
      return this.#fill(this.#projections(space), projector.dimension, space)
    }
    if (name === 'pictures') return this.#fill(this.#embeddings(image.id), image.dimension, null)
    return sharedSpace ? this.#fill(this.#embeddings(text.id), text.dimension, null) : null
  }

  /** @param space  where codes may be sealed; null for spaces that are always read row by row */
  #fill(rows: Rows, dimension: number, space: string | null): OpenGallery {
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
      of: (itemId, parts) => embeddings.of(encoderId, itemId, parts),
      count: () => embeddings.count(encoderId)
    }
  }

  #projections(space: string): Rows {
    const { projections } = this.#store
    return {
      each: after => projections.each(space, after),
      fetch: sequences => projections.fetch(space, sequences),
      of: (itemId, parts) => projections.of(space, itemId, parts),
      count: () => projections.count(space)
    }
  }
}

function spacesOf({ card: { image, text, sharedSpace }, projector }: ActiveModel): Spaces {
  return {
    image: { id: image.id, dimension: image.dimension },
    text: { id: text.id, dimension: text.dimension },
    sharedSpace,
    projector: projector === null ? null : { id: projector.id, dimension: projector.dimension }
  }
}

function concatenate(vectors: readonly Float32Array[]): Float32Array {
  const width = vectors[0]?.length ?? 0
  const all = new Float32Array(vectors.length * width)
  vectors.forEach((vector, i) => all.set(vector, i * width))
  return all
}
