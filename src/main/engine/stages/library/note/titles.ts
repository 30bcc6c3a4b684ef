/** Longer than this is no title but a paragraph. UTF-16 units. */
const longestTitle = 200

/** One line without markup's whitespace and controls; null when nothing is left. */
export function cleanTitle(written: string | null | undefined): string | null {
  // eslint-disable-next-line no-control-regex -- a title shows on one line
  const title = (written ?? '').replace(/[\s\0-\x1f\x7f]+/g, ' ').trim()
  if (title === '') return null
  if (title.length <= longestTitle) return title.toWellFormed()
  const cut = title.slice(0, longestTitle)
  return `${cut
    .slice(0, Math.max(cut.lastIndexOf(' '), longestTitle / 2))
    .toWellFormed()
    .replace(/\ufffd$/, '')}…`
}

/** `2021-05-03-the_first-hedgehog.md` → `The first hedgehog`. A name that is only a date stays one. */
export function titleFromFileName(name: string): string {
  const stem = name.replace(/\.[A-Za-z0-9]{1,9}$/, '')
  const words = stem.replace(/^\d{4}[-_.]?\d{2}[-_.]?\d{2}[-_. ]+/, '')
  // Somebody who writes spaces means the hyphens.
  const readable = words.includes(' ') ? words : words.replace(/[-_]+/g, ' ')
  const isDate = /^[\d ]*$/.test(readable)
  const title = cleanTitle(isDate ? stem : readable) ?? cleanTitle(name) ?? 'Untitled'
  return title.charAt(0).toUpperCase() + title.slice(1)
}
