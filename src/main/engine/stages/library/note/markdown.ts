import type { Definition, Node, Nodes, Parents, PhrasingContent, Root } from 'mdast'
import { align, blockText, type Block, type Piece } from './block.ts'
import { readFrontMatter, uniqueTags } from './front-matter.ts'
import { readHtmlFragment } from './html.ts'
import { localTarget } from './local-target.ts'
import { pageProperties, withoutRanges } from './logseq.ts'
import { sectionsOf } from './markdown-sections.ts'
import { definitionsOf, parseMarkdown } from './markdown-tree.ts'
import type { FoundLink, NoteSource } from './note-source.ts'
import type { Deadline } from './refusal.ts'
import { untamed } from './tame-markdown.ts'
import { cleanTitle } from './titles.ts'
import { maskCharacter, maskExtensions, touches, withoutSize, type Find } from './wikilinks.ts'

/**
 * CommonMark with GitHub's and Obsidian's additions. Prose is what a reader of the rendered note would read, alt texts
 * included. Not prose: fenced and indented code (an encoder of sentences makes noise of it), addresses, comments,
 * definitions of links.
 */
export async function readMarkdown(text: string, deadline: Deadline): Promise<NoteSource> {
  const front = readFrontMatter(text)
  const { finds, ...extensions } = maskExtensions(text)
  const page = pageProperties(text, front.end)
  const masked = withoutRanges(extensions.text, page.ranges)
  const blocks = [...front.blocks]
  const links = [...front.links]
  const tags = [...front.tags, ...page.tags]
  for (const section of sectionsOf(masked, front.end)) {
    await deadline.giveWay()
    const reader = new SectionReader(text, masked, section.start, section.end)
    reader.read(parseMarkdown(section.markdown))
    blocks.push(...reader.blocks)
    links.push(...reader.links)
    tags.push(...reader.tags)
    for (const { link, tag } of findsOutsideCode(finds, section.start, section.end, reader.code)) {
      if (link !== null) links.push(link)
      if (tag !== undefined) tags.push(tag)
    }
  }
  links.sort((a, b) => a.start - b.start)
  const heading = blocks.find(block => block.headingLevel === 1)
  const title = front.title ?? cleanTitle(page.title) ?? cleanTitle(heading === undefined ? null : blockText(heading))
  return {
    ...{ text, blocks, links, title },
    date: front.date,
    tags: uniqueTags(tags),
    aliases: [...front.aliases, ...page.aliases],
    patterns: front.patterns
  }
}

interface Range {
  readonly start: number
  readonly end: number
}

function* findsOutsideCode(
  finds: readonly Find[],
  start: number,
  end: number,
  code: readonly Range[]
): Generator<Find> {
  let next = 0 // Both lists are in order.
  for (const find of finds) {
    if (find.link === null || find.start < start || find.start >= end) continue
    while ((code[next]?.end ?? Infinity) <= find.start) next++
    if ((code[next]?.start ?? Infinity) > find.start) yield find
  }
}

class SectionReader {
  readonly blocks: Block[] = []
  readonly links: FoundLink[] = []
  readonly tags: string[] = []
  /** Where code stands: what looks like a wikilink there is none. */
  readonly code: Range[] = []
  readonly #text: string
  readonly #masked: string
  readonly #start: number
  readonly #end: number
  #definitions: ReadonlyMap<string, Definition> = new Map()

  constructor(text: string, masked: string, start: number, end: number) {
    this.#text = text
    this.#masked = masked
    this.#start = start
    this.#end = end
  }

  read(root: Root): void {
    this.#definitions = definitionsOf(root)
    this.#flow(root)
  }

  // ── blocks ──

  /** Without recursion: quotes and lists may be nested as deep as the line is long. */
  #flow(root: Root): void {
    const stack: Nodes[] = [root]
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (node.type !== 'root' && this.#range(node).start >= this.#end) continue // The definitions of other sections.
      if (node.type === 'heading') this.#block(node.children, node.depth)
      else if (node.type === 'paragraph') this.#block(node.children, 0)
      else if (node.type === 'tableRow') this.#row(node.children)
      else if (node.type === 'code') this.code.push(this.#range(node))
      else if (node.type === 'html') this.#html(node)
      else if ('children' in node)
        for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i] as Nodes)
    }
  }

  #block(children: readonly PhrasingContent[], headingLevel: number): void {
    this.#push(
      headingLevel,
      children.flatMap(child => this.#phrase(child))
    )
  }

  #row(cells: readonly Parents[]): void {
    this.#push(
      0,
      cells.flatMap(cell => [
        ...cell.children.flatMap(child => this.#phrase(child as PhrasingContent)),
        this.#spaceAfter(cell)
      ])
    )
  }

  #push(headingLevel: number, pieces: readonly Piece[]): void {
    const readable = pieces.flatMap(unmasked)
    if (readable.some(piece => piece.text.trim() !== '')) this.blocks.push({ headingLevel, pieces: readable })
  }

  #html(node: Node): void {
    const { start, end } = this.#range(node)
    const { blocks, links } = readHtmlFragment(this.#masked, start, end)
    // A caption in an element of its own belongs to the picture before it.
    const isCaption = /^<figcaption[\s>]/i.test(this.#masked.slice(start, start + 12))
    const picture = this.links.at(-1)
    const [caption] = blocks
    if (isCaption && caption !== undefined && picture?.kind === 'embed' && picture.text === '') {
      this.links[this.links.length - 1] = { ...picture, text: blockText(caption).replace(/\s+/g, ' ').trim() }
    }
    for (const block of blocks) this.#push(block.headingLevel, block.pieces)
    this.links.push(...links)
  }

  // ── what stands in a line ──

  #phrase(node: PhrasingContent): Piece[] {
    const { start, end } = this.#range(node)
    switch (node.type) {
      case 'text':
        this.#findTags(node.value)
        return align(untamed(node.value), this.#masked, start, end)
      case 'inlineCode':
        this.code.push({ start, end })
        return [codeSpan(this.#text, start, end)]
      case 'image':
        return this.#image(node.url, node.alt ?? '', node.title ?? '', start, end)
      case 'imageReference': {
        const definition = this.#definitions.get(node.identifier)
        return this.#image(definition?.url ?? '', node.alt ?? '', definition?.title ?? '', start, end)
      }
      case 'link':
        return this.#link(node.url, node.children, start)
      case 'linkReference':
        return this.#link(this.#definitions.get(node.identifier)?.url ?? '', node.children, start)
      case 'html': {
        const { blocks, links } = readHtmlFragment(this.#masked, start, end)
        this.links.push(...links)
        const isBreak = /^<(?:br|img|hr|td|th|\/?p|\/?div)\b/i.test(this.#masked.slice(start, start + 6))
        return [...blocks.flatMap(block => block.pieces), ...(isBreak ? [this.#spaceAfter(node)] : [])]
      }
      case 'break':
        return [{ text: ' ', start, end: start }]
      case 'emphasis':
      case 'strong':
      case 'delete':
        return node.children.flatMap(child => this.#phrase(child))
      case 'footnoteReference':
        return []
    }
  }

  /** A space where a word touches the picture. */
  #image(url: string, written: string, title: string, start: number, end: number): Piece[] {
    const alt = withoutSize(written)
    const pieces = this.#imageText(url, alt, title, start, end)
    if (pieces.length === 0 || !touches(this.#masked[end])) return pieces
    return [...pieces, { text: ' ', start: end, end }]
  }

  #imageText(url: string, alt: string, title: string, start: number, end: number): Piece[] {
    const clean = (text: string): string => text.replaceAll(maskCharacter, '').replace(/\s+/g, ' ').trim()
    const text = clean(alt) === '' ? clean(title) : clean(alt)
    const target = localTarget(url)
    if (target !== null) this.links.push({ kind: 'embed', target, text, start })
    if (alt.trim() === '') return title.trim() === '' ? [] : this.#written(title, start, end)
    const pieces = this.#written(alt, start + 2, end)
    if (title.trim() === '' || title.includes(alt)) return pieces
    const after = pieces.at(-1)?.end ?? end
    return [...pieces, { text: ' ', start: after, end: after }, ...this.#written(title, after, end)]
  }

  /** A text that stands somewhere in a range: from where it begins there, else the range as a whole. */
  #written(value: string, start: number, end: number): Piece[] {
    const found = this.#masked.slice(start, end).indexOf(value)
    return found < 0
      ? [{ text: value, start, end }]
      : [{ text: value, start: start + found, end: start + found + value.length }]
  }

  #link(url: string, children: readonly PhrasingContent[], start: number): Piece[] {
    const tagsBefore = this.tags.length
    const pieces = children.flatMap(child => this.#phrase(child))
    // `[#heading](#heading)`: a table of contents names headings.
    if (url.startsWith('#')) this.tags.length = tagsBefore
    const text = pieces
      .flatMap(unmasked)
      .map(piece => piece.text)
      .join('')
      .replace(/\s+/g, ' ')
      .trim()
    const target = localTarget(url)
    if (target !== null) this.links.push({ kind: 'link', target, text, start })
    return isAddress(text, url) ? [] : pieces
  }

  /** Not in `[text](#heading with spaces)`, which Markdown takes for text. */
  #findTags(value: string): void {
    // Bear's tags of several words: `#sea travel#`.
    const several = /(?<=^|[\s(,;])#([\p{L}\p{N}][\p{L}\p{N}_/-]*(?: [\p{L}\p{N}_/-]+){1,8})#(?=$|[\s.,;:!?)])/gu
    const rest = value.replace(several, (_, tag: string) => {
      this.tags.push(tag)
      return ' '
    })
    for (const match of rest.matchAll(/(?<=^|[\s(,;])(?<!\]\()#([\p{L}\p{N}_/-]{1,100})/gu)) {
      if (/[^\d/-]/.test(match[1] ?? '')) this.tags.push(match[1] ?? '')
    }
  }

  // ── places ──

  #range(node: Node): Range {
    const start = this.#start + (node.position?.start.offset ?? 0)
    return { start, end: this.#start + (node.position?.end.offset ?? 0) }
  }

  #spaceAfter(node: Node): Piece {
    const { end } = this.#range(node)
    return { text: ' ', start: end, end }
  }
}

function codeSpan(text: string, start: number, end: number): Piece {
  const ticks = /^`*/.exec(text.slice(start, end))?.[0].length ?? 0
  return { text: text.slice(start + ticks, end - ticks), start: start + ticks, end: end - ticks }
}

/** A link whose text is its own address says nothing to a reader. */
function isAddress(text: string, url: string): boolean {
  return text !== '' && (url === text || url === `http://${text}` || url === `mailto:${text}`)
}

/** The parts of a piece that are not markup. */
function unmasked(piece: Piece): Piece[] {
  if (!piece.text.includes(maskCharacter)) return [piece]
  if (piece.end - piece.start !== piece.text.length)
    return [{ ...piece, text: piece.text.replaceAll(maskCharacter, '') }]
  return [...piece.text.matchAll(/[^\ue000]+/g)].map(({ 0: text, index }) => ({
    text,
    start: piece.start + index,
    end: piece.start + index + text.length
  }))
}
