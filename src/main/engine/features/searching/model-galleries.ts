import { spaceName, type ActiveModel } from '../../base/active-model.ts'
import type { ItemId } from '../../base/domain.ts'
import { giveWay } from '../../base/give-way.ts'
import type { Gallery } from '../../stages/search/gallery.ts'
import type { Kernels } from '../../stages/search/kernels.ts'
import type { SavedParts } from '../../store/saved-parts.ts'
import type { Store } from '../../store/store.ts'
import { embeddingRows, projectionRows, type GalleryRows } from './gallery-rows.ts'
import { emptyGallery, fillGallery, type GallerySource } from './open-gallery.ts'

/** What a gallery holds. */
export type GalleryName =
  /** Photos, by what they show, in the common space (in the image tower's own where there is no common one). */
  | 'pictures'
  /** The same photos in the image tower's own space: what a picture from outside is compared with, to find its notes. */
  | 'likeness'
  /** Passages and texts about photos in the text tower's own space: what a caption is compared with. */
  | 'texts'
  /** The same texts in the common space: what a picture is compared with. */
  | 'textsForPictures'

/** Which vectors the galleries of a model hold. Plain data, so that the settings can keep it. */
export interface Spaces {
  readonly image: { readonly id: string; readonly dimension: number }
  readonly text: { readonly id: string; readonly dimension: number }
  readonly sharedSpace: boolean
  readonly projector: { readonly id: string; readonly dimension: number } | null
}

export function spacesOf({ card: { image, text, sharedSpace }, projector }: ActiveModel): Spaces {
  return {
    image: { id: image.id, dimension: image.dimension },
    text: { id: text.id, dimension: text.dimension },
    sharedSpace,
    projector: projector === null ? null : { id: projector.id, dimension: projector.dimension }
  }
}

interface OpenGallery {
  readonly gallery: Gallery
  readonly rows: GalleryRows
  /** What is still to be read; null once it is complete. */
  steps: Iterator<void> | null
}

/** In the order in which they are read ahead: what a caption needs comes first. */
const names: readonly GalleryName[] = ['texts', 'pictures', 'likeness', 'textsForPictures']

/**
 * The galleries of one model. Each is read from the store when it is first needed, or ahead, and follows the store from its first row
 * on.
 */
export class ModelGalleries {
  readonly spaces: Spaces
  readonly #store: Store
  readonly #kernels: Kernels
  /** Galleries that were begun so far; null for one that the model cannot have. */
  readonly #open = new Map<GalleryName, OpenGallery | null>()

  constructor(spaces: Spaces, store: Store, kernels: Kernels) {
    this.spaces = spaces
    this.#store = store
    this.#kernels = kernels
  }

  /** @returns null for a gallery that the model cannot have */
  get(asked: GalleryName): Gallery | null {
    const opened = this.#begun(asked)
    while (opened !== null && !readStep(opened));
    return opened?.gallery ?? null
  }

  /** Reads all galleries, a step in each turn of the event loop, so that no question has to wait for them. */
  async readAhead(signal: AbortSignal): Promise<void> {
    for (const name of names) {
      do await giveWay()
      while (!signal.aborted && !readStep(this.#begun(name)))
    }
  }

  #begun(asked: GalleryName): OpenGallery | null {
    const name = asked === 'likeness' && this.spaces.projector === null ? 'pictures' : asked
    const known = this.#open.get(name)
    if (known !== undefined) return known
    const source = this.#sourceOf(name)
    let opened: OpenGallery | null = null
    if (source !== null) {
      const gallery = emptyGallery(source, this.#kernels)
      opened = { gallery, rows: source.rows, steps: fillGallery(gallery, source, this.#store) }
    }
    this.#open.set(name, opened)
    return opened
  }

  /** Replaces all rows of these items by what the store holds now. */
  follow(itemIds: Iterable<ItemId>): void {
    for (const itemId of itemIds) {
      for (const open of this.#open.values()) {
        open?.gallery.remove(itemId)
        open?.gallery.add(open.rows.of(itemId))
      }
    }
  }

  /** Replaces the rows of some parts of a long note. */
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

  #sourceOf(name: GalleryName): GallerySource | null {
    const { image, text, sharedSpace, projector } = this.spaces
    const embeddings = ({ id, dimension }: Spaces['text']): GallerySource => ({
      rows: embeddingRows(id, this.#store),
      dimension,
      space: null
    })
    if (name === 'texts') return embeddings(text)
    // Read ahead for a question that few ask: its codes are enough, and a hundred exact vectors are fetched.
    if (name === 'likeness') return { ...embeddings(image), exactBytes: 0 }
    if (projector !== null) {
      const space = spaceName(projector.id, name === 'pictures' ? 'image' : 'text')
      return { rows: projectionRows(space, this.#store), dimension: projector.dimension, space }
    }
    if (name === 'pictures') return embeddings(image)
    return sharedSpace ? embeddings(text) : null
  }
}

/** Reads a step more. @returns whether that was all */
function readStep(opened: OpenGallery | null): boolean {
  if (opened?.steps?.next().done === true) opened.steps = null
  return opened?.steps == null
}
