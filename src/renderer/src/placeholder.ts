import { thumbHashToDataURL } from 'thumbhash'

/** A screen or two of tiles comes and goes while scrolling; more than this is not worth its memory. */
const MOST_KEPT = 600
const kept = new Map<string, string>()

/**
 * The blurred picture that stands in a tile until its photo has come, as CSS names a picture: put together here, it is one
 * string however often the photo is shown. `thumbhash` is base64.
 */
export function placeholderImage(thumbhash: string): string {
  const known = kept.get(thumbhash)
  if (known !== undefined) return known
  const image = `url(${thumbHashToDataURL(Uint8Array.from(atob(thumbhash), character => character.charCodeAt(0)))})`
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(thumbhash, image)
  return image
}
