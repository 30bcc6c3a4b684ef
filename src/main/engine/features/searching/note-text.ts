import type { NoteBlock, NoteInline, NoteText, NoteTextInput, PlacedBlock } from '../../../../shared/notes.ts'
import type { ItemDetail } from '../../../../shared/items.ts'
import { EngineError } from '../../../../shared/errors.ts'
import type { ItemId } from '../../base/domain.ts'
import type { Store } from '../../store/store.ts'
import type { EncoderProcess } from '../../workers/encoder-process.ts'
import { wordMarks, type Range } from './word-marks.ts'

type Leaf = Extract<NoteInline, { readonly kind: 'text' } | { readonly kind: 'code' }>

/**
 * A note as it is shown. Markdown is read again from its file, by the process that opens what somebody looks at; where the file
 * has another content now, or cannot be shown, and for any other format, the passages that were read are shown.
 * @throws EngineError not-found
 */
export async function noteText(
  { itemId, text = '', part }: NoteTextInput,
  {
    store,
    encoders
  }: { readonly store: Store; readonly encoders: { readonly pictures: Pick<EncoderProcess, 'showNote'> } },
  signal: AbortSignal
): Promise<NoteText> {
  const item = store.items.get(itemId)
  if (item === undefined)
    throw new EngineError(
      'not-found',
      'This note is no longer in the library. Its file may have been moved or deleted.'
    )
  if (item.kind !== 'note') return { blocks: [], linked: [] }
  const contentHash = store.items.reading(itemId)?.contentHash ?? null
  const fromFile =
    item.format !== 'markdown' || contentHash === null || item.unreachable !== undefined
      ? null
      : await encoders.pictures.showNote({ path: item.path, contentHash }, signal)
  const range = part === undefined ? undefined : store.items.passageRange(itemId, part)
  const placed =
    fromFile === null
      ? passagesAsBlocks(item.passages, part)
      : fromFile.map(block =>
          range !== undefined && meets(block, range) ? { ...block, isFound: true as const } : block
        )
  const meant: Meant = fromFile === null ? new Map() : store.links.meantAt(itemId)
  const linked = new Set<ItemId>()
  const seen = placed.map(one => ({
    ...one,
    block: blockWith(one.block, line => line.map(part => withItems(part, meant, linked)))
  }))
  return { blocks: marked(seen, text, store), linked: [...store.items.summaries([...linked]).values()] }
}

const meets = (a: PlacedBlock, b: { readonly start: number; readonly end: number }): boolean =>
  a.start < b.end && b.start < a.end

/** Each passage under its heading, where that is another than the one before. Offsets count passages. */
function passagesAsBlocks(passages: ItemDetail['passages'], found: number | undefined): PlacedBlock[] {
  return passages.flatMap(({ part, heading, text }, n): PlacedBlock[] => {
    const place = { start: n, end: n + 1 }
    const isNew = heading !== '' && heading !== passages[n - 1]?.heading
    // 'Travels › Norway' stands above; 'Norway' need not stand again at the beginning of the passage.
    const body = withoutTitle(text, heading.split(' › ').at(-1) ?? '')
    const head: PlacedBlock[] = isNew
      ? [{ ...place, block: { kind: 'heading', level: 2, children: [leaf(heading)] } }]
      : []
    const lines = body
      .split('\n')
      .flatMap((line, i): NoteInline[] => (i === 0 ? [leaf(line)] : [{ kind: 'break' }, leaf(line)]))
    const isFound = part === found ? { isFound: true as const } : {}
    return [...head, { ...place, ...isFound, block: { kind: 'paragraph', children: lines } }]
  })
}

const leaf = (text: string): Leaf => ({ kind: 'text', text })

function withoutTitle(text: string, title: string): string {
  const rest = text.slice(title.length)
  return title !== '' && text.startsWith(title) && /^\s/.test(rest) ? rest.trimStart() : text
}

// ── marks ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The words of the question, wherever they stand: a word that is half bold is one word. */
function marked(placed: readonly PlacedBlock[], text: string, store: Store): readonly PlacedBlock[] {
  const lines = placed
    .flatMap(({ block }) => linesOf(block))
    .map(line =>
      leavesOf(line)
        .map(leaf => leaf.text)
        .join('')
    )
  const marks = wordMarks(text, lines, store)
  if (marks.length === 0) return placed
  let next = 0
  return placed.map(one => ({ ...one, block: blockWith(one.block, line => withMarks(line, marks[next++] ?? [])) }))
}

/** @param marks  in the text of the whole line */
function withMarks(line: readonly NoteInline[], marks: readonly Range[]): readonly NoteInline[] {
  if (marks.length === 0) return line
  let at = 0
  const walk = (parts: readonly NoteInline[]): NoteInline[] =>
    parts.map(part => {
      if ('children' in part) return { ...part, children: walk(part.children) }
      if (part.kind === 'break' || part.kind === 'picture') return part
      const start = at
      at += part.text.length
      const own = marks
        .filter(mark => mark[0] < at && mark[1] > start)
        .map(([from, to]): Range => [Math.max(0, from - start), Math.min(part.text.length, to - start)])
      return own.length === 0 ? part : { ...part, marks: own }
    })
  return walk(line)
}

function leavesOf(line: readonly NoteInline[]): Leaf[] {
  return line.flatMap(part => {
    if ('children' in part) return leavesOf(part.children)
    return part.kind === 'break' || part.kind === 'picture' ? [] : [part]
  })
}

type Meant = ReturnType<Store['links']['meantAt']>

/** A picture with the photo that it is, a link with the item that it leads to. @param linked  gets those items */
function withItems(part: NoteInline, meant: Meant, linked: Set<ItemId>): NoteInline {
  if (part.kind === 'picture') {
    const { itemId, kind } = meant.get(part.start) ?? {}
    return kind === 'photo' ? { ...part, photoId: itemId } : part
  }
  if (!('children' in part)) return part
  const children = part.children.map(child => withItems(child, meant, linked))
  const itemId = part.kind === 'link' ? meant.get(part.start)?.itemId : undefined
  if (part.kind !== 'link' || itemId === undefined) return { ...part, children }
  linked.add(itemId)
  return { ...part, itemId, children }
}

/** In reading order. */
function linesOf(block: NoteBlock): readonly (readonly NoteInline[])[] {
  const lines: (readonly NoteInline[])[] = []
  blockWith(block, line => {
    lines.push(line)
    return line
  })
  return lines
}

/** The block with each of its lines replaced, in reading order. */
function blockWith(block: NoteBlock, change: (line: readonly NoteInline[]) => readonly NoteInline[]): NoteBlock {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return { ...block, children: change(block.children) }
    case 'quote':
      return { ...block, blocks: block.blocks.map(inner => blockWith(inner, change)) }
    case 'list':
      return {
        ...block,
        items: block.items.map(item => ({ ...item, blocks: item.blocks.map(inner => blockWith(inner, change)) }))
      }
    case 'table':
      return { ...block, rows: block.rows.map(row => row.map(change)) }
    case 'code':
    case 'rule':
      return block
  }
}
