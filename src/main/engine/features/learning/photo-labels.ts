import { config } from '../../base/config.ts'
import type { ItemId } from '../../base/domain.ts'

/** What says of a photo where it belongs. */
export interface LabelledPhoto {
  readonly itemId: ItemId
  readonly keywords: readonly string[]
  /** The folder it lies in, by any name that is the same for the same folder. */
  readonly folder: string
}

/**
 * One label for each photo: of its tags that at least five of these photos have, the rarest, which says most; else its
 * folder, when as many lie there. Photos with one label are pulled together, so a tag that half of them have would be no help.
 *
 * @returns label of each photo, numbered from 0; −1 for none
 */
export function photoLabels(photos: readonly LabelledPhoto[]): Int32Array {
  const tagsOf = photos.map(({ keywords }) => [...new Set(keywords.map(tag => `tag ${tag.toLowerCase()}`))])
  const counts = new Map<string, number>()
  photos.forEach(({ folder }, i) => {
    for (const name of [...(tagsOf[i] ?? []), `folder ${folder}`]) counts.set(name, (counts.get(name) ?? 0) + 1)
  })
  const count = (name: string): number => counts.get(name) ?? 0
  const isLabel = (name: string): boolean => count(name) >= config.labelPhotos && count(name) <= photos.length / 2

  const numbers = new Map<string, number>()
  return Int32Array.from(photos, ({ folder }, i) => {
    const [tag] = (tagsOf[i] ?? []).filter(isLabel).sort((a, b) => count(a) - count(b) || (a < b ? -1 : 1))
    const name = tag ?? `folder ${folder}`
    if (!isLabel(name)) return -1
    const number = numbers.get(name) ?? numbers.size
    numbers.set(name, number)
    return number
  })
}
