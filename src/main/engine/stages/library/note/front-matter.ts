import type { ItemDate } from '../../../base/domain.ts'
import { align, type Block } from './block.ts'
import { dateOfProperties } from './date-properties.ts'
import { picturesNamed, type NamedPicture } from './front-matter-pictures.ts'
import { isMapping, isValue, tomlTree, yamlTree, type FrontMap, type FrontValue } from './front-matter-tree.ts'
import { isPictureName, localTarget, wikiTarget } from './local-target.ts'
import type { FoundLink, PicturePattern } from './note-source.ts'
import { cleanTitle } from './titles.ts'

/** What stands between the lines `---` (YAML), `+++` (TOML) or braces (JSON) at the top of a note. */
export interface FrontMatter {
  /** Where the body begins. */
  readonly end: number
  readonly title: string | null
  readonly date: ItemDate | null
  readonly tags: readonly string[]
  readonly aliases: readonly string[]
  /** Description and aliases: the author's words about the note, read before it. */
  readonly blocks: readonly Block[]
  /** The cover picture, pictures with what is said of them, and wikilinks in values. */
  readonly links: readonly FoundLink[]
  /** Pictures that are named by patterns. */
  readonly patterns: readonly PicturePattern[]
}

/** By key in lower case; keys of a mapping in a mapping stand behind its own and a dot. */
type Values = ReadonlyMap<string, readonly FrontValue[]>

const nothing: FrontMatter = {
  end: 0,
  title: null,
  date: null,
  tags: [],
  aliases: [],
  blocks: [],
  links: [],
  patterns: []
}

/** A person's front matter is a page; more is a dump, and is read as prose. */
const longest = 65_536

/**
 * Title, date, tags, links and captions of a YAML, TOML or JSON block at the beginning of a text; nothing where there is none, or where
 * it cannot be parsed.
 */
export function readFrontMatter(text: string): FrontMatter {
  const head = text.slice(0, longest)
  const json = /^\{[ \t]*\r?\n[^]*?\n\}[ \t]*(?:\r?\n|$)/.exec(head)?.[0]
  if (json !== undefined && isJson(json)) {
    const root = yamlTree(json, 0)
    return root === null || root.size === 0 ? nothing : { end: json.length, ...meaningOf(root, text) }
  }
  const match = /^(---|\+\+\+)[ \t]*\r?\n([^]*?)(?<=\n)(?:\1|\.\.\.)[ \t]*(?:\r?\n|$)/.exec(head)
  if (match?.[1] === undefined || match[2] === undefined) return nothing
  const start = match[0].indexOf('\n') + 1
  const root = match[1] === '---' ? yamlTree(match[2], start) : tomlTree(match[2], start)
  if (root === null) return nothing // Two rules with prose between them.
  return { end: match[0].length, ...meaningOf(root, text) }
}

/** What only looks like it is a person's text in braces. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function meaningOf(root: FrontMap, text: string): Omit<FrontMatter, 'end'> {
  const values: Values = new Map(flat(root))
  const first = (...keys: string[]): FrontValue | undefined =>
    keys.map(key => values.get(key)?.[0]).find(value => value !== undefined)
  // Hugo and Zola keep what a theme wants apart.
  const all = (...keys: string[]): FrontValue[] =>
    keys.flatMap(key => ['', 'params.', 'extra.', 'taxonomies.'].flatMap(inside => values.get(inside + key) ?? []))
  const pictures = picturesNamed(root)
  const said = all('description', 'summary', 'excerpt', 'subtitle', 'abstract', 'aliases', 'alias')
  const captions = pictures
    .flatMap(picture => picture.said)
    .filter(({ start }) => !said.some(one => one.start === start))
  const links = [...linksTo(pictures), ...coversOf(values), ...wikilinksOf(values)]
  return {
    title: cleanTitle(first('title')?.text),
    date: dateOfProperties(
      [...values].flatMap(([key, list]) => list.map(({ text }) => [key, text] as const)),
      'front-matter'
    ),
    tags: tagsOf(all('tags', 'tag', 'categories', 'category', 'keywords')),
    aliases: all('aliases', 'alias').map(value => value.text),
    blocks: [...said, ...withoutRepeated(captions)]
      .toSorted((a, b) => a.start - b.start)
      .map(value => ({ headingLevel: 0, pieces: align(value.text, text, value.start, value.end) })),
    links: onceEach(links).toSorted((a, b) => a.start - b.start),
    patterns: pictures
      .filter(({ isPattern }) => isPattern)
      .map(({ target, said: texts, start }) => ({ pattern: target, texts: texts.map(({ text: one }) => one), start }))
  }
}

/** A picture that is named twice is shown once, and with what is said of it where something is. */
function onceEach(links: readonly FoundLink[]): FoundLink[] {
  const once = new Map(links.map(link => [`${link.target}\n${link.text}`, link]))
  const described = new Set(links.flatMap(({ target, text }) => (text === '' ? [] : [target])))
  return [...once.values()].filter(
    ({ kind, target, text }) => kind !== 'embed' || text !== '' || !described.has(target)
  )
}

/** Lists of values by their keys, and those of mappings in mappings. */
function flat(map: FrontMap, prefix = ''): [string, FrontValue[]][] {
  const found = new Map<string, FrontValue[]>()
  for (const [key, node] of map) {
    const name = prefix + key.toLowerCase()
    const list = isMapping(node) ? [] : isValue(node) ? [node] : node.filter(isValue)
    if (list.length > 0) found.set(name, [...(found.get(name) ?? []), ...list])
    if (isMapping(node) && prefix.split('.').length <= 2)
      for (const [inner, values] of flat(node, `${name}.`)) found.set(inner, values)
  }
  return [...found]
}

function linksTo(pictures: readonly NamedPicture[]): FoundLink[] {
  return pictures
    .filter(({ isPattern }) => !isPattern)
    .flatMap(({ target, said, start }) =>
      (said.length === 0 ? [''] : said.map(({ text }) => text.replaceAll(':counter', '1'))).map(text => ({
        ...{ kind: 'embed' as const, target, text, start }
      }))
    )
}

/** A caption may be said of two sizes of one picture; the number of a picture is no word of it. */
function withoutRepeated(captions: readonly FrontValue[]): FrontValue[] {
  const once = new Map(
    captions.map(value => [value.start, { ...value, text: value.text.replaceAll(':counter', '').trim() }])
  )
  return [...once.values()].filter(({ text }) => text !== '')
}

/** Each once, without `#`; a string is a list with commas, or with spaces when it has none. */
export function tagsOf(values: readonly { text: string }[]): string[] {
  const split =
    values.length === 1
      ? values.flatMap(value => value.text.split(value.text.includes(',') ? ',' : /\s+/))
      : values.map(value => value.text)
  return uniqueTags(split)
}

/** Tags without `#`, each once whatever its case, as it was written first; those of more than 100 characters are left out. */
export function uniqueTags(written: readonly string[]): string[] {
  const tags = new Map<string, string>()
  for (const tag of written) {
    const clean = cleanTitle(tag.trim().replace(/^#+/, ''))
    if (clean !== null && clean.length <= 100 && !tags.has(clean.toLowerCase())) tags.set(clean.toLowerCase(), clean)
  }
  return [...tags.values()]
}

const coverKeys =
  /^(?:(?:cover|featured|hero|feature|header|banner|og|social|card|main|post|title)[-_ .]?)?(?:image|img|cover|thumbnail|thumb|banner|hero|photo|picture)s?(?:[-_ .](?:src|url|path|image))?$/

function coversOf(values: Values): FoundLink[] {
  const links: FoundLink[] = []
  for (const [key, list] of values) {
    if (!coverKeys.test(key)) continue
    for (const value of list) {
      const target = value.text.includes('[[') ? null : localTarget(value.text)
      if (target !== null && isPictureName(target)) links.push({ kind: 'embed', target, text: '', start: value.start })
    }
  }
  return links
}

function wikilinksOf(values: Values): FoundLink[] {
  const links: FoundLink[] = []
  for (const value of [...values.values()].flat()) {
    for (const match of value.text.matchAll(/\[\[([^[\]|\n]{1,500})(?:\|([^[\]\n]{0,500}))?\]\]/g)) {
      const target = wikiTarget(match[1] ?? '')
      const kind = target !== null && isPictureName(target) ? 'embed' : 'wikilink'
      if (target !== null) links.push({ kind, target, text: (match[2] ?? '').trim(), start: value.start })
    }
  }
  return links
}
