import { isPictureName, localTarget, wikiTarget } from './local-target.ts'
import type { FoundLink } from './note-source.ts'

/**
 * What Markdown does not know: `[[wikilinks]]`, `![[embeds]]`, Obsidian's `%% comments %%` and callout marks, and the
 * shortcodes of Hugo and Jekyll. They are found before parsing, and their markup is overwritten with a character that
 * Markdown takes for a letter and no note uses, so that every offset stays: what is left of `[[note|alias]]` is `alias`.
 */
export interface Masked {
  /** As long as the source. */
  readonly text: string
  readonly finds: readonly Find[]
}

export interface Find {
  readonly start: number
  readonly end: number
  /** null: a comment. */
  readonly link: FoundLink | null
  /** `#[[of several words]]`. */
  readonly tag?: string
}

/** From Unicode's private use area. */
export const maskCharacter = '\ue000'

const patterns = [
  String.raw`(?<wiki>[!#]?\[\[(?<target>[^[\]|\n]{0,500}?)(?<alias>\\?\|[^[\]\n]{0,500})?\]\])`,
  // Addresses with spaces or with a size behind them, which editors accept: `![A shed](My Photo.jpg =300x200)`.
  String.raw`(?<loose>!?\[(?<looseText>[^[\]\n]{0,500})\]\(\s*(?<looseAddress>[^()<>"\n]{1,500}?\.[A-Za-z0-9]{2,8})(?<looseSize>\s+=\d{0,5}%?(?:x\d{0,5}%?)?)?(?:\s+"[^"\n]{0,300}")?\s*\))`,
  // Attributes behind a picture or a link, as Logseq, kramdown and pandoc write them; a title in them is a person's words.
  String.raw`(?<attributes>(?<=\]\([^()\n]{0,500}\)|\]\])\{(?![^{}\n]{0,300}\b(?:title|alt|caption)=)[^{}\n]{0,300}\})`,
  String.raw`(?<hugo>\{\{[<%]\s*\/?\s*(?<hugoName>[\w/.-]{1,50})(?<hugoRest>[^{}]{0,2000}?)[>%]\}\})`,
  String.raw`(?<jekyll>\{%-?\s*(?<jekyllName>[\w.-]{1,50})(?<jekyllRest>[^{}]{0,2000}?)-?%\})`,
  // Logseq: references to blocks, what it keeps of a block for itself, its clock, its queries, and macros around a page or an address.
  String.raw`(?<reference>(?<!\]\()\(\([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\)\))`,
  String.raw`(?<kept>(?<=^[ \t]*(?:[-*+][ \t]+)?)(?:id::[ \t]*[0-9a-f-]{36}|(?:collapsed|heading|background-color|created-at|updated-at|filters|exclude-from-graph-view|ls-type|file-path|(?:logseq\.|query-|card-|hl-)[\w.-]{1,60})::[^\r\n]{0,2000})[ \t]*$)`,
  String.raw`(?<clock>^[ \t]*:LOGBOOK:[^]{0,5000}?^[ \t]*:END:[ \t]*$)`,
  String.raw`(?<query>\{\{(?:query|renderer|function|namespace|video|youtube|youtube-timestamp|vimeo|bilibili|tweet|twitter|zotero[\w-]{0,30})\b[^{}]{0,2000}\}\}|#\+BEGIN_QUERY\b[^]{0,5000}?#\+END_QUERY)`,
  String.raw`(?<macro>\{\{(?:embed|cloze)[ \t]+|(?<=\{\{(?:embed|cloze)[ \t][^{}\n]{1,500})\}\})`,
  String.raw`(?<comment>(?<=^|\s)%%[^%]{0,5000}%%(?=\s|$))`,
  String.raw`(?<callout>(?<=^[ \t]*>[> \t]*)\[![\w-]{1,30}\][+-]?)`
]

const anyOfThem = new RegExp(patterns.join('|'), 'gm')

/** Replaces what Markdown parsers do not know (wikilinks, embeds, highlights) by text of the same meaning, and says where each stood. */
export function maskExtensions(source: string): Masked {
  const finds: Find[] = []
  let text = ''
  let done = 0
  for (const match of source.matchAll(anyOfThem)) {
    const start = match.index
    const end = start + match[0].length
    const { keepStart, keepEnd, link } = meaningOf(match, start)
    const tag = match[0].startsWith('#[[') ? link?.target : undefined
    finds.push({ start, end, link, ...(tag === undefined ? {} : { tag }) })
    const kept = source.slice(keepStart, keepEnd)
    text +=
      source.slice(done, start) +
      parted(mask(source.slice(start, keepStart)), source[start - 1], link) +
      (match.groups?.wiki === undefined ? kept : withoutTags(kept)) +
      parted(mask(source.slice(keepEnd, end)), source[end], link)
    done = end
  }
  return { text: text + source.slice(done), finds }
}

/** The heading of `[[note #heading]]` and `[[#heading]]` reads as a word, not as a tag. */
function withoutTags(said: string): string {
  return said.replace(/(?<=^|[\s(,;])#/g, maskCharacter)
}

/** What is said of a picture does not become one word with what touches the picture. */
function parted(masked: string, touching: string | undefined, link: FoundLink | null): string {
  if (link?.kind !== 'embed' || masked === '' || !touches(touching)) return masked
  return masked.replace(new RegExp(maskCharacter), ' ')
}

/** Line ends stay: a comment over several lines must not join them. */
function mask(markup: string): string {
  return markup.replace(/[^\r\n]/g, maskCharacter)
}

interface Meaning {
  /** What stays readable. */
  readonly keepStart: number
  readonly keepEnd: number
  readonly link: FoundLink | null
}

function meaningOf(match: RegExpExecArray, start: number): Meaning {
  const groups = match.groups ?? {}
  if (groups.wiki !== undefined) return wikilink(match[0], groups.target ?? '', groups.alias ?? null, start)
  if (groups.loose !== undefined) return looseLink(groups, start)
  const name = groups.hugoName ?? groups.jekyllName
  const rest = groups.hugoRest ?? groups.jekyllRest
  if (name !== undefined && rest !== undefined) return shortcode(match[0], name, rest, start)
  return { keepStart: start, keepEnd: start, link: null }
}

/** A link that CommonMark knows stays as it is. */
function looseLink(groups: Readonly<Record<string, string | undefined>>, start: number): Meaning {
  const { loose = '', looseText = '', looseAddress = '', looseSize } = groups
  const isEmbed = loose.startsWith('!')
  const target = localTarget(looseAddress)
  const isLoose = looseSize !== undefined || /\s/.test(looseAddress)
  if (!isLoose || target === null || (isEmbed && !isPictureName(target)))
    return { keepStart: start, keepEnd: start + loose.length, link: null }
  const said = isEmbed ? withoutSize(looseText) : looseText
  const keepStart = start + (isEmbed ? 2 : 1)
  const text = said.replace(/\s+/g, ' ').trim().toWellFormed()
  return {
    keepStart,
    keepEnd: keepStart + said.length,
    link: { kind: isEmbed ? 'embed' : 'link', target, text, start }
  }
}

/** Whether a word, or the mark of one, stands right beside a picture; what ends a sentence may. */
export function touches(character: string | undefined): boolean {
  return /[^\s.,;:!?()[\]{}|>\ue000]/u.test(character ?? '')
}

/** `old|300`, `300x200`: how large a picture is to be shown is no word of it. */
export function withoutSize(said: string): string {
  return said.replace(/(?:^|\|)\s*\d+(?:x\d+)?\s*$/, '')
}

function wikilink(whole: string, target: string, alias: string | null, start: number): Meaning {
  const isEmbed = whole.startsWith('!')
  const path = wikiTarget(target)
  const isPicture = path !== null && isPictureName(path)
  const end = start + whole.length
  const targetStart = start + (whole.startsWith('[') ? 2 : 3)
  const said = alias?.replace(/^\\?\|/, '') ?? ''
  // `![[plan.png|300]]` and `|300x200` are sizes; with several parts the last may be one.
  const words = isEmbed ? withoutSize(said) : said
  const text = words.replaceAll('|', ' ').trim()
  const link: FoundLink | null =
    path === null
      ? null
      : { kind: isEmbed && isPicture ? 'embed' : 'wikilink', target: path, text: text.toWellFormed(), start }
  if (text !== '') {
    const keepStart = targetStart + target.length + (alias?.length ?? 0) - said.length
    return { keepStart, keepEnd: keepStart + words.length, link }
  }
  // The name of a note reads as words, that of a picture does not.
  return isEmbed
    ? { keepStart: end, keepEnd: end, link }
    : { keepStart: targetStart, keepEnd: targetStart + target.length, link }
}

/** `{{< figure src="…" alt="…" caption="…" >}}`, `{% include figure.html image_path="…" %}`, `{% img left /path 300 "text" %}`. */
function shortcode(whole: string, name: string, rest: string, start: number): Meaning {
  const parameters = new Map<string, { value: string; at: number }>()
  const restAt = start + whole.indexOf(rest, whole.indexOf(name) + name.length)
  for (const match of rest.matchAll(/([\w-]{1,50})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))/g)) {
    const value = match[2] ?? match[3] ?? match[4] ?? ''
    const quotes = match[4] === undefined ? 1 : 0
    parameters.set((match[1] ?? '').toLowerCase(), {
      value,
      at: restAt + match.index + match[0].length - value.length - quotes
    })
  }
  const first = (...keys: string[]): { value: string; at: number } | undefined =>
    keys.map(key => parameters.get(key)).find(found => found !== undefined && found.value.trim() !== '')
  const bare = /(?:^|\s)["']?([^\s"'=]+\.[A-Za-z0-9]{3,4})["']?(?=\s|$)/.exec(rest)?.[1]
  const address = first('src', 'image_path', 'image', 'url', 'file', 'path', 'img', 'link', 'href')?.value ?? bare
  const target = address === undefined ? null : localTarget(address)
  if (target === null || !isPictureName(target)) return { keepStart: start, keepEnd: start, link: null }
  const said = first('alt', 'caption', 'title', 'description')
  const text = said?.value.replace(/\s+/g, ' ').trim().toWellFormed() ?? ''
  const keepStart = said?.at ?? start
  return { keepStart, keepEnd: keepStart + (said?.value.length ?? 0), link: { kind: 'embed', target, text, start } }
}
