import { isAlias, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'
import type { ItemDate } from '../../../base/domain.ts'
import { align, type Block } from './block.ts'
import { dateOfProperties } from './date-properties.ts'
import { isPictureName, localTarget, wikiTarget } from './local-target.ts'
import type { FoundLink } from './note-source.ts'
import { cleanTitle } from './titles.ts'

/** What stands between the lines `---` (YAML) or `+++` (TOML) at the top of a note. */
export interface FrontMatter {
  /** Where the body begins. */
  readonly end: number
  readonly title: string | null
  readonly date: ItemDate | null
  readonly tags: readonly string[]
  /** Description and aliases: the author's words about the note, read before it. */
  readonly blocks: readonly Block[]
  /** The cover picture, and wikilinks in values. */
  readonly links: readonly FoundLink[]
}

/** A value and where it was written. */
interface Value {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** By key in lower case. */
type Values = ReadonlyMap<string, readonly Value[]>

const nothing: FrontMatter = { end: 0, title: null, date: null, tags: [], blocks: [], links: [] }

/** A person's front matter is a page; more is a dump, and is read as prose. */
const longest = 65_536

/**
 * Title, date, tags and links of a YAML or TOML block at the beginning of a text; nothing where there is none, or where it cannot be parsed.
 */
export function readFrontMatter(text: string): FrontMatter {
  const match = /^(---|\+\+\+)[ \t]*\r?\n([^]*?)(?<=\n)(?:\1|\.\.\.)[ \t]*(?:\r?\n|$)/.exec(text.slice(0, longest))
  if (match?.[1] === undefined || match[2] === undefined) return nothing
  const start = match[0].indexOf('\n') + 1
  const values = match[1] === '---' ? yamlValues(match[2], start) : tomlValues(match[2], start)
  if (values === null) return nothing // Two rules with prose between them.
  return { end: match[0].length, ...meaningOf(values, text) }
}

function meaningOf(values: Values, text: string): Omit<FrontMatter, 'end'> {
  const first = (...keys: string[]): Value | undefined =>
    keys.map(key => values.get(key)?.[0]).find(value => value !== undefined)
  const all = (...keys: string[]): Value[] => keys.flatMap(key => values.get(key) ?? [])
  const said = all('description', 'summary', 'excerpt', 'subtitle', 'abstract', 'aliases', 'alias')
  return {
    title: cleanTitle(first('title')?.text),
    date: dateOfProperties(
      [...values].flatMap(([key, list]) => list.map(({ text }) => [key, text] as const)),
      'front-matter'
    ),
    tags: tagsOf(all('tags', 'tag', 'categories', 'category', 'keywords')),
    blocks: said
      .toSorted((a, b) => a.start - b.start)
      .map(value => ({ headingLevel: 0, pieces: align(value.text, text, value.start, value.end) })),
    links: [...coversOf(values), ...wikilinksOf(values)].toSorted((a, b) => a.start - b.start)
  }
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

// ── YAML ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** null when it is no mapping. Of one with mistakes, lines that name a value are what the person meant. */
function yamlValues(source: string, offset: number): Values | null {
  if (source.trim() === '') return new Map()
  const values = new Map<string, Value[]>()
  let hasMistakes = true
  try {
    const document = parseDocument(source, { schema: 'core', uniqueKeys: false, strict: false, logLevel: 'silent' })
    if (isMap(document.contents)) collect(document.contents, '', offset, values, 0)
    hasMistakes = document.errors.length > 0
  } catch {
    // Nested so deeply that the parser's stack ends: only the lines are read.
  }
  if (!hasMistakes) return values.size > 0 || /^\S+:\s/.test(source) ? values : null
  const lines = lineValues(source, offset, /^([A-Za-z][\w -]*):[ \t]*(.*)$/gm)
  return values.size + lines.size > 0 ? new Map([...values, ...lines]) : null
}

function collect(map: YAMLMap, prefix: string, offset: number, into: Map<string, Value[]>, depth: number): void {
  for (const { key, value } of map.items) {
    if (!isScalar(key)) continue
    const name = `${prefix}${String(key.value).toLowerCase()}`
    if (isMap(value) && depth < 2) collect(value, `${name}.`, offset, into, depth + 1)
    const scalars = isSeq(value) ? value.items : [value]
    const list = scalars.flatMap(item => scalarValue(item, offset))
    if (list.length > 0) into.set(name, [...(into.get(name) ?? []), ...list])
  }
}

function scalarValue(node: unknown, offset: number): Value[] {
  if (isAlias(node) || !isScalar(node) || node.range === undefined || node.range === null || node.value === null)
    return []
  // The source of a number or date is what the person wrote; of a quoted string it is what the quotes mean.
  const text = typeof node.value === 'string' ? node.value : (node.source ?? '')
  return text === '' ? [] : [{ text: text.toWellFormed(), start: offset + node.range[0], end: offset + node.range[1] }]
}

// ── TOML, the few keys we want, one line each ───────────────────────────────────────────────────────────────────────

function tomlValues(source: string, offset: number): Values {
  return lineValues(source, offset, /^[ \t]*([A-Za-z][\w-]*)[ \t]*=[ \t]*(\[[^\]]{0,10000}\]|.*)/gm)
}

/** Strings in quotes, lists of them, and bare words (a date) to the end of the line. */
function lineValues(source: string, offset: number, line: RegExp): Values {
  const values = new Map<string, Value[]>()
  for (const match of source.matchAll(line)) {
    const [whole, key = '', written = ''] = match
    const at = offset + match.index + whole.length - written.length
    const list: Value[] = []
    for (const quoted of written.startsWith('[') || /^["']/.test(written)
      ? written.matchAll(/"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'/g)
      : []) {
      const text = (quoted[1]?.replace(/\\(["\\])/g, '$1') ?? quoted[2] ?? '').toWellFormed()
      if (text !== '') list.push({ text, start: at + quoted.index + 1, end: at + quoted.index + quoted[0].length - 1 })
      if (!written.startsWith('[')) break
    }
    const bare = written.replace(/\s+#.*$/, '').trim()
    if (list.length === 0 && bare !== '' && !/^["'[]/.test(bare))
      list.push({ text: bare, start: at, end: at + bare.length })
    if (list.length > 0 && !values.has(key.toLowerCase())) values.set(key.toLowerCase(), list)
  }
  return values
}
