import { isAlias, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'
import { parse as parseToml, TomlDate } from 'smol-toml'

/** A value and where it was written: UTF-16 offsets of the note. */
export interface FrontValue {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** What front matter says, whatever it is written in. */
export type FrontNode = FrontValue | readonly FrontNode[] | FrontMap

/** By key as it was written. */
export type FrontMap = ReadonlyMap<string, FrontNode>

/** Deeper and longer than this it is no page's front matter. */
const deepest = 6
const mostValues = 5000

/** Whether a node is a value, not a list or a mapping. */
export function isValue(node: FrontNode): node is FrontValue {
  return !Array.isArray(node) && !(node instanceof Map)
}

/** Whether a node is a mapping. */
export function isMapping(node: FrontNode): node is FrontMap {
  return node instanceof Map
}

// ── YAML ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * A mapping in YAML (or JSON, which is YAML too). Of one with mistakes, lines that name a value are what the person meant.
 *
 * @param offset  of the source in the note
 * @returns null when it is no mapping
 */
export function yamlTree(source: string, offset: number): FrontMap | null {
  if (source.trim() === '') return new Map()
  let root: FrontMap = new Map()
  let hasMistakes = true
  try {
    const document = parseDocument(source, { schema: 'core', uniqueKeys: false, strict: false, logLevel: 'silent' })
    if (isMap(document.contents)) root = mappingOf(document.contents, offset, { left: mostValues }, 0)
    hasMistakes = document.errors.length > 0
  } catch {
    // Nested so deeply that the parser's stack ends: only the lines are read.
  }
  if (!hasMistakes) return root.size > 0 || /^\S+:\s/.test(source) ? root : null
  const merged = withLines(root, source, offset, /^([A-Za-z][\w -]*):[ \t]*(.*)$/gm)
  return merged.size > 0 ? merged : null
}

function mappingOf(map: YAMLMap, offset: number, budget: { left: number }, depth: number): FrontMap {
  const found = new Map<string, FrontNode>()
  for (const { key, value } of map.items) {
    if (!isScalar(key)) continue
    const node = nodeOf(value, offset, budget, depth + 1)
    if (node === null) continue
    const name = String(key.value)
    const before = found.get(name)
    found.set(name, before === undefined ? node : [before, node].flat())
  }
  return found
}

function nodeOf(node: unknown, offset: number, budget: { left: number }, depth: number): FrontNode | null {
  if (depth > deepest || budget.left <= 0) return null
  if (isMap(node)) return mappingOf(node, offset, budget, depth)
  if (isSeq(node)) return node.items.map(item => nodeOf(item, offset, budget, depth + 1)).filter(one => one !== null)
  if (isAlias(node) || !isScalar(node) || node.range === undefined || node.range === null || node.value === null)
    return null
  budget.left--
  // The source of a number or date is what the person wrote; of a quoted string it is what the quotes mean.
  const text = typeof node.value === 'string' ? node.value : (node.source ?? '')
  return text === '' ? null : { text: text.toWellFormed(), start: offset + node.range[0], end: offset + node.range[1] }
}

// ── TOML ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A TOML document. Of one with mistakes, lines that name a value. @param offset  of the source in the note */
export function tomlTree(source: string, offset: number): FrontMap {
  const lines = /^[ \t]*([A-Za-z][\w-]*)[ \t]*=[ \t]*(\[[^\]]{0,10000}\]|.*)/gm
  try {
    return new TomlReader(source, offset).read(parseToml(source, { maxDepth: 64 }))
  } catch {
    return withLines(new Map(), source, offset, lines)
  }
}

/** The parser keeps no places: each value is looked for behind the one before. */
class TomlReader {
  readonly #source: string
  readonly #offset: number
  #at = 0
  #left = mostValues

  constructor(source: string, offset: number) {
    this.#source = source
    this.#offset = offset
  }

  read(table: Readonly<Record<string, unknown>>, depth = 0): FrontMap {
    const found = new Map<string, FrontNode>()
    for (const [key, value] of Object.entries(table)) {
      const node = this.#node(value, depth + 1)
      if (node !== null) found.set(key, node)
    }
    return found
  }

  #node(value: unknown, depth: number): FrontNode | null {
    if (depth > deepest || this.#left <= 0) return null
    if (Array.isArray(value)) return value.map(item => this.#node(item, depth + 1)).filter(one => one !== null)
    if (value instanceof TomlDate) return this.#value(value.toISOString())
    if (typeof value === 'object' && value !== null) return this.read(value as Record<string, unknown>, depth)
    return this.#value(String(value))
  }

  #value(text: string): FrontValue | null {
    if (text === '') return null
    this.#left--
    const found = this.#source.indexOf(text, this.#at)
    if (found >= 0) this.#at = found + text.length
    const start = this.#offset + (found < 0 ? this.#at : found)
    return { text: text.toWellFormed(), start, end: found < 0 ? start : start + text.length }
  }
}

// ── either, with mistakes ───────────────────────────────────────────────────────────────────────────────────────────

/** The mapping with what single lines say in its place: strings in quotes, lists of them, and bare words to the end of the line. */
function withLines(root: FrontMap, source: string, offset: number, line: RegExp): FrontMap {
  const values = new Map<string, FrontValue[]>()
  for (const match of source.matchAll(line)) {
    const [whole, key = '', written = ''] = match
    const at = offset + match.index + whole.length - written.length
    const list: FrontValue[] = []
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
  const others = [...root].filter(([key]) => !values.has(key.toLowerCase()))
  return new Map<string, FrontNode>([...others, ...values])
}
