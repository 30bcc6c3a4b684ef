import { randomUUID } from 'node:crypto'
import { config } from './config.ts'
import type { Input, OpenedImage } from './contract.ts'
import { EngineError } from './errors.ts'
import type { Store } from './store/store.ts'
import type { PictureOutput } from './workers/encoder-api.ts'
import type { EncoderProcess } from './workers/encoder-process.ts'

interface Kept {
  readonly opened: OpenedImage
  readonly picture: PictureOutput
  /** The model that encoded it: after a change of model it is encoded again. */
  readonly modelKey: string | null
  readonly source: { readonly bytes: Uint8Array } | { readonly path: string }
}

/** Pictures from outside that a query can name: decoded and encoded once, the latest few kept in memory, never stored. */
export class OpenedImages {
  readonly #store: Store
  readonly #encoder: Pick<EncoderProcess, 'openPicture'>
  readonly #kept = new Map<string, Kept>()

  constructor(store: Store, encoder: Pick<EncoderProcess, 'openPicture'>) {
    this.#store = store
    this.#encoder = encoder
  }

  /** @throws EngineError bad-input with the reason when it is no picture that can be read */
  async open(input: Input<'openImage'>, modelKey: string | null, signal: AbortSignal): Promise<OpenedImage> {
    const source = 'itemId' in input ? { path: this.#pathOf(input.itemId) } : input
    const picture = await this.#read(source, signal)
    const opened: OpenedImage = {
      imageId: randomUUID(),
      widthPx: picture.widthPx,
      heightPx: picture.heightPx,
      thumbnail: picture.thumbnail,
      itemId: this.#store.items.findContent(picture.contentHash)[0] ?? null
    }
    this.#keep({ opened, picture, modelKey, source })
    return opened
  }

  /** @throws EngineError not-found when it was opened too long ago */
  async get(imageId: string, modelKey: string | null, signal: AbortSignal): Promise<PictureOutput> {
    const kept = this.#kept.get(imageId)
    if (kept === undefined) throw new EngineError('not-found', 'This picture is no longer open. Drop it again.')
    if (kept.modelKey === modelKey) return kept.picture
    const picture = await this.#read(kept.source, signal)
    this.#keep({ ...kept, picture, modelKey })
    return picture
  }

  #pathOf(itemId: number): string {
    const item = this.#store.items.get(itemId)
    if (item?.kind !== 'photo') throw new EngineError('not-found', 'This photo is no longer in the library.')
    return item.path
  }

  async #read(source: Kept['source'], signal: AbortSignal): Promise<PictureOutput> {
    const picture = await this.#encoder.openPicture(source, signal)
    if ('kind' in picture) throw new EngineError('bad-input', picture.reason, { failure: picture.code })
    return picture
  }

  #keep(kept: Kept): void {
    this.#kept.delete(kept.opened.imageId)
    this.#kept.set(kept.opened.imageId, kept)
    const oldest = this.#kept.keys().next()
    if (this.#kept.size > config.openedImages && !oldest.done) this.#kept.delete(oldest.value)
  }
}
