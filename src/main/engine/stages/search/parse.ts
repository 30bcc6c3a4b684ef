import type { QueryToken } from '../../../../shared/searching.ts'
import type { ItemFilters, ItemId, WordQuery } from '../../base/domain.ts'
import { filterKeys, quotes, type FilterKey } from './query-keys.ts'
import { parseDay, parseItemId, parseKind, parsePlace } from './parse-values.ts'
import { bounded } from './query-bounds.ts'

/** What the bar says, understood. */
export interface ParsedQuery {
  /** In the order they were written. Cutting a token's range out of the text takes it out of the query and leaves the rest. */
  readonly tokens: readonly QueryToken[]
  readonly words: WordQuery
  /** What the text encoder reads: plain and exact words as they were written, without filters; '' when there are none. */
  readonly caption: string
  readonly filters: ItemFilters
  /** More like this item; null when not asked. */
  readonly like: ItemId | null
  /** More was asked than is looked up: see query-bounds.ts. */
  readonly isCut: boolean
}

const space = /\s/u
/** Emoji are no words, and stand in titles and texts all the same. */
const letterOrSign = /[\p{L}\p{N}\p{Extended_Pictographic}]/u
const letter = /[\p{L}\p{N}]/u

/**
 * Understands a query. Never throws: what is not understood is words.
 *
 *   plain words · "exact words" · -without · -"without this" · type:photo|note · in:folder · in:"my folder" · tag:x ·
 *   after:2021-05 (from its start) · before:2023 (until it begins) · camera:x100 · near:48.1, 11.6, 5 km · is:failed ·
 *   is:favourite · like:12 · each filter but `like` with a minus: -tag:x
 *
 * Quotes and keys count only where a token begins: `5"` and `http://x` are words. Of `type`, `camera`, `near` and `like` the
 * last one counts; several dates narrow each other; several folders or tags must all hold, and none with a minus may.
 */
export function parseQuery(text: string): ParsedQuery {
  const pieces = cut(text)
  const plain: string[] = []
  const caption: string[] = []
  const exact: string[] = []
  const without: string[] = []
  let filters: ItemFilters = {}
  let like: ItemId | null = null
  for (const { kind, label, filter, itemId } of pieces) {
    if (kind === 'words') plain.push(...wordsOf(label))
    if (kind === 'words' || kind === 'exact') caption.push(label.normalize('NFC'))
    if (kind === 'exact') exact.push(label.normalize('NFC'))
    if (kind === 'without') without.push(label.normalize('NFC'))
    filters = narrowed(filters, filter)
    like = itemId ?? like
  }
  const last = pieces.at(-1)
  const lastIsPrefix = last?.kind === 'words' && plain.length > 0 && /[\p{L}\p{N}\p{M}]$/u.test(text)
  const looked = bounded({ words: plain, exact, without, filters })
  return {
    tokens: pieces.map(({ kind, label, start, end, isNegated }) => ({
      ...{ kind, label, start, end },
      ...(isNegated && { isNegated })
    })),
    words: { words: looked.words, exact: looked.exact, without: looked.without, lastIsPrefix },
    caption: caption.join(' '),
    filters: looked.filters,
    like,
    isCut: looked.isCut
  }
}

interface Piece extends QueryToken {
  readonly filter: ItemFilters
  readonly itemId: ItemId | null
}

/** Neighbouring plain words are one piece. */
function cut(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let at = 0
  while (at < text.length) {
    if (space.test(text.charAt(at))) {
      at++
      continue
    }
    const piece = quotedAt(text, at) ?? withoutAt(text, at) ?? filterAt(text, at) ?? wordAt(text, at)
    const before = pieces[pieces.length - 1]
    if (before?.kind === 'words' && piece.kind === 'words') pieces[pieces.length - 1] = { ...before, end: piece.end }
    else pieces.push(piece)
    at = piece.end
  }
  return pieces.map(piece =>
    piece.kind === 'words' ? { ...piece, label: text.slice(piece.start, piece.end).replace(/\s+/gu, ' ') } : piece
  )
}

function quotedAt(text: string, start: number): Piece | null {
  if (!quotes.includes(text.charAt(start))) return null
  const value = valueAt(text, start)
  if (value?.isQuoted !== true) return null
  return letterOrSign.test(value.text) ? piece('exact', value.text, start, value.end) : words(start, value.end)
}

function withoutAt(text: string, start: number): Piece | null {
  if (text.charAt(start) !== '-') return null
  const filter = filterAt(text, start + 1)
  if (filter !== null && filter.kind !== 'words' && filter.kind !== 'like')
    return { ...filter, start, isNegated: true, filter: { without: [filter.filter] } }
  const value = valueAt(text, start + 1)
  if (value === null) return null
  if (value.isQuoted && !letterOrSign.test(value.text)) return words(start, value.end)
  // "--help", "-type:video" and "-like:12" name nothing that could be left out: they are words.
  const isWord = value.isQuoted || (letter.test(value.text.charAt(0)) && keyAt(text, start + 1) === null)
  return isWord ? piece('without', value.text, start, value.end) : null
}

function filterAt(text: string, start: number): Piece | null {
  const key = keyAt(text, start)
  const from = start + (key?.length ?? 0) + 1
  const value = key && ((key === 'near' ? placeAt(text, from) : null) ?? valueAt(text, from))
  if (!value) return null
  const understood = value.text.trim() === '' ? null : understand(key, value.text.trim())
  if (understood === null) return words(start, value.end)
  return { ...piece(understood.kind, understood.label, start, value.end), ...understood }
}

/** A place that is not quoted, whose numbers may stand apart: `48.1, 11.6, 5 km`. */
function placeAt(text: string, start: number): { text: string; end: number } | null {
  const place = /^[-+]?[\d.]+\s*,\s*[-+]?[\d.]+(?:\s*,\s*[\d.]+(?:\s*(?:km|mi|m))?)?(?=\s|$)/i.exec(
    text.slice(start, start + 80)
  )
  return place && { text: place[0], end: start + place[0].length }
}

function keyAt(text: string, start: number): FilterKey | null {
  const key = /^([a-z]+):/i.exec(text.slice(start, start + 8))?.[1]?.toLowerCase()
  return filterKeys.find(known => known === key) ?? null
}

/** A run without spaces. A quote that nothing closes is part of it. */
function wordAt(text: string, start: number): Piece {
  let end = start
  while (end < text.length && !space.test(text.charAt(end))) end++
  return words(start, end)
}

/** Its label is taken when it is known where the run of words ends. */
function words(start: number, end: number): Piece {
  return piece('words', '', start, end)
}

/** A quoted text, or all up to the next space. null where neither stands. */
function valueAt(text: string, start: number): { text: string; end: number; isQuoted: boolean } | null {
  if (start >= text.length || space.test(text.charAt(start))) return null
  if (quotes.includes(text.charAt(start))) {
    for (let end = start + 1; end < text.length; end++) {
      if (quotes.includes(text.charAt(end))) return { text: text.slice(start + 1, end), end: end + 1, isQuoted: true }
    }
  }
  const { end } = wordAt(text, start)
  return { text: text.slice(start, end), end, isQuoted: false }
}

type Understood = Partial<Piece> & Pick<Piece, 'kind' | 'label'>

/** null: not a value of this key. */
function understand(key: FilterKey, value: string): Understood | null {
  switch (key) {
    case 'type': {
      const kind = parseKind(value)
      return kind && { kind: 'type', label: kind, filter: { kind } }
    }
    case 'in':
      return { kind: 'in', label: value, filter: { folders: [value] } }
    case 'tag': {
      // As it is written in a note, #garden is the tag garden.
      const tag = value.normalize('NFC').replace(/^#|\/$/g, '')
      return tag === '' ? null : { kind: 'tag', label: value, filter: { tags: [tag] } }
    }
    case 'camera':
      return { kind: 'camera', label: value, filter: { camera: value } }
    case 'after': {
      const afterMs = parseDay(value)
      return afterMs === null ? null : { kind: 'after', label: value, filter: { afterMs } }
    }
    case 'before': {
      const beforeMs = parseDay(value)
      return beforeMs === null ? null : { kind: 'before', label: value, filter: { beforeMs } }
    }
    case 'near': {
      const near = parsePlace(value)
      return near && { kind: 'near', label: value, filter: { near } }
    }
    case 'is':
      switch (value.toLowerCase()) {
        case 'failed':
          return { kind: 'failed', label: 'failed', filter: { isFailed: true } }
        case 'unreachable':
          return { kind: 'unreachable', label: 'unreachable', filter: { isUnreachable: true } }
        case 'favourite':
        case 'favorite':
          return { kind: 'favourite', label: 'favourite', filter: { isFavourite: true } }
        default:
          return null
      }
    case 'like': {
      const itemId = parseItemId(value)
      return itemId === null ? null : { kind: 'like', label: value, itemId }
    }
  }
}

function piece(kind: QueryToken['kind'], label: string, start: number, end: number): Piece {
  return { kind, label, start, end, filter: {}, itemId: null }
}

function narrowed(before: ItemFilters, added: ItemFilters): ItemFilters {
  const both = { ...before, ...added }
  return {
    ...both,
    ...(both.folders && { folders: [...(before.folders ?? []), ...(added.folders ?? [])] }),
    ...(both.tags && { tags: [...(before.tags ?? []), ...(added.tags ?? [])] }),
    ...(both.without && { without: [...(before.without ?? []), ...(added.without ?? [])] }),
    ...(both.afterMs !== undefined && { afterMs: Math.max(before.afterMs ?? -Infinity, added.afterMs ?? -Infinity) }),
    ...(both.beforeMs !== undefined && { beforeMs: Math.min(before.beforeMs ?? Infinity, added.beforeMs ?? Infinity) })
  }
}

/** Punctuation around a word is not part of it; inside ("don't", "x-ray") it is. */
function wordsOf(run: string): string[] {
  return run
    .normalize('NFC')
    .split(/\s+/u)
    .map(word => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}\p{M}]+$/gu, ''))
    .filter(word => word !== '')
}
