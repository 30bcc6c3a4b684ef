import { html, parse, parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5'
import type { ItemDate } from '../../../base/domain.ts'
import { align, type Block, type Piece } from './block.ts'
import { parseDate } from './dates.ts'
import { dateOfProperties } from './date-properties.ts'
import { tagsOf, uniqueTags } from './front-matter.ts'
import { localTarget } from './local-target.ts'
import type { FoundLink, NoteSource } from './note-source.ts'
import { isTagProperty } from './tag-properties.ts'
import { cleanTitle } from './titles.ts'

/** An HTML page: its prose, pictures and links with their place in the source, and what its head says. */
export function readHtml(text: string): NoteSource {
  const document = parse(text, { sourceCodeLocationInfo: true })
  const head = readHead(document, text)
  const body = new Collector(text, 0)
  body.collect(document)
  const notion = propertiesOf(document)
  const firstHeading = body.blocks.find(block => block.headingLevel === 1)
  return {
    text,
    blocks: inSourceOrder([...head.blocks, ...body.blocks]),
    links: body.links,
    title: head.title ?? cleanTitle(firstHeading?.pieces.map(piece => piece.text).join('')),
    date: head.date ?? dateOfProperties(notion, 'document'),
    tags: uniqueTags([...head.tags, ...notion.flatMap(([key, value]) => (isTagProperty(key) ? [value] : []))])
  }
}

/** HTML inside another note, in `source[start, end)`. */
export function readHtmlFragment(source: string, start: number, end: number): { blocks: Block[]; links: FoundLink[] } {
  const collector = new Collector(source, start)
  collector.collect(parseFragment(source.slice(start, end), { sourceCodeLocationInfo: true }))
  return { blocks: inSourceOrder(collector.blocks), links: collector.links }
}

/** A parser moves text that stands between the rows of a table to before it: where it was written is where it is read. */
function inSourceOrder(blocks: readonly Block[]): Block[] {
  return blocks.toSorted((a, b) => (a.pieces[0]?.start ?? 0) - (b.pieces[0]?.start ?? 0))
}

/** No prose, or prose of the page's furniture. */
const dropped = new Set(
  'script style template noscript nav svg math iframe object embed audio video canvas map select datalist button textarea head title'.split(
    ' '
  )
)

const ends = new Set(
  (
    'address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hgroup hr html legend li main menu ol p pre search section summary table tbody tfoot thead tr ul'
  ).split(' ')
)

class Collector {
  readonly blocks: Block[] = []
  readonly links: FoundLink[] = []
  readonly #source: string
  readonly #base: number
  #pieces: Piece[] = []
  #headingLevel = 0

  constructor(source: string, base: number) {
    this.#source = source
    this.#base = base
  }

  /** Goes through the tree without recursion: a page may be nested a hundred thousand deep. */
  collect(root: Tree.ParentNode): void {
    const stack: (Tree.Node | (() => void))[] = [root]
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (typeof next === 'function') next()
      else if (next.nodeName === '#text') this.#text(next as Tree.TextNode)
      else if ('childNodes' in next) {
        const leave = 'tagName' in next ? this.#enter(next) : () => this.#endBlock()
        if (leave === null) continue
        stack.push(leave)
        for (let i = next.childNodes.length - 1; i >= 0; i--) stack.push(next.childNodes[i] as Tree.Node)
      }
    }
  }

  #text(node: Tree.TextNode): void {
    const place = node.sourceCodeLocation
    if (!place) return
    this.#pieces.push(...align(node.value, this.#source, this.#base + place.startOffset, this.#base + place.endOffset))
  }

  /** null: nothing in it is wanted. Otherwise what to do when it is left. */
  #enter(element: Tree.Element): (() => void) | null {
    const tag = element.tagName
    const attributes = attributesOf(element)
    if (dropped.has(tag) || attributes.has('hidden') || isProgram(element)) return null
    if (tag === 'img') this.#image(element, attributes)
    if (tag === 'br' || tag === 'img' || tag === 'td' || tag === 'th' || tag === 'option' || tag === 'input')
      this.#space(element)
    if (!ends.has(tag)) return tag === 'a' ? () => this.#anchor(element, attributes) : () => undefined
    this.#endBlock()
    const level = /^h[1-6]$/.test(tag) ? Number(tag[1]) : 0
    if (level > 0) this.#headingLevel = level
    const firstLink = this.links.length
    return () => {
      this.#endBlock()
      if (level > 0) this.#headingLevel = 0
      if (tag === 'figure') this.#caption(element, firstLink)
    }
  }

  #image(element: Tree.Element, attributes: ReadonlyMap<string, string>): void {
    const written = attributes.get('src') ?? ''
    const target = localTarget(written) ?? localTarget(attributes.get('data-src') ?? '')
    const said = attributes.has('alt') && attributes.get('alt') !== '' ? 'alt' : 'title'
    const text = attributes.get(said)?.replace(/\s+/g, ' ').trim() ?? ''
    if (target !== null) this.links.push({ kind: 'embed', target, text, start: this.#startOf(element) })
    const place = element.sourceCodeLocation?.attrs?.[said]
    if (!place || text === '') return
    this.#space(element)
    this.#pieces.push(
      ...align(attributes.get(said) ?? '', this.#source, this.#base + place.startOffset, this.#base + place.endOffset)
    )
  }

  #anchor(element: Tree.Element, attributes: ReadonlyMap<string, string>): void {
    const target = localTarget(attributes.get('href') ?? '')
    if (target !== null)
      this.links.push({ kind: 'link', target, text: textWithin(element), start: this.#startOf(element) })
  }

  /** A picture without a text of its own is what the caption below it says. */
  #caption(figure: Tree.Element, firstLink: number): void {
    const caption = figure.childNodes.find(node => node.nodeName === 'figcaption') as Tree.Element | undefined
    const text = caption === undefined ? '' : textWithin(caption)
    if (text === '') return
    for (let i = firstLink; i < this.links.length; i++) {
      const link = this.links[i]
      if (link?.kind === 'embed' && link.text === '') this.links[i] = { ...link, text }
    }
  }

  #space(element: Tree.Element): void {
    const at = this.#startOf(element)
    this.#pieces.push({ text: ' ', start: at, end: at })
  }

  #startOf(element: Tree.Element): number {
    return this.#base + (element.sourceCodeLocation?.startOffset ?? 0)
  }

  #endBlock(): void {
    if (this.#pieces.some(piece => piece.text.trim() !== '')) {
      this.blocks.push({ headingLevel: this.#headingLevel, pieces: this.#pieces })
    }
    this.#pieces = []
  }
}

/** `<pre><code>` and what highlighters make of it: no prose. `<pre>` alone may be a poem. */
function isProgram(element: Tree.Element): boolean {
  if (element.tagName !== 'pre') return false
  return (
    element.childNodes.some(node => node.nodeName === 'code') ||
    /highlight|code|language-/i.test(attributesOf(element).get('class') ?? '')
  )
}

function attributesOf(element: Tree.Element): ReadonlyMap<string, string> {
  return new Map(element.attrs.map(attribute => [attribute.name, attribute.value]))
}

const longestText = 500
const mostNodes = 200

/** The beginning of the readable text inside an element, on one line. Bounded, since elements are nested in each other. */
function textWithin(element: Tree.Element): string {
  let text = ''
  const stack: Tree.Node[] = [element]
  for (let seen = 0; seen < mostNodes && text.length < longestText; seen++) {
    const node = stack.pop()
    if (node === undefined) break
    if (node.nodeName === '#text') text += (node as Tree.TextNode).value.slice(0, longestText)
    else if (node.nodeName === 'img') text += ` ${attributesOf(node).get('alt') ?? ''} `
    else if ('childNodes' in node && !dropped.has(node.nodeName))
      stack.push(...node.childNodes.slice(0, mostNodes).reverse())
  }
  return text.replace(/\s+/g, ' ').trim().slice(0, longestText).toWellFormed()
}

// ── properties ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** The table that Notion writes below the title of a page: names and values, each choice of several a value of its own. */
function propertiesOf(document: Tree.Document): (readonly [key: string, value: string])[] {
  const table = first(document, element => element.tagName === 'table' && hasClass(element, 'properties'), mostElements)
  if (table === null) return []
  return elementsIn(table, 'tr').flatMap(row => {
    const [key] = elementsIn(row, 'th')
    const [value] = elementsIn(row, 'td')
    if (key === undefined || value === undefined) return []
    const choices = elementsIn(value, 'span').filter(element => hasClass(element, 'selected-value'))
    return (choices.length > 0 ? choices : [value]).map(
      element => [textWithin(key), textWithin(element).replace(/^@/, '')] as const
    )
  })
}

/** The properties stand near the top. */
const mostElements = 2000

function first(root: Tree.ParentNode, isWanted: (element: Tree.Element) => boolean, most: number): Tree.Element | null {
  const stack: Tree.Node[] = [root]
  for (let seen = 0; seen < most; seen++) {
    const node = stack.pop()
    if (node === undefined) return null
    if ('tagName' in node && isWanted(node)) return node
    if ('childNodes' in node) stack.push(...node.childNodes.slice(0, most).reverse())
  }
  return null
}

function elementsIn(root: Tree.Element, tag: string): Tree.Element[] {
  const found: Tree.Element[] = []
  const stack: Tree.Node[] = [...root.childNodes.slice(0, mostElements)].reverse()
  for (let seen = 0; seen < mostElements; seen++) {
    const node = stack.pop()
    if (node === undefined) break
    if (!('tagName' in node)) continue
    if (node.tagName === tag) found.push(node)
    else stack.push(...node.childNodes.slice(0, mostElements).reverse())
  }
  return found
}

function hasClass(element: Tree.Element, name: string): boolean {
  return ` ${attributesOf(element).get('class') ?? ''} `.includes(` ${name} `)
}

// ── head ────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Head {
  readonly title: string | null
  readonly date: ItemDate | null
  readonly tags: readonly string[]
  /** The description. */
  readonly blocks: readonly Block[]
}

const dateNames = [
  'article:published_time',
  'date',
  'dc.date',
  'dcterms.created',
  'dcterms.date',
  'datepublished',
  'created',
  'pubdate'
]

function readHead(document: Tree.Document, text: string): Head {
  const root = document.childNodes.find(node => node.nodeName === 'html') as Tree.Element | undefined
  const head = root?.childNodes.find(node => node.nodeName === 'head') as Tree.Element | undefined
  const elements = (head?.childNodes ?? []).filter(
    (node): node is Tree.Element => 'tagName' in node && node.namespaceURI === html.NS.HTML
  )
  const metas = new Map<string, { content: string; element: Tree.Element }>()
  for (const element of elements) {
    const attributes = attributesOf(element)
    const name = (
      attributes.get('name') ??
      attributes.get('property') ??
      attributes.get('itemprop') ??
      ''
    ).toLowerCase()
    if (element.tagName === 'meta' && name !== '' && !metas.has(name))
      metas.set(name, { content: attributes.get('content') ?? '', element })
  }
  const titleElement = elements.find(element => element.tagName === 'title')
  const written = dateNames.map(name => metas.get(name)?.content).find(content => content !== undefined)
  const keywords = metas.get('keywords')?.content
  const description = metas.get('description')
  const place = description?.element.sourceCodeLocation?.attrs?.content
  const hasDescription = description !== undefined && place !== undefined && description.content.trim() !== ''
  return {
    title:
      cleanTitle(titleElement === undefined ? null : textOfTitle(titleElement)) ??
      cleanTitle(metas.get('og:title')?.content),
    date: written === undefined ? null : parseDate(written, 'document'),
    tags: keywords === undefined ? [] : tagsOf([{ text: keywords }]),
    blocks: hasDescription
      ? [{ headingLevel: 0, pieces: align(description.content, text, place.startOffset, place.endOffset) }]
      : []
  }
}

function textOfTitle(element: Tree.Element): string {
  return element.childNodes.map(node => (node.nodeName === '#text' ? (node as Tree.TextNode).value : '')).join('')
}
