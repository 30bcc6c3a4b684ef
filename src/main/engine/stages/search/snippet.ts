import type { Snippet } from '../../../../shared/searching.ts'

type Range = readonly [start: number, end: number]

/** Left of what matters there is this share of the room that is left over. */
const leadShare = 0.3
/** A cut moves this far to fall between words. */
const mostMoved = 20

/**
 * A stretch of a text, cut between words, with … where something is left out; white space becomes single spaces.
 *
 * @param around  what has to be in it (its beginning, when it is longer than `length`)
 * @param marks   ascending ranges of `text`; those inside come back as ranges of the snippet
 * @param length  UTF-16 units, roughly
 */
export function snippetOf(text: string, around: Range, marks: readonly Range[], length: number): Omit<Snippet, 'part'> {
  const room = Math.max(0, length - (around[1] - around[0]))
  let start = Math.max(0, Math.round(around[0] - room * leadShare))
  const end = cutBefore(text, Math.min(text.length, start + length), around[1])
  if (end === text.length) start = Math.max(0, Math.min(start, end - length))
  start = cutAfter(text, start, around[0])

  let shown = start > 0 ? '…' : ''
  const placed: Range[] = []
  let at = start
  const take = (to: number) => {
    for (; at < to; at++) {
      const unit = text.charAt(at)
      const isSpace = /\s/u.test(unit)
      if (!isSpace) shown += unit
      else if (shown !== '' && !shown.endsWith(' ')) shown += ' '
    }
  }
  for (const [from, to] of marks) {
    if (from < start || to > end) continue
    take(from)
    const before = shown.length
    take(to)
    placed.push([before, shown.length])
  }
  take(end)
  shown = shown.trimEnd()
  return { text: end < text.length ? `${shown}…` : shown, marks: placed }
}

/** The sentence that shares most words with the query; the first one when none does. Endings may differ: six letters are compared. */
export function sentenceWith(words: readonly string[], text: string): Range {
  const wanted = new Set(words.map(stem))
  let best: Range = [0, 0]
  let most = -1
  for (const found of text.matchAll(/[^.!?\n]+[.!?]*/gu)) {
    const present = new Set((found[0].match(/[\p{L}\p{N}]+/gu) ?? []).map(stem).filter(word => wanted.has(word)))
    if (found[0].trim() === '' || present.size <= most) continue
    most = present.size
    best = [found.index, found.index + found[0].length]
  }
  return best
}

function stem(word: string): string {
  return word.toLowerCase().slice(0, 6)
}

/** Moves a left cut to the next word's beginning, never past `limit`. */
function cutAfter(text: string, at: number, limit: number): number {
  if (at === 0) return 0
  const space = text.slice(at - 1, Math.min(at + mostMoved, limit)).search(/\s/u)
  return space >= 0 ? at + space : wholeCharacter(text, at)
}

/** Moves a right cut to the last word's end, never before `limit`. */
function cutBefore(text: string, at: number, limit: number): number {
  if (at >= text.length) return text.length
  for (let end = at; end > Math.max(at - mostMoved, limit); end--) if (/\s/u.test(text.charAt(end))) return end
  return wholeCharacter(text, at)
}

/** Never between the two halves of a character. */
function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at
}
