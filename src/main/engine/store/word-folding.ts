/**
 * How words are written alike, for the index and for questions: people type without points, vowels and accents, and texts hold
 * signs that nobody sees. Where each sign of the folded text stood is kept, so that what was found can be marked.
 *
 * [Note: what is folded] Signs without a shape (soft hyphens, joiners, marks of direction, tatweel) are left out. Forms that mean the
 * same (wide, half-wide, ligatures, Arabic presentation forms) become one: NFKC. Marks of Latin, Greek, Cyrillic, Hebrew and Arabic
 * letters are left out, and letters that have no mark in Unicode but are typed without one too (ł, ß, ø). Vowel signs of Hindi, Thai
 * and the like are letters in all but name, and stay. What is no part of a word becomes a space: FTS5's own tables end with
 * Unicode 6.1, and take every later emoji for a letter of the word that it is written onto. An apostrophe that
 * Unicode calls a letter (Ukrainian пʼять, Hawaiian ʻokina) becomes a space too: people type the keyboard's apostrophe.
 */

/** A text as the index sees it. */
export interface FoldedText {
  readonly text: string
  /** [text.length + 1] where in the original each UTF-16 unit comes from, and where the original ends. */
  readonly starts: readonly number[]
}

/** What is not plain ASCII, with a sign before it that marks may stand on: most texts are passed over at once. */
const special = /[\s\S]?[\u0080-\uffff]+/g
/** A sign with its marks; half-wide Japanese voices are marks that Unicode calls letters. */
const cluster = /\P{M}(?:\p{M}|\uff9e|\uff9f)*|\p{M}+/gu
/** Soft hyphens, joiners, marks of direction, and the tatweel that draws out Arabic words. As the inside of a character class. */
export const unseen = '\\p{DI}\\u0640'
export const invisible = new RegExp(`[${unseen}]`, 'gu')
/** Alike in every text, whatever they are called. As the inside of a character class. */
export const apostrophes = "'‘’‛′‵`´＇\\u02b9-\\u02bf\\u02c8\\u055a\\u05f3\\ua78b\\ua78c"
/** All of Unicode's dashes, minus and the hyphen's bullet. As the inside of a character class. */
export const dashes = '\\p{Pd}\\u2212\\u2043'
const startsAsApostrophe = new RegExp(`^[${apostrophes}]`, 'u')
const startsAsWord = /^[\p{L}\p{N}\p{Co}\p{M}]/u
const typedUnmarked = /^[\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Hebr}\p{sc=Arab}]/u
/** й and ў are letters of their own, which nobody types without the breve. */
const marks = /(?<![\u0418\u0438\u0423\u0443])\u0306|(?!\u0306)[\p{Mn}\p{Me}]/gu

const letters: Readonly<Record<string, string>> = {
  ...{ ł: 'l', Ł: 'L', ø: 'o', Ø: 'O', đ: 'd', Đ: 'D', ð: 'd', Ð: 'D', ħ: 'h', Ħ: 'H', ŧ: 't', Ŧ: 'T', ı: 'i' },
  ...{ ß: 'ss', ẞ: 'SS', þ: 'th', Þ: 'Th', æ: 'ae', Æ: 'Ae', œ: 'oe', Œ: 'Oe' },
  ς: 'σ',
  // Keyboards of Persian, Urdu and Arabic write the same letters with signs of their own.
  ...{ ى: 'ي', ی: 'ي', ک: 'ك', ة: 'ه', ہ: 'ه', ھ: 'ه' }
}

const known = new Map<string, string>()
/** Scripts have thousands of signs and texts use hundreds; what a hostile text makes up is not kept. */
const mostKnown = 10_000

/** @param text  in NFC */
export function folded(text: string): string {
  return text.replace(special, signs => signs.replace(cluster, foldSign))
}

/** The same, with where each sign stood. @param text  in NFC */
export function foldText(text: string): FoldedText {
  let alike = ''
  const starts: number[] = []
  let at = 0
  const add = (written: string, length: number): void => {
    for (let i = 0; i < written.length; i++) starts.push(written.length === length ? at + i : at)
    alike += written
    at += length
  }
  const passOver = (end: number): void => add(text.slice(at, end), end - at)
  for (const { 0: signs, index } of text.matchAll(special)) {
    passOver(index)
    for (const [sign] of signs.matchAll(cluster)) add(foldSign(sign), sign.length)
  }
  passOver(text.length)
  return { text: alike, starts: [...starts, at] }
}

function foldSign(sign: string): string {
  const before = known.get(sign)
  if (before !== undefined) return before
  const found = alikeOf(sign)
  if (known.size < mostKnown) known.set(sign, found)
  return found
}

function alikeOf(sign: string): string {
  const seen = sign.replace(invisible, '')
  if (seen === '') return ''
  if (!startsAsWord.test(seen) || startsAsApostrophe.test(seen)) return ' '
  const apart = seen.normalize('NFKD')
  // Marks that stand on a space of their own.
  if (apart.startsWith(' ')) return ' '
  if (!typedUnmarked.test(apart)) return seen.normalize('NFKC')
  const unmarked = apart.replace(marks, '').normalize('NFC')
  return Array.from(unmarked, letter => letters[letter] ?? letter).join('')
}

/** Between the parts of one word, as people and keyboards write it; the long dashes stand between words. */
const hyphens = '[-\\u058a\\u05be\\u2010-\\u2013\\u2043\\u2212\\ufe63\\uff0d]'
/** What has a hyphen in it, up to the spaces around it. */
const mayBeHyphened = new RegExp(`\\S*${hyphens}\\S*`, 'g')
/** Words with hyphens, of letters: `e-mail`, `plug-in`. */
const hyphenedPart = '\\p{L}[\\p{L}\\p{M}\\p{N}]*'
const hyphened = new RegExp(`${hyphenedPart}(?:${hyphens}${hyphenedPart})+`, 'gu')
const hyphen = new RegExp(hyphens, 'gu')

/** A word with hyphens as one, and where it stands. */
export interface JoinedWord {
  readonly word: string
  readonly start: number
  readonly end: number
}

/** @param text  in NFC */
export function joinedWords(text: string): readonly JoinedWord[] {
  return Array.from(text.matchAll(mayBeHyphened)).flatMap(({ 0: signs, index: from }) =>
    Array.from(signs.matchAll(hyphened), ({ 0: whole, index }) => ({
      word: folded(whole.replace(hyphen, '')),
      start: from + index,
      end: from + index + whole.length
    }))
  )
}
