import type { Definition, Node, Nodes, PhrasingContent, Root } from 'mdast'
import type { NoteBlock, NoteInline, PlacedBlock } from '../../../base/domain.ts'
import { align, blockText } from './block.ts'
import { readFrontMatter } from './front-matter.ts'
import { readHtmlFragment } from './html.ts'
import { pageProperties, withoutRanges } from './logseq.ts'
import { sectionsOf } from './markdown-sections.ts'
import { definitionsOf, parseMarkdown } from './markdown-tree.ts'
import { Refusal, type Deadline } from './refusal.ts'
import { untamed } from './tame-markdown.ts'
import { maskCharacter, maskExtensions, type Find } from './wikilinks.ts'

/** Quotes, lists and emphasis deeper than this are shown without themselves: what is in them moves up. */
const deepest = 8

/**
 * A note in Markdown as it is to be shown: what a renderer would make of it, as data, and without anything that could act. Of HTML
 * its words and pictures remain; comments, shortcodes and front matter are left out.
 *
 * @param text      decoded; offsets are UTF-16 units of it, as those of its passages and links
 * @param mostNodes blocks and inline parts together
 * @returns blocks in order, ranges [start, end) ascending
 * @throws Refusal too-large for more nodes, corrupt for a note that cannot be parsed, too-slow
 */
export async function showMarkdown(
  text: string,
  deadline: Deadline,
  mostNodes: number
): Promise<readonly PlacedBlock[]> {
  const { finds, ...extensions } = maskExtensions(text)
  const from = readFrontMatter(text).end
  const masked = withoutRanges(extensions.text, pageProperties(text, from).ranges)
  const budget = { left: mostNodes }
  const blocks: PlacedBlock[] = []
  for (const section of sectionsOf(masked, from)) {
    await deadline.giveWay()
    const root = parseMarkdown(section.markdown)
    blocks.push(...new SectionView(text, masked, finds, section, definitionsOf(root), budget).show(root))
  }
  return blocks
}

class SectionView {
  readonly #text: string
  readonly #masked: string
  readonly #finds: readonly Find[]
  readonly #section: { readonly start: number; readonly end: number }
  readonly #definitions: ReadonlyMap<string, Definition>
  readonly #budget: { left: number }

  constructor(
    text: string,
    masked: string,
    finds: readonly Find[],
    section: { readonly start: number; readonly end: number },
    definitions: ReadonlyMap<string, Definition>,
    budget: { left: number }
  ) {
    this.#text = text
    this.#masked = masked
    this.#finds = finds
    this.#section = section
    this.#definitions = definitions
    this.#budget = budget
  }

  show(root: Root): PlacedBlock[] {
    return root.children.flatMap((node): PlacedBlock[] => {
      const range = this.#range(node)
      // The definitions of other sections.
      if (range.start >= this.#section.end) return []
      return this.#blocks(node, 0).map(block => ({ ...range, block }))
    })
  }

  // ── blocks ──

  #blocks(node: Nodes, depth: number): NoteBlock[] {
    this.#spend()
    switch (node.type) {
      case 'heading':
        return this.#written(node.children, children => ({ kind: 'heading', level: node.depth, children }))
      case 'paragraph':
        return this.#written(node.children, children => ({ kind: 'paragraph', children }))
      case 'code':
        return node.value === '' ? [] : [{ kind: 'code', text: this.#unmasked(node) ?? node.value }]
      case 'thematicBreak':
        return [{ kind: 'rule' }]
      case 'html':
        return this.#html(node)
      case 'table': {
        const rows = node.children.map(row => row.children.map(cell => this.#phrases(cell.children, 0)))
        return [{ kind: 'table', rows }]
      }
      case 'list': {
        if (depth >= deepest) return this.#inside(node.children, depth)
        const items = node.children.map(item => ({
          isDone: item.checked ?? null,
          blocks: this.#inside(item.children, depth + 1)
        }))
        return [{ kind: 'list', start: node.ordered === true ? (node.start ?? 1) : null, items }]
      }
      case 'blockquote':
        return depth >= deepest
          ? this.#inside(node.children, depth)
          : [{ kind: 'quote', blocks: this.#inside(node.children, depth + 1) }]
      case 'listItem':
      case 'footnoteDefinition':
        return this.#inside(node.children, depth)
      case 'root':
      case 'tableRow':
      case 'tableCell':
      case 'definition':
      case 'yaml':
        return []
      case 'text':
      case 'inlineCode':
      case 'break':
      case 'image':
      case 'imageReference':
      case 'link':
      case 'linkReference':
      case 'strong':
      case 'emphasis':
      case 'delete':
      case 'footnoteReference':
        return this.#written([node], children => ({ kind: 'paragraph', children }))
    }
  }

  #inside(nodes: readonly Nodes[], depth: number): NoteBlock[] {
    return nodes.flatMap(node => this.#blocks(node, depth))
  }

  /** Nothing of what is empty: a comment, a reference that only a machine reads. */
  #written(nodes: readonly PhrasingContent[], make: (children: NoteInline[]) => NoteBlock): NoteBlock[] {
    const children = this.#phrases(nodes, 0)
    const isEmpty = children.every(({ kind, ...rest }) => kind === 'text' && 'text' in rest && rest.text.trim() === '')
    return isEmpty ? [] : [make(children)]
  }

  #html(node: Node): NoteBlock[] {
    const { start, end } = this.#range(node)
    const { blocks, links } = readHtmlFragment(this.#masked, start, end)
    const texts = blocks.map(block => ({
      at: block.pieces[0]?.start ?? start,
      children: textOf(blockText(block)),
      level: block.headingLevel
    }))
    const pictures = links
      .filter(({ kind }) => kind === 'embed')
      .map(({ text, start: at }) => ({ at, children: [{ kind: 'picture', text, start: at } as const], level: 0 }))
    return [...texts, ...pictures]
      .sort((a, b) => a.at - b.at)
      .map(({ children, level }): NoteBlock => {
        this.#spend()
        return level > 0 ? { kind: 'heading', level, children } : { kind: 'paragraph', children }
      })
  }

  // ── what stands in a line ──

  #phrases(nodes: readonly PhrasingContent[], depth: number): NoteInline[] {
    return nodes.flatMap(node => this.#phrase(node, depth))
  }

  #phrase(node: PhrasingContent, depth: number): NoteInline[] {
    this.#spend()
    const { start, end } = this.#range(node)
    switch (node.type) {
      case 'text':
        return this.#words(untamed(node.value), start, end)
      case 'inlineCode':
        return [{ kind: 'code', text: this.#unmasked(node) ?? node.value }]
      case 'break':
        return [{ kind: 'break' }]
      case 'image':
        return [this.#picture(node.alt ?? '', node.title ?? '', start)]
      case 'imageReference':
        return [this.#picture(node.alt ?? '', this.#definitions.get(node.identifier)?.title ?? '', start)]
      case 'link':
        return this.#link(node.url, node.children, { depth, start })
      case 'linkReference':
        return this.#link(this.#definitions.get(node.identifier)?.url ?? '', node.children, { depth, start })
      case 'strong':
      case 'emphasis':
      case 'delete': {
        const children = this.#phrases(node.children, depth + 1)
        const kind = node.type === 'delete' ? 'deleted' : node.type
        return depth >= deepest ? children : [{ kind, children }]
      }
      case 'html': {
        if (/^<br\b/i.test(node.value)) return [{ kind: 'break' }]
        const { links } = readHtmlFragment(this.#masked, start, end)
        return links.flatMap(({ kind, text, start: at }): NoteInline[] =>
          kind === 'embed' ? [{ kind: 'picture', text, start: at }] : []
        )
      }
      case 'footnoteReference':
        return textOf(`[${node.label ?? node.identifier}]`)
    }
  }

  #picture(alt: string, title: string, start: number): NoteInline {
    const text = clean(alt) === '' ? clean(title) : clean(alt)
    return { kind: 'picture', text, start }
  }

  #link(
    address: string,
    nodes: readonly PhrasingContent[],
    { depth, start }: { readonly depth: number; readonly start: number }
  ): NoteInline[] {
    const children = this.#phrases(nodes, depth + 1)
    return depth >= deepest ? children : [{ kind: 'link', address: clean(address).slice(0, 2000), start, children }]
  }

  /** Text with the wikilinks and embeds that stand in it. */
  #words(value: string, start: number, end: number): NoteInline[] {
    const made: NoteInline[] = []
    let done = start
    for (const piece of align(value, this.#masked, start, end)) {
      if (piece.end - piece.start !== piece.text.length) {
        made.push(...textOf(piece.text))
        continue
      }
      let at = Math.max(piece.start, done)
      for (const find of this.#findsIn(at, piece.end)) {
        made.push(...textOf(this.#masked.slice(at, find.start)), ...this.#found(find))
        at = find.end
      }
      made.push(...textOf(this.#masked.slice(at, piece.end)))
      done = Math.max(at, piece.end)
    }
    return joined(made)
  }

  #found({ start, end, link }: Find): NoteInline[] {
    this.#spend()
    const kept = clean(this.#masked.slice(start, end))
    if (link?.kind === 'embed') return [{ kind: 'picture', text: link.text, start: link.start }]
    if (link === null || kept === '') return textOf(kept)
    return [{ kind: 'link', address: link.target, start: link.start, children: textOf(kept) }]
  }

  /** In order: the first whose start is not before `from` is looked for by halves. */
  *#findsIn(from: number, end: number): Generator<Find> {
    let low = 0
    let high = this.#finds.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#finds[middle]?.start ?? 0) < from) low = middle + 1
      else high = middle
    }
    for (let find = this.#finds[low]; find !== undefined && find.start < end; find = this.#finds[++low]) yield find
  }

  /** Code is what the person wrote, wikilinks and all; null where the parser took indentation or a fence away. */
  #unmasked(node: Node & { readonly value: string }): string | null {
    if (!node.value.includes(maskCharacter)) return null
    const { start, end } = this.#range(node)
    const at = this.#masked.slice(start, end).indexOf(node.value)
    return at === -1
      ? node.value.replaceAll(maskCharacter, '')
      : this.#text.slice(start + at, start + at + node.value.length)
  }

  #range(node: Node): { readonly start: number; readonly end: number } {
    const from = this.#section.start
    return { start: from + (node.position?.start.offset ?? 0), end: from + (node.position?.end.offset ?? 0) }
  }

  #spend(): void {
    if (--this.#budget.left < 0) throw new Refusal('too-large', 'This note has more parts than are shown.')
  }
}

const clean = (text: string): string => text.replaceAll(maskCharacter, '').replace(/\s+/g, ' ').trim()

function textOf(text: string): { readonly kind: 'text'; readonly text: string }[] {
  const shown = text.replaceAll(maskCharacter, '').toWellFormed()
  return shown === '' ? [] : [{ kind: 'text', text: shown }]
}

/** Neighbouring texts as one: an entity in the middle of a word does not divide it. */
function joined(parts: readonly NoteInline[]): NoteInline[] {
  const result: NoteInline[] = []
  for (const part of parts) {
    const last = result.at(-1)
    if (part.kind === 'text' && last?.kind === 'text')
      result[result.length - 1] = { kind: 'text', text: last.text + part.text }
    else result.push(part)
  }
  return result
}
