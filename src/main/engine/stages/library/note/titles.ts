import { percentDecoded } from './local-target.ts'

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

/** A day with the time directly behind it, as programs name notes; or with dots, the day first. */
const stamp = /^(?:\d{4}[-_.]?\d{2}[-_.]?\d{2}(?:[-_.T]?\d{4}(?:\d{2})?)?|\d{1,2}\.\d{1,2}\.\d{4})[-_. ]+(?=\S)/

/** Notion's exports put the id of a page behind its title. */
const notionId = /(?<=\S) [0-9a-f]{32}(?:_all)?$/

/**
 * `2021-05-03-the_first-hedgehog.md` → `The first hedgehog`. A name that is only a date stays one, and one that Logseq wrote is that of
 * its page: `projects___roof.md` → `projects/roof`.
 */
export function titleFromFileName(name: string): string {
  const stem = name.replace(/(?:\.excalidraw)?\.[A-Za-z0-9]{1,9}$/, '').replace(notionId, '')
  const page = /[^_]___[^_]|%2F/i.test(stem) ? cleanTitle(percentDecoded(stem.replaceAll('___', '/'))) : null
  if (page !== null) return page
  const words = stem
    // denote: `20210503T142200==1a--roof-and-walls__house_repair`
    .replace(/^(\d{8}T\d{6})(?:==[\p{L}\p{N}=]{0,40})?--(.+?)(?:__[\p{L}\p{N}_]{0,200})?$/u, '$1 $2')
    .replace(stamp, '')
  // Somebody who writes spaces means the hyphens.
  const readable = words.includes(' ') ? words : words.replace(/[-_]+/g, ' ')
  const isDate = /^[\d ]*$/.test(readable)
  const title = cleanTitle(isDate ? stem : readable) ?? cleanTitle(name) ?? 'Untitled'
  return title.charAt(0).toUpperCase() + title.slice(1)
}
