import { parseDate } from '../dates.ts'
import { tagsOf } from '../front-matter.ts'
import type { NoteSource } from '../note-source.ts'
import { Refusal, type Deadline } from '../refusal.ts'
import { Gathered } from './gathered.ts'

/** Groups that hold no text of the document. Unknown ones that may be left out (`\*`) are left out as well. */
const skipped = new Set(
  (
    'fonttbl colortbl stylesheet info pict object objdata fldinst datafield themedata colorschememapping latentstyles datastore ' +
    'generator listtable listoverridetable revtbl rsidtbl xmlnstbl bkmkstart bkmkend nonshppict listtext pntext pntxta pntxtb ' +
    'atnid atnauthor atndate atnref atntime xe tc tcn filetbl mmathPr private falt panose'
  ).split(' ')
)
/** Optional groups that do hold text. */
const kept = new Set(['shptxt', 'shpinst', 'shppict', 'annotation', 'ud'])

const signs: Readonly<Record<string, string>> = {
  ...{ emdash: '—', endash: '–', bullet: '•', lquote: '‘', rquote: '’', ldblquote: '“', rdblquote: '”' },
  ...{ tab: ' ', cell: ' ', nestcell: ' ', emspace: ' ', enspace: ' ', qmspace: ' ', softline: ' ', line: ' ' }
}
const paragraphEnds = new Set(['par', 'page', 'sect', 'row', 'nestrow', 'column', 'pard'])

/** Windows code pages of fonts' character sets. @see Rich Text Format Specification 1.9.1, “Font Table” */
const charsets: Readonly<Record<number, number>> = {
  ...{ 77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256 },
  ...{ 186: 1257, 204: 1251, 222: 874, 238: 1250 }
}
const labels: Readonly<Record<number, string>> = {
  ...{ 932: 'shift_jis', 936: 'gbk', 949: 'euc-kr', 950: 'big5', 874: 'windows-874', 10000: 'macintosh' },
  ...{ 866: 'ibm866', 65001: 'utf-8', 20866: 'koi8-r', 21866: 'koi8-u' }
}

interface State {
  isSkipped: boolean
  isHidden: boolean
  /** Of the bytes that follow. */
  codePage: number
  /** Characters after `\u` for readers that know no Unicode. */
  fallback: number
  headingLevel: number
  /** The group’s name, for those whose text is wanted for something else. */
  destination: string
}

const longestGroupDepth = 4000

/**
 * A Rich Text document: its paragraphs, in the code pages that it declares; title, keywords and date from its information
 * group.
 * @see Rich Text Format (RTF) Specification, version 1.9.1
 */
export async function readRtf(bytes: Uint8Array, deadline: Deadline): Promise<NoteSource> {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  if (!source.startsWith('{\\rtf'))
    throw new Refusal(
      'wrong-content',
      'The name says that this is a Rich Text document, but its content is something else.'
    )
  const reader = new RtfReader()
  const token = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([\da-f]{2})|\\([^a-z])|([{}])|[\r\n]+|[^\\{}\r\n]+/gi
  for (let match = token.exec(source), n = 0; match !== null; match = token.exec(source), n++) {
    const [whole, word, number, hex, sign, brace] = match
    if (word !== undefined) {
      const value = number === undefined ? null : Number(number)
      // Raw bytes follow, which are no text.
      if (word === 'bin') token.lastIndex += Math.max(0, value ?? 0)
      else reader.word(word, value)
    } else if (hex !== undefined) reader.bytes(String.fromCharCode(parseInt(hex, 16)))
    else if (sign !== undefined) reader.sign(sign)
    else if (brace === '{') reader.begin()
    else if (brace === '}') reader.end()
    else if (!/^[\r\n]/.test(whole)) reader.bytes(whole)
    if (n % 4096 === 0) await deadline.giveWay()
  }
  return reader.source()
}

class RtfReader {
  readonly #gathered = new Gathered()
  readonly #stack: State[] = []
  readonly #fontPages = new Map<number, number>()
  readonly #headings = new Map<number, number>()
  readonly #info = new Map<string, string>()
  readonly #created = new Map<string, number>()
  #now: State = {
    ...{ isSkipped: false, isHidden: false, codePage: 1252, fallback: 1, headingLevel: 0, destination: '' }
  }
  #defaultPage = 1252
  #isOptional = false
  #paragraph = ''
  /** Bytes of one code page that follow each other: a character may have several. */
  #pending = ''
  #toSkip = 0
  #font = 0
  #style = 0
  #styleName = ''

  begin(): void {
    this.#flush()
    if (this.#stack.length >= longestGroupDepth)
      throw new Refusal('corrupt', 'This document is damaged: its parts are nested too deeply.')
    this.#stack.push({ ...this.#now })
    this.#isOptional = false
    this.#toSkip = 0
  }

  end(): void {
    this.#flush()
    const { destination } = this.#now
    const outer = this.#stack.pop()
    if (outer === undefined) return
    if (destination === 'stylesheet') {
      const level = /^(?:heading|überschrift|titre|título|titolo|kop|rubrik) (\d)/i.exec(this.#styleName.trim())?.[1]
      if (level !== undefined) this.#headings.set(this.#style, Number(level))
      this.#styleName = ''
    }
    this.#now = outer
  }

  word(word: string, value: number | null): void {
    this.#flush()
    const isFirst = this.#isOptional
    this.#isOptional = false
    if (skipped.has(word) || (isFirst && !kept.has(word))) {
      // A style of the stylesheet that is marked as optional has its number after the mark.
      if (this.#now.destination !== 'stylesheet') this.#now.destination = word
      this.#now.isSkipped = true
    }
    this.#property(word, value)
    if (this.#now.isSkipped || this.#now.isHidden) return
    if (paragraphEnds.has(word)) this.#endParagraph()
    const sign = signs[word]
    if (sign !== undefined) this.#paragraph += sign
  }

  #property(word: string, value: number | null): void {
    const now = this.#now
    const isInfo = this.#stack.length > 0 && now.isSkipped
    if (word === 'ansicpg' && value !== null) this.#defaultPage = now.codePage = value
    else if (word === 'mac') this.#defaultPage = now.codePage = 10000
    else if (word === 'f' && value !== null) {
      this.#font = value
      if (now.destination !== 'fonttbl') now.codePage = this.#fontPages.get(value) ?? this.#defaultPage
    } else if (word === 'fcharset' && value !== null)
      this.#fontPages.set(this.#font, charsets[value] ?? this.#defaultPage)
    else if (word === 'plain') now.codePage = this.#defaultPage
    else if (word === 'uc' && value !== null) now.fallback = Math.min(Math.max(value, 0), 16)
    else if (word === 'u' && value !== null) {
      this.#text(String.fromCharCode(value & 0xffff))
      this.#toSkip = now.fallback
    } else if (word === 'v' || word === 'deleted') now.isHidden = value !== 0
    else if (word === 's' && value !== null) {
      this.#style = value
      if (now.destination !== 'stylesheet') now.headingLevel = this.#headings.get(value) ?? 0
    } else if (word === 'outlinelevel' && value !== null && now.destination !== 'stylesheet')
      now.headingLevel = value < 6 ? value + 1 : 0
    else if (isInfo && /^(?:title|subject|keywords|creatim)$/.test(word)) now.destination = word
    else if (now.destination === 'creatim' && value !== null) this.#created.set(word, value)
    if (word === 'pard') now.headingLevel = 0
  }

  sign(sign: string): void {
    if (sign === '*') {
      this.#isOptional = true
      return
    }
    this.#flush()
    if (sign === '\n' || sign === '\r') {
      this.word('par', null)
      return
    }
    // A hyphen where a word may be divided is none.
    const text = sign === '~' ? '\u00a0' : sign === '_' ? '\u2011' : sign === '-' ? '' : sign
    if (this.#toSkip > 0) this.#toSkip--
    else if (!/[|:]/.test(sign)) this.#text(text)
  }

  /** @param bytes  one character for each */
  bytes(bytes: string): void {
    const skip = Math.min(this.#toSkip, bytes.length)
    this.#toSkip -= skip
    this.#pending += bytes.slice(skip)
  }

  source(): NoteSource {
    this.#flush()
    this.#endParagraph()
    const [year, month, day] = ['yr', 'mo', 'dy'].map(part => this.#created.get(part) ?? 0)
    const [hour = 0, minute = 0] = ['hr', 'min'].map(part => this.#created.get(part) ?? 0)
    const two = (number: number | undefined): string => String(number).padStart(2, '0')
    const written = `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`
    const keywords = this.#info.get('keywords') ?? ''
    return this.#gathered.source({
      title: this.#info.get('title') ?? null,
      date: this.#created.size === 0 ? null : parseDate(written, 'document'),
      tags: keywords === '' ? [] : tagsOf([{ text: keywords.replaceAll(';', ',') }])
    })
  }

  #flush(): void {
    if (this.#pending === '') return
    const bytes = this.#pending
    this.#pending = ''
    this.#text(/^[\0-\x7f]*$/.test(bytes) ? bytes : decoded(bytes, this.#now.codePage))
  }

  #text(text: string): void {
    const { isSkipped, isHidden, destination } = this.#now
    if (destination === 'stylesheet') this.#styleName += text
    else if (/^(?:title|keywords)$/.test(destination))
      this.#info.set(destination, (this.#info.get(destination) ?? '') + text)
    else if (!isSkipped && !isHidden) this.#paragraph += text
  }

  #endParagraph(): void {
    this.#gathered.add(this.#paragraph, this.#now.headingLevel)
    this.#paragraph = ''
  }
}

const decoders = new Map<number, TextDecoder>()

function decoded(bytes: string, codePage: number): string {
  let decoder = decoders.get(codePage)
  if (decoder === undefined) {
    const label = labels[codePage] ?? (codePage >= 1250 && codePage <= 1258 ? `windows-${codePage}` : 'windows-1252')
    decoders.set(codePage, (decoder = new TextDecoder(label)))
  }
  return decoder.decode(Buffer.from(bytes, 'latin1'))
}
