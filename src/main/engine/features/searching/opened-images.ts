import { randomUUID } from 'node:crypto'
import { config } from '../../base/config.ts'
import type { Input } from '../../../../shared/contract.ts'
import type { OpenedImage } from '../../../../shared/searching.ts'
import type { ReadFailure } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import type { Store } from '../../store/store.ts'
import type { PictureOutput } from '../../workers/encoder-api.ts'
import type { EncoderProcess } from '../../workers/encoder-process.ts'

interface Kept {
  readonly opened: OpenedImage
  readonly picture: PictureOutput
  /** The model that encoded the picture; null: none did. Another model encodes the picture again. */
  readonly modelKey: string | null
  readonly source: { readonly bytes: Uint8Array } | { readonly path: string }
}

/** Pictures that a query can name: decoded and encoded once, the last `config.openedImages` held in memory, none stored. */
export class OpenedImages {
  readonly #store: Store
  readonly #encoder: Pick<EncoderProcess, 'openPicture'>
  readonly #kept = new Map<string, Kept>()

  constructor(store: Store, encoder: Pick<EncoderProcess, 'openPicture'>) {
    this.#store = store
    this.#encoder = encoder
  }

  /**
   * Decodes a picture, and encodes it with the model in use.
   * @param modelKey  of the model in use; null without one
   * @throws EngineError bad-input with the reason why the picture cannot be read; not-found for an item that is no photo
   */
  async open(input: Input<'openImage'>, modelKey: string | null, signal: AbortSignal): Promise<OpenedImage> {
    const { source, picture } = await this.#opened(input, signal)
    const opened: OpenedImage = {
      imageId: randomUUID(),
      widthPx: picture.widthPx,
      heightPx: picture.heightPx,
      thumbnail: picture.thumbnail,
      itemId: 'itemId' in input ? input.itemId : (this.#store.items.findContent(picture.contentHash)[0] ?? null)
    }
    this.#keep({ opened, picture, modelKey, source })
    return opened
  }

  /**
   * An opened picture, as the model with this key encodes it.
   * @throws EngineError not-found when later pictures have taken its place; bad-input when its file can no longer be read
   */
  async get(imageId: string, modelKey: string | null, signal: AbortSignal): Promise<PictureOutput> {
    const kept = this.#known(imageId)
    if (kept.modelKey === modelKey) return kept.picture
    const picture = await this.#read(kept.source, signal)
    this.#keep({ ...kept, picture, modelKey })
    return picture
  }

  /** sha256 of an opened picture, hex. @throws EngineError not-found when later pictures have taken its place */
  contentOf(imageId: string): string {
    return this.#known(imageId).picture.contentHash
  }

  #known(imageId: string): Kept {
    const kept = this.#kept.get(imageId)
    if (kept === undefined) throw new EngineError('not-found', 'This picture is no longer open. Drop it again.')
    return kept
  }

  /** Of a photo of the library whose file cannot be reached, the thumbnail is opened instead. */
  async #opened(input: Input<'openImage'>, signal: AbortSignal): Promise<Pick<Kept, 'source' | 'picture'>> {
    if (!('itemId' in input)) return { source: input, picture: await this.#read(input, signal) }
    const source = { path: this.#pathOf(input.itemId) }
    const picture = await this.#encoder.openPicture(source, signal)
    if (!('kind' in picture)) return { source, picture }
    const bytes = this.#store.thumbnails.get(input.itemId)
    if (bytes === undefined || picture.code !== 'cannot-open') throw refusal(picture)
    return { source: { bytes }, picture: await this.#read({ bytes }, signal) }
  }

  #pathOf(itemId: number): string {
    const item = this.#store.items.get(itemId)
    if (item?.kind !== 'photo') throw new EngineError('not-found', 'This photo is no longer in the library.')
    return item.path
  }

  async #read(source: Kept['source'], signal: AbortSignal): Promise<PictureOutput> {
    const picture = await this.#encoder.openPicture(source, signal)
    if ('kind' in picture) throw refusal(picture)
    return picture
  }

  #keep(kept: Kept): void {
    this.#kept.delete(kept.opened.imageId)
    this.#kept.set(kept.opened.imageId, kept)
    const oldest = this.#kept.keys().next()
    if (this.#kept.size > config.openedImages && !oldest.done) this.#kept.delete(oldest.value)
  }
}

function refusal({ code, reason }: ReadFailure): EngineError {
  return new EngineError('bad-input', reason, { failure: code })
}
