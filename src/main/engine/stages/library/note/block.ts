/**
 * Readable text that stands in `source[start, end)`. When `end − start` is the length of `text` the two are the same
 * characters; otherwise (an entity, an escape) the piece as a whole stands for the range.
 */
export interface Piece {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** A heading, a paragraph, a list item or a row of a table. Its text is its pieces, one after the other. */
export interface Block {
  /** 1…6 for a heading, 0 for anything else. */
  readonly headingLevel: number
  readonly pieces: readonly Piece[]
}

/** The readable text of a block, markup removed. */
export function blockText(block: Block): string {
  return block.pieces.map(piece => piece.text).join('')
}

/** Source and value agree again where so many characters of the value are met so soon; fewer must be met sooner to be no accident. */
const agreement: readonly { readonly length: number; readonly within: number }[] = [
  { length: 8, within: 2000 },
  { length: 3, within: 100 },
  { length: 1, within: 4 }
]

/**
 * Finds where each part of `value`, which a parser made of `source[start, end)`, came from: escapes, entities, prefixes of
 * continued lines and tags in between are what the source has more. The pieces' texts joined are `value`; ranges are in
 * order and do not overlap.
 */
export function align(value: string, source: string, start: number, end: number): Piece[] {
  if (source.startsWith(value, start) && start + value.length <= end)
    return value === '' ? [] : [verbatim(value, start)]
  const pieces: Piece[] = []
  let at = start
  let done = 0
  while (done < value.length) {
    let same = 0
    while (done + same < value.length && at + same < end && value[done + same] === source[at + same]) same++
    if (same > 0) {
      pieces.push(verbatim(value.slice(done, done + same), at))
      done += same
      at += same
      continue
    }
    const entity = entityAt(value, done, source, at, end)
    if (entity !== null) {
      pieces.push({ text: value.slice(done, done + entity.units), start: at, end: entity.end })
      done += entity.units
      at = entity.end
      continue
    }
    const skipped = skippedBefore(value, done, source, at, end)
    if (skipped > 0) {
      at += skipped
      continue
    }
    // One character that the parser changed (a NUL, a line ending): take it as standing for one of the source.
    const units = isHighSurrogate(value, done) ? 2 : 1
    const sourceEnd = Math.min(end, at + (source[at] === '\r' && source[at + 1] === '\n' ? 2 : 1))
    pieces.push({ text: value.slice(done, done + units), start: at, end: sourceEnd })
    done += units
    at = sourceEnd
  }
  return pieces
}

/** How much of the source is markup before the value goes on; 0 when that cannot be seen. */
function skippedBefore(value: string, done: number, source: string, at: number, end: number): number {
  if (source[at] === '\\' && source[at + 1] === value[done] && at + 1 < end) return 1
  for (const { length, within } of agreement) {
    const found = source.slice(at, Math.min(end, at + within)).indexOf(value.slice(done, done + length))
    if (found > 0) return found
  }
  return 0
}

function verbatim(text: string, start: number): Piece {
  return { text, start, end: start + text.length }
}

function entityAt(
  value: string,
  done: number,
  source: string,
  at: number,
  end: number
): { units: number; end: number } | null {
  const entity = /^&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});?/.exec(
    source.slice(at, Math.min(end, at + 40))
  )
  if (entity === null) return null
  const after = at + entity[0].length
  // An entity is one or two UTF-16 units: the one after which source and value agree again.
  const units =
    isHighSurrogate(value, done) || (value[done + 1] !== source[after] && value[done + 2] === source[after]) ? 2 : 1
  return { units: Math.min(units, value.length - done), end: after }
}

function isHighSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index)
  return unit >= 0xd800 && unit <= 0xdbff && index + 1 < text.length
}
