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

/** `=300x200`, `=50%x`. */
const size = String.raw`=\d{0,5}%?(?:x\d{0,5}%?)?(?=[\s)])`

const patterns = [
  String.raw`(?<wiki>[!#]?\[\[(?<target>[^[\]|\n]{0,500}?)(?<alias>\\?\|[^[\]\n]{0,500})?\]\])`,
  // A picture that leads to itself or to another file, whose address has spaces: what stands around the picture.
  String.raw`(?<around>\[(?=!\[[^[\]\n]{0,500}\]\([^()\n]{1,500}\)\]\([^()<>"'\n]{1,500}[ \t][^()<>"'\n]{1,500}\)))`,
  String.raw`(?<behind>(?<=\[!\[[^[\]\n]{0,500}\]\([^()\n]{1,500}\))\]\([^()<>"'\n]{1,500}[ \t][^()<>"'\n]{1,500}\))`,
  // Addresses with spaces or with a size behind them, which editors accept: `![A shed](My Photo (1).jpg "mine" =300x200)`.
  String.raw`(?<loose>!?\[(?<looseText>(?:[^[\]\n]|\[[^[\]\n]{0,200}\](?!\()){0,500})\]\(\s*(?:<(?<looseAngled>[^<>\n]{1,500})>|(?<looseAddress>(?:[^()<>"\n]|\([^()<>"\n]{0,100}\)){1,500}?\.[A-Za-z0-9]{2,8}))(?:\s+${size})?(?:\s+(?:"(?<looseTitle>(?:[^"\\\n]|\\.){0,300})"|'(?<looseQuoted>[^'\n]{0,300})'))?(?:\s*${size})?\s*\))`,
  // Attributes behind a picture or a link, as Logseq, kramdown and pandoc write them.
  String.raw`(?<attributes>(?<=\]\((?:[^()\n]|\([^()\n]{0,100}\)){0,500}\)|\]\]|\]\[[^[\]\n]{0,200}\])(?:\{[^{}\n]{0,300}\}|[ \t]\{\s*(?:[:.#]\s*[\w-]|[\w-]{1,30}\s*=)[^{}\n]{0,300}\}))`,
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
      (match.groups?.attributes === undefined || kept === ''
        ? parted(mask(source.slice(start, keepStart)), source[start - 1], link)
        : ` ${mask(source.slice(start + 1, keepStart))}`) +
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
  if (groups.attributes !== undefined) return attributes(groups.attributes, start)
  const name = groups.hugoName ?? groups.jekyllName
  const rest = groups.hugoRest ?? groups.jekyllRest
  if (name !== undefined && rest !== undefined) return shortcode(match[0], name, rest, start)
  return { keepStart: start, keepEnd: start, link: null }
}
function looseLink(groups: Readonly<Record<string, string>>, start: number): Meaning {
  const { loose = '', looseText = '', looseAngled, looseAddress = '', looseTitle, looseQuoted } = groups
  const isEmbed = loose.startsWith('!')
  const written = looseAngled ?? looseAddress
  const target = localTarget(written)
  // What the parser reads itself is left to it.
  const behind = loose.slice(loose.lastIndexOf(written) + written.length)
  const isLoose = /\s=\d|["']\s*=\d|\s=%?x/.test(behind) || (looseAngled === undefined && /\s/.test(written))
  if (!isLoose || target === null || (isEmbed && !isPictureName(target)))
    return { keepStart: start, keepEnd: start + loose.length, link: null }
  const said = isEmbed ? withoutSize(looseText) : looseText
  const title = looseTitle ?? looseQuoted ?? ''
  const isTitled = isEmbed && said.trim() === '' && title !== ''
  const keepStart = start + (isTitled ? loose.lastIndexOf(title) : isEmbed ? 2 : 1)
  const words = isTitled ? title : said
  const text = words.replace(/\s+/g, ' ').trim().toWellFormed()
  return {
    keepStart,
    keepEnd: keepStart + words.length,
    link: { kind: isEmbed ? 'embed' : 'link', target, text, start }
  }
}

/** Of attributes a title, caption or alternative text is a person's words; the others are not. */
function attributes(written: string, start: number): Meaning {
  const said = /\b(?:title|alt|caption)=(?:"([^"]*)"|'([^']*)')/.exec(written)
  const words = said?.[1] ?? said?.[2] ?? ''
  if (said === null || words === '') return { keepStart: start, keepEnd: start, link: null }
  const keepStart = start + said.index + said[0].length - 1 - words.length
  return { keepStart, keepEnd: keepStart + words.length, link: null }
}

/** Whether a word, or the mark of one, stands right beside a picture; what ends a sentence may. */
export function touches(character: string | undefined): boolean {
  return /[^\s.,;:!?()[\]{}|>\ue000]/u.test(character ?? '')
}

/** `300`, `300x200`, `50%`, `x200`, `width=200`. */
const measure = String.raw`(?:\d+(?:\.\d+)?(?:px|%|r?em|vw|pt)?|\d*x\d+|\d+x\d*|(?:width|height|size|w|h)\s*[=:]\s*"?\d+(?:px|%)?"?)`
/** Where themes put a picture: `![[a.jpg|right|300]]`. */
const position = '(?:left|right|center|centre|middle|inline|float|banner|cover|inl[lr]|wrap|clear)'
const measuresAtEnd = new RegExp(
  String.raw`(?:\\?\|\s*(?:${measure}|${position}))+\s*$|\s=\d{0,5}%?x\d{0,5}%?\s*$`,
  'i'
)
const onlyMeasures = new RegExp(String.raw`^\s*${measure}\s*$`, 'i')
const measuresAtStart = new RegExp(String.raw`^(?:\s*(?:${measure}|${position})\s*\\?\|)+`, 'i')
const onlyPlace = new RegExp(`^\\s*(?:${measure}|${position})\\s*$`, 'i')

/** `old|300`, `300x200`: how large a picture is to be shown is no word of it. @returns the beginning of what was said */
export function withoutSize(said: string): string {
  const words = said.replace(measuresAtEnd, '')
  return onlyMeasures.test(words) ? '' : words
}

function wikilink(whole: string, target: string, alias: string | null, start: number): Meaning {
  const isEmbed = whole.startsWith('!')
  const path = wikiTarget(target)
  const isPicture = path !== null && isPictureName(path)
  const end = start + whole.length
  const targetStart = start + (whole.startsWith('[') ? 2 : 3)
  const bar = alias === null ? '' : (/^\\?\|/.exec(alias)?.[0] ?? '')
  // `![[plan.png|300]]` and `|300x200` are sizes; with several parts the first and last may be some, or say where it stands.
  const measures = isEmbed ? (measuresAtStart.exec(alias?.slice(bar.length) ?? '')?.[0] ?? '') : ''
  const said = alias?.slice(bar.length + measures.length) ?? ''
  const shown = isEmbed ? withoutSize(said) : said
  const words = isEmbed && onlyPlace.test(shown) ? '' : shown
  const text = words.replace(/\\?\|/g, ' ').trim()
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
