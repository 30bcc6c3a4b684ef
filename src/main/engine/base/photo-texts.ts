import type { PhotoMetadata } from './domain.ts'

/** The parts of a photo that are text. Fixed, so that a new keyword leaves the description's embedding alone. */
const captionPart = 1
const keywordsPart = 2
const ownPart = 3

/**
 * What was written about a photo, as it is worth encoding: the file's caption (title and description), the keywords as a list,
 * and the person's own caption, which adds to the file's and takes nothing of it away.
 */
export function photoTexts({
  title,
  description,
  keywords,
  caption: own = null
}: Pick<PhotoMetadata, 'title' | 'description' | 'keywords'> & { readonly caption?: string | null }): {
  part: number
  text: string
}[] {
  const caption = { part: captionPart, text: captionOf((title ?? '').trim(), (description ?? '').trim()) }
  const list = {
    part: keywordsPart,
    text: keywords
      .map(keyword => keyword.trim())
      .filter(Boolean)
      .join(', ')
  }
  // A sidecar that Reverie wrote has the file say the same: one text is enough.
  const said = { part: ownPart, text: own !== null && !caption.text.includes(own) ? own : '' }
  return [caption, list, said].filter(({ text }) => text !== '')
}

/** One after the other, unless one says the other already. */
function captionOf(title: string, description: string): string {
  if (title === '' || description.toLowerCase().includes(title.toLowerCase())) return description
  if (description === '' || title.toLowerCase().includes(description.toLowerCase())) return title
  return /[\p{P}]$/u.test(title) ? `${title} ${description}` : `${title}. ${description}`
}
