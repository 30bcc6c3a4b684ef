import type { PhotoMetadata } from './domain.ts'

/** The parts of a photo that are text. Fixed, so that a new keyword leaves the description's embedding alone. */
const captionPart = 1
const keywordsPart = 2

/** What was written about a photo, as it is worth encoding: the caption (title and description), and the keywords as a list. */
export function photoTexts({
  title,
  description,
  keywords
}: Pick<PhotoMetadata, 'title' | 'description' | 'keywords'>): {
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
  return [caption, list].filter(({ text }) => text !== '')
}

/** One after the other, unless one says the other already. */
function captionOf(title: string, description: string): string {
  if (title === '' || description.toLowerCase().includes(title.toLowerCase())) return description
  if (description === '' || title.toLowerCase().includes(description.toLowerCase())) return title
  return /[\p{P}]$/u.test(title) ? `${title} ${description}` : `${title}. ${description}`
}
