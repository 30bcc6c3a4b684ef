import type { ActiveModel } from '../../base/active-model.ts'
import type { ItemId } from '../../base/domain.ts'
import type { Kernels } from '../../stages/search/kernels.ts'
import type { SavedParts } from '../../store/saved-parts.ts'
import type { Store } from '../../store/store.ts'
import { ModelGalleries, spacesOf, type Spaces } from './model-galleries.ts'

/** The setting that keeps which galleries the model in use had, for the next start. */
const setting = 'spaces'

/** The galleries of the model in use. */
export class Galleries {
  readonly #store: Store
  readonly #kernels: Kernels
  #now: ModelGalleries | null = null
  /** Reads ahead; null while nobody asked for that. */
  #ahead: { readonly of: ModelGalleries | null; readonly end: AbortController } | null = null
  #failed: (error: unknown) => void = () => undefined

  constructor(store: Store, kernels: Kernels) {
    this.#store = store
    this.#kernels = kernels
  }

  /** null while no model is in use. Another model gets other galleries: these stay those of this model. */
  get now(): ModelGalleries | null {
    return this.#now
  }

  /** Galleries of a model that searches the same vectors as the one before are kept. */
  use(model: ActiveModel | null): void {
    const spaces = model === null ? null : spacesOf(model)
    if (isSame(spaces, this.#now?.spaces ?? null)) return
    this.#open(spaces)
    if (spaces !== null && !isSame(spaces, this.#remembered())) this.#store.settings.set(setting, spaces)
  }

  /**
   * Reads the galleries that a caption needs, those of the model that was in use last, while the model itself is still being
   * opened in its own process. `use` replaces them if another model is opened.
   */
  prepare(): void {
    if (this.#now !== null || this.#store.settings.get('activePack') === null) return
    const galleries = this.#open(this.#remembered())
    galleries?.get('texts')
    galleries?.get('pictures')
  }

  /** Has every gallery read anew when it is next needed: after projections were made. */
  reload(): void {
    this.#open(this.#now?.spaces ?? null)
    if (this.#ahead !== null) this.readAhead(this.#failed)
  }

  /** From now on the galleries of the model in use are read before anybody asks. @param failed  hears of a store that cannot be read */
  readAhead(failed: (error: unknown) => void): void {
    this.#failed = failed
    if (this.#ahead !== null && this.#ahead.of === this.#now) return
    this.#ahead?.end.abort()
    const end = new AbortController()
    this.#ahead = { of: this.#now, end }
    this.#now?.readAhead(end.signal).catch(failed)
  }

  /** Reads nothing ahead any more. */
  close(): void {
    this.#ahead?.end.abort()
    this.#ahead = null
  }

  /** As `ModelGalleries.follow`. */
  follow(itemIds: Iterable<ItemId>): void {
    this.#now?.follow(itemIds)
  }

  /** As `ModelGalleries.followParts`. */
  followParts(itemId: ItemId, parts: SavedParts): void {
    this.#now?.followParts(itemId, parts)
  }

  remove(itemIds: Iterable<ItemId>): void {
    this.#now?.remove(itemIds)
  }

  #open(spaces: Spaces | null): ModelGalleries | null {
    this.#now = spaces === null ? null : new ModelGalleries(spaces, this.#store, this.#kernels)
    return this.#now
  }

  #remembered(): Spaces | null {
    return (this.#store.settings.get(setting) as Spaces | undefined) ?? null
  }
}

function isSame(a: Spaces | null, b: Spaces | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
