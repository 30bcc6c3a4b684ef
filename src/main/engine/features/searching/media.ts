import { config } from '../../base/config.ts'
import type { Store } from '../../store/store.ts'
import type { EncoderProcess } from '../../workers/encoder-process.ts'

export interface Media {
  readonly type: 'image/jpeg'
  readonly bytes: Uint8Array
}

/**
 * A picture for the page, always a JPEG that the encoder process made: the window never decodes a file from the library
 * itself, so every format shows, upright and within the limits, and a hostile file meets one decoder in one process.
 * @returns null when there is no such photo, or its file cannot be read now
 */
export async function media(
  itemId: number,
  size: 'thumbnail' | 'photo',
  store: Store,
  pictures: Pick<EncoderProcess, 'render'>
): Promise<Media | null> {
  const item = store.items.get(itemId)
  if (item?.kind !== 'photo') return null
  const thumbnail = store.thumbnails.get(itemId)
  if (size === 'thumbnail' && thumbnail !== undefined) return { type: 'image/jpeg', bytes: thumbnail }
  // One that waits to be read anew is still found, and so still shown.
  if (item.status === 'failed') return null
  const rendered = await pictures.render(item.path, size === 'thumbnail' ? config.thumbnailPx : config.previewPx)
  if ('kind' in rendered) return null
  return { type: 'image/jpeg', bytes: rendered }
}
