import { maskCharacter } from './wikilinks.ts'

/** What a page of Logseq says of itself in its first block: `title:: …`, `alias:: …`, `tags:: …`. */
export interface PageProperties {
  readonly title: string | null
  readonly aliases: readonly string[]
  readonly tags: readonly string[]
  /** What is no text of the page: ranges [start, end) of the note, ascending. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[]
}

/** A page has a few. */
const mostProperties = 50

const property = /^((?:[-*+][ \t]+|[ \t]+)?)([\p{L}][\p{L}\p{N}_.-]{0,60})::[ \t]+(\S.*?)[ \t]*$/u

const isNoWord = /^(?:true|false|[\d.]+)$/i

/**
 * The properties that a page begins with. Title and tags are said apart from its text; of an alias and of any other property the
 * value stays to be read.
 *
 * @param from  where the text begins, behind front matter
 * @see https://docs.logseq.com/#/page/properties
 */
export function pageProperties(text: string, from: number): PageProperties {
  const found = { title: null as string | null, aliases: [] as string[], tags: [] as string[] }
  const ranges: { start: number; end: number }[] = []
  let at = from
  for (let i = 0; i < mostProperties; i++) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    const line = text.slice(at, Math.min(end, at + 2000)).replace(/\r$/, '')
    const [, before = '', key = '', value = ''] = property.exec(line) ?? []
    // A second bullet is another block.
    if (key === '' || (ranges.length > 0 && /[-*+]/.test(before))) {
      if (line.trim() !== '' || ranges.length > 0 || newline < 0) break
    } else {
      const start = at + before.length
      const name = key.toLowerCase()
      if (name === 'title') found.title ??= unlinked(value)
      if (/^alias(?:es)?$/.test(name)) found.aliases.push(...listed(value))
      if (/^(?:page-)?tags?$/.test(name)) found.tags.push(...listed(value))
      const isSaidApart = /^(?:title|(?:page-)?tags?|icon|public|template)$/.test(name) || isNoWord.test(value)
      ranges.push({
        start,
        end: isSaidApart ? at + line.length : start + line.slice(before.length).indexOf(value, key.length)
      })
    }
    if (newline < 0) break
    at = newline + 1
  }
  return { ...found, ranges }
}

/** `[[a, b]], #c, d`. */
function listed(value: string): string[] {
  return [...value.matchAll(/\[\[([^[\]]+)\]\]|([^,[\]]+)/g)]
    .map(([, page, plain]) => (page ?? plain ?? '').trim().replace(/^#\s*/, ''))
    .filter(name => name !== '')
}

function unlinked(value: string): string {
  return value.replace(/^\[\[([^[\]]+)\]\]$/, '$1')
}

/** The text with ranges of it taken from what is read; every offset stays. */
export function withoutRanges(text: string, ranges: PageProperties['ranges']): string {
  let made = ''
  let done = 0
  for (const { start, end } of ranges) {
    made += text.slice(done, start) + maskCharacter.repeat(end - start)
    done = end
  }
  return made + text.slice(done)
}
