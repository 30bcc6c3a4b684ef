import type { PhotoReading } from '../../base/domain.ts'
import { photoTexts } from '../../base/photo-texts.ts'
import { mergedTags } from '../../store/own-words.ts'
import type { Store } from '../../store/store.ts'
import type { OwnWords } from '../../../../shared/items.ts'
import type { LibraryEncoder } from '../../workers/encoder-process.ts'
import type { ReadItem } from './read-files.ts'

/**
 * Encodes what the person said of photos that were read. Their files know nothing of it, so the encoder process, which read
 * them, has not encoded it.
 */
export async function withOwnTexts(
  read: readonly ReadItem[],
  store: Store,
  encoder: LibraryEncoder,
  signal: AbortSignal
): Promise<readonly ReadItem[]> {
  const completed: ReadItem[] = []
  for (const one of read) {
    const { reading } = one.output
    const own = reading.kind === 'photo' ? store.ownWords.after(one.item, reading.contentHash) : undefined
    if (own === undefined || reading.kind !== 'photo') {
      completed.push(one)
      continue
    }
    const ofFile = new Map(photoTexts(reading.metadata).map(({ part, text }) => [part, text]))
    const wanted = textsWith(reading, own)
    const others = wanted.filter(({ part, text }) => ofFile.get(part) !== text)
    const encoded = await encoder.encodeTexts(
      others.map(({ text }) => text),
      signal
    )
    const kept = one.output.texts.filter(
      text => wanted.some(({ part }) => part === text.part) && !isOneOf(text, others)
    )
    const added = others.flatMap(({ part }, i) => (encoded[i] == null ? [] : [{ part, ...encoded[i] }]))
    completed.push({ ...one, output: { ...one.output, texts: [...kept, ...added] }, own: JSON.stringify(own) })
  }
  return completed
}

/** Whether the texts of a photo that was read are still those that were encoded: the person may have said something meanwhile. */
export function isSaidAsEncoded(one: ReadItem, store: Store): boolean {
  const { reading } = one.output
  if (reading.kind !== 'photo') return true
  const own = store.ownWords.after(one.item, reading.contentHash)
  return (own === undefined ? undefined : JSON.stringify(own)) === one.own
}

function textsWith({ metadata }: PhotoReading, own: OwnWords): readonly { part: number; text: string }[] {
  return photoTexts({ ...metadata, keywords: mergedTags(metadata.keywords, own), caption: own.caption })
}

function isOneOf(text: { readonly part: number }, others: readonly { readonly part: number }[]): boolean {
  return others.some(({ part }) => part === text.part)
}
