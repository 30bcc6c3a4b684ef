import type { Passage } from '../../../base/domain.ts'
import { stepsAtOnce, type Steps } from '../../../base/give-way.ts'
import { blockText, type Block, type Piece } from './block.ts'

export interface PassageLimits {
  readonly minWords: number
  readonly maxWords: number
  readonly maxChars: number
  readonly maxPassages: number
}

/** What is never cut. */
interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
  /** What stands between it and the word before: '' inside a word that is longer than a passage. */
  readonly before: ' ' | '\n' | ''
  /** In words: 1, or the number of characters of a script that writes no spaces. */
  readonly weight: number
}

/**
 * Cuts prose into passages that a text encoder can hold: a heading begins one, then the end of a paragraph once there are
 * `minWords`, then the end of a sentence, then of a word. Every word is in exactly one passage; passages are in order and
 * do not overlap, and what comes after the last that is allowed is left out. Lines of `Passage.text` are blocks.
 */
export function cutPassages(blocks: readonly Block[], limits: PassageLimits): Passage[] {
  return stepsAtOnce(cutInSteps(blocks, limits))
}

/** The same, a stretch of words at a time: a book takes a second. */
export function* cutInSteps(blocks: readonly Block[], limits: PassageLimits): Steps<Passage[]> {
  const cutter = new Cutter(limits)
  for (const block of blocks) {
    yield* cutter.add(block)
    if (cutter.isFull) break
  }
  return cutter.finish()
}

/** A block is taken in stretches of so many words, so that a book in one line needs no more memory than a page. */
const wordsPerStretch = 500

const longestHeading = 120

class Cutter {
  readonly #limits: PassageLimits
  readonly #passages: Passage[] = []
  readonly #trail: { level: number; text: string }[] = []
  #words: Word[] = []
  #weight = 0
  #chars = 0
  #hasBody = false
  #lastEnd = 0

  constructor(limits: PassageLimits) {
    this.#limits = limits
  }

  /** Nothing more is taken. */
  get isFull(): boolean {
    return this.#passages.length >= this.#limits.maxPassages
  }

  *add(block: Block): Steps<void> {
    const isHeading = block.headingLevel > 0
    if (isHeading ? this.#hasBody : this.#hasBody && this.#weight >= this.#limits.minWords) this.#end()
    if (isHeading) this.#enter(block)
    let stretch: Word[] = []
    for (const word of wordsOf(block, this.#limits)) {
      stretch.push(word)
      if (stretch.length < wordsPerStretch) continue
      this.#addStretch(stretch)
      yield
      if (this.isFull) return
      stretch = []
    }
    this.#addStretch(stretch)
    yield
    if (!isHeading && this.#words.length > 0) this.#hasBody = true
  }

  finish(): Passage[] {
    this.#end()
    return this.#passages
  }

  #enter(heading: Block): void {
    while ((this.#trail.at(-1)?.level ?? 0) >= heading.headingLevel) this.#trail.pop()
    const text = blockText(heading).replace(/\s+/g, ' ').trim()
    if (text === '') return
    const shown = text.length <= longestHeading ? text : `${text.slice(0, longestHeading).toWellFormed()}…`
    this.#trail.push({ level: heading.headingLevel, text: shown })
  }

  #addStretch(words: readonly Word[]): void {
    const weight = this.#weight + words.reduce((sum, word) => sum + word.weight, 0)
    const chars = this.#chars + words.reduce((sum, word) => sum + charsOf(word), 0)
    const { maxWords, maxChars } = this.#limits
    if (weight <= maxWords && chars <= maxChars) {
      for (const word of words) this.#take(word)
      return
    }
    // Parts of about the same length: a last part of three words would mean nothing to an encoder.
    const parts = Math.max(Math.ceil(weight / maxWords), Math.ceil(chars / maxChars))
    for (const sentence of sentencesOf(words)) {
      const sentenceWeight = sentence.reduce((sum, word) => sum + word.weight, 0)
      const sentenceChars = sentence.reduce((sum, word) => sum + charsOf(word), 0)
      if (!this.#fits(sentenceWeight, sentenceChars)) this.#end()
      for (const word of sentence) {
        if (!this.#fits(word.weight, charsOf(word))) this.#end()
        this.#take(word)
      }
      if (this.#weight * parts >= weight || this.#chars * parts >= chars) this.#end()
    }
  }

  #fits(weight: number, chars: number): boolean {
    return this.#weight + weight <= this.#limits.maxWords && this.#chars + chars <= this.#limits.maxChars
  }

  #take(word: Word): void {
    this.#words.push(word)
    this.#weight += word.weight
    this.#chars += charsOf(word)
  }

  #end(): void {
    const [first] = this.#words
    const last = this.#words.at(-1)
    if (first === undefined || last === undefined) return
    if (this.isFull) return
    const start = Math.max(first.start, this.#lastEnd)
    const end = Math.max(last.end, start)
    const text = this.#words.map((word, i) => (i === 0 ? word.text : word.before + word.text)).join('')
    const heading = this.#trail.map(entry => entry.text).join(' › ')
    this.#passages.push({ part: this.#passages.length, start, end, heading, text })
    this.#lastEnd = end
    this.#words = []
    this.#weight = 0
    this.#chars = 0
    this.#hasBody = false
  }
}

function charsOf(word: Word): number {
  return word.before.length + word.text.length
}

// eslint-disable-next-line no-control-regex -- a NUL between words is no part of either
const inkOrGap = /((?:[^\s\0-\x1f\x7f]|\ufeff)+)|[\s\0-\x1f\x7f]+/g

interface Ink {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** The words of a block in order. One may go over several pieces: `**bold**face` is one word. */
function* wordsOf(block: Block, limits: PassageLimits): Generator<Word> {
  let open: Ink | null = null
  let before: Word['before'] = '\n'
  for (const piece of block.pieces) {
    for (const match of piece.text.matchAll(inkOrGap)) {
      if (match[1] !== undefined) {
        open = longer(open, piece, match.index, match[1])
      } else if (open !== null) {
        yield* fitting(open, before, limits)
        before = ' '
        open = null
      }
    }
  }
  if (open !== null) yield* fitting(open, before, limits)
}

function longer(open: Ink | null, piece: Piece, index: number, ink: string): Ink {
  const isVerbatim = piece.end - piece.start === piece.text.length
  const start = isVerbatim ? piece.start + index : piece.start
  const end = isVerbatim ? start + ink.length : piece.end
  return open === null
    ? { text: ink, start, end }
    : { text: open.text + ink, start: open.start, end: Math.max(open.end, end) }
}

/** The word itself, or, if no passage can hold it, parts of it that one can. */
function* fitting(whole: Ink, before: Word['before'], limits: PassageLimits): Generator<Word> {
  const weight = weightOf(whole.text)
  if (weight <= limits.maxWords && whole.text.length < limits.maxChars) {
    yield { ...whole, before, weight }
    return
  }
  const scale = (whole.end - whole.start) / whole.text.length
  const offset = (index: number): number => whole.start + Math.floor(index * scale)
  for (const { text, index } of morselsOf(whole.text, limits.maxChars - 1)) {
    yield {
      text,
      start: offset(index),
      end: offset(index + text.length),
      before: index === 0 ? before : '',
      weight: weightOf(text)
    }
  }
}

const wordSegments = new Intl.Segmenter(undefined, { granularity: 'word' })

/** Parts of at most `most` UTF-16 units, cut where a reader of the language would cut, else between two characters. */
function* morselsOf(text: string, most: number): Generator<{ text: string; index: number }> {
  // The segmenter reads ahead of what it gives: without windows a megabyte without spaces would be one string to it.
  for (let index = 0; index < text.length;) {
    const window = text.slice(index, windowEnd(text, index, 4096))
    for (const { segment, index: inside } of wordSegments.segment(window)) {
      for (let at = 0; at < segment.length;) {
        const end = windowEnd(segment, at, most)
        yield { text: segment.slice(at, end), index: index + inside + at }
        at = end
      }
    }
    index += window.length
  }
}

/** At most `length` further, and not between the halves of a surrogate pair. */
function windowEnd(text: string, from: number, length: number): number {
  const end = Math.min(text.length, from + length)
  const isInsidePair = end < text.length && end - from > 1 && (text.codePointAt(end - 1) ?? 0) > 0xffff
  return isInsidePair ? end - 1 : end
}

const withoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu
/** Thai, Lao, Khmer and Burmese words are about four characters long. */
const withoutSpacesShort = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu

function weightOf(text: string): number {
  const count = (text.match(withoutSpaces)?.length ?? 0) + (text.match(withoutSpacesShort)?.length ?? 0) / 4
  return Math.max(1, Math.ceil(count))
}

const sentenceSegments = new Intl.Segmenter(undefined, { granularity: 'sentence' })

function* sentencesOf(words: readonly Word[]): Generator<Word[]> {
  const ends: number[] = []
  let text = ''
  for (const word of words) {
    text += word.before + word.text
    ends.push(text.length)
  }
  let next = 0
  for (const { segment, index } of sentenceSegments.segment(text)) {
    const sentence: Word[] = []
    for (; next < words.length; next++) {
      const word = words[next]
      const end = ends[next]
      if (word === undefined || end === undefined || end - word.text.length >= index + segment.length) break
      sentence.push(word)
    }
    if (sentence.length > 0) yield sentence
  }
}
