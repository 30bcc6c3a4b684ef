import { apostrophes, dashes, folded, invisible, joinedWords, unseen } from './word-folding.ts'

/**
 * How text becomes words, before FTS5's own tokenizer (Porter over unicode61) sees it, and how a person's words become an
 * FTS5 expression. Both sides are put into NFC and folded first (word-folding.ts), so that a file name spelled in NFD is found.
 *
 * [Note: scripts without spaces] In Chinese, Japanese, Thai and the like every character (with its marks) is indexed as a
 * word of its own, and so is every Korean syllable, whose particles are written onto the word. A query's words are looked
 * for as phrases of such characters: any stretch of a text can be found, and nothing depends on a dictionary that differs
 * between versions of Node and Electron. Only the query is cut into words by the system's dictionary (Intl.Segmenter), to
 * find texts that have some of its words; a cut at the wrong place there costs rank, never an index that has to be rebuilt.
 */

/** Where characters are cut apart. No tokenizer takes it for a letter, and no text needs it. */
export const cut = '\u001f'

/** As the index itself has it in library-tables.ts, for tables in memory: what is matched, marked and cut is matched one way. */
export const tokenizer = "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"

/** What the index takes as part of a word: keep in step with `categories` above. */
const wordRun = /[\p{L}\p{N}\p{Co}\p{Mn}\p{Mc}]+/gu
const unspacedScripts = ['Han', 'Hira', 'Kana', 'Bopo', 'Hang', 'Thai', 'Laoo', 'Khmr', 'Mymr']
const unspaced = `[${unspacedScripts.map(script => `\\p{scx=${script}}`).join('')}]`
const unspacedCharacter = new RegExp(`${unspaced}[\\p{Mn}\\p{Mc}]*`, 'gu')
const hasUnspaced = new RegExp(unspaced, 'u')
/** Below Thai, the first of those scripts in Unicode, there is nothing to cut: most texts are passed over at once. */
const mayBeUnspaced = /[\u0e00-\uffff]/

/** beach|Day, IMG|2019, 2019|lisbon */
const insideName = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/gu

/** @param text  folded */
export function cutScripts(text: string): string {
  return mayBeUnspaced.test(text) ? text.replace(unspacedCharacter, `${cut}$&${cut}`) : text
}

/** A file name's words, also those that only a capital or a digit begins. @param name  folded */
export function cutName(name: string): string {
  return cutScripts(name.replace(insideName, cut))
}

/** The words of a text, and after them those with hyphens as one: `e-mail email`. */
export function indexed(text: string): string {
  const normal = text.normalize('NFC')
  return [cutScripts(folded(normal)), ...joinedWords(normal).map(({ word }) => cutScripts(word))].join(' ')
}

/** Both the words as they are written and the words inside them. */
export function indexedName(path: string): string {
  const words = cutName(folded(path.normalize('NFC')))
  const whole = indexed(path)
  return whole.startsWith(words) ? whole : `${whole} ${words}`
}

/**
 * An FTS5 phrase: what a person wrote, its words next to each other; null when there is no word in it. Nothing but word
 * characters gets between the quotes, so nothing that a person types is ever syntax.
 */
export function phrase(text: string): string | null {
  const words = cutScripts(folded(text.normalize('NFC'))).match(wordRun)
  return words === null ? null : `"${words.join(' ')}"`
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })
const particle = /^\p{scx=Hira}$/u

/** Phrases for a query's words, without duplicates. @param lastIsPrefix  longer words that begin like the last one match too */
export function phrases(words: readonly string[], lastIsPrefix: boolean): string[] {
  const found = words.flatMap((word, i) => {
    const isPrefix = lastIsPrefix && i === words.length - 1
    return segments(word).flatMap((segment, j, all) => {
      const whole = phrase(segment)
      if (whole === null) return []
      const alike = [whole, ...joinedWords(segment.normalize('NFC')).flatMap(({ word: one }) => phrase(one) ?? [])]
      return isPrefix && j === all.length - 1 ? [...alike.map(one => `${one} *`), ...unfinished(segment)] : alike
    })
  })
  return [...new Set(found)]
}

/** Words of a script without spaces, without the particles between them; any other word as it is. */
function segments(word: string): string[] {
  if (!mayBeUnspaced.test(word) || !hasUnspaced.test(word)) return [word]
  const all = Array.from(segmenter.segment(word.normalize('NFC')))
    .filter(({ isWordLike }) => isWordLike === true)
    .map(({ segment }) => segment)
  const meaningful = all.filter(segment => !particle.test(segment))
  return meaningful.length > 0 ? meaningful : [word]
}

/** The endings that Porter's stemmer takes off, as far as they are met in names and captions. */
const endings = [
  'ings',
  'ies',
  'ers',
  'edly',
  'ingly',
  'ness',
  'ments',
  'ations',
  'fulness',
  'ously',
  'ively',
  'ility',
  'ables'
]
const shortestStem = 3

/**
 * The index knows “walking” as “walk”, so “walki”, on its way to “walking”, begins no word in it. Each way of reading the
 * last letters as the beginning of an ending gives the word that may be meant: walki → walk, runni → run, maki → make, wedd → wed.
 */
function unfinished(prefix: string): string[] {
  const word = prefix.toLowerCase()
  if (!/^[a-z]+$/.test(word)) return []
  const stems: string[] = []
  for (let length = shortestStem; length <= word.length; length++) {
    const rest = word.slice(length)
    if (!endings.some(ending => ending.startsWith(rest))) continue
    const stem = word.slice(0, length)
    stems.push(stem, `${stem}e`)
    if (stem.length > shortestStem && stem.at(-1) === stem.at(-2)) stems.push(stem.slice(0, -1))
  }
  return stems.map(stem => `"${stem}"`)
}

const sameSigns = [apostrophes, dashes].map(signs => ({ pattern: `[${signs}]`, is: new RegExp(`[${signs}]`, 'u') }))

function signPattern(sign: string): string {
  return sameSigns.find(({ is }) => is.test(sign))?.pattern ?? sign.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/**
 * Finds a text as it stands, apart from case, Unicode form, the width of white space, the shape of apostrophes and dashes, and
 * signs that nobody sees. Where it begins or ends in a letter or digit of a script with spaces, a word must begin or end there:
 * “cat” is not in “concatenate”.
 */
export function exactPattern(text: string): RegExp {
  const wanted = text.normalize('NFC').replace(invisible, '').trim()
  const escaped = wanted
    .split(/\s+/u)
    .map(word => Array.from(word, signPattern).join(`[${unseen}]*`))
    .join('\\s+')
  const edge = `[\\p{L}\\p{N}\\p{Co}\\p{Mn}\\p{Mc}]`
  const isWordAt = (end: RegExp): boolean => {
    const character = end.exec(wanted)?.[0] ?? ''
    return new RegExp(edge, 'u').test(character) && !hasUnspaced.test(character)
  }
  const before = isWordAt(/^./u) ? `(?<!${edge})` : ''
  const after = isWordAt(/.$/u) ? `(?!${edge})` : ''
  return new RegExp(before + escaped + after, 'giu')
}
