import { declaredEncoding, hasJapaneseEscapes, likelyEncoding } from './guess-encoding.ts'
import { Refusal } from './refusal.ts'

/**
 * The text of a file. Its encoding is that of its byte order mark, UTF-16 without one when zero bytes give it away, UTF-8
 * where the bytes are that, what the file declares, and else what its bytes look like. The mark is not part of the text.
 * @param declares  HTML and XML say their encoding in their first lines
 * @throws Refusal wrong-content when the bytes are no text, unsupported-format when their encoding cannot be told
 */
export function decodeText(bytes: Uint8Array, declares: 'nothing' | 'in its head' = 'nothing'): string {
  const known = otherContent(bytes)
  if (known !== null)
    throw new Refusal('wrong-content', `The name says that this is a text, but its content is ${known}.`)
  const declared = declares === 'nothing' ? null : declaredEncoding(bytes)
  const encoding = encodingOf(bytes, declared)
  const text = new TextDecoder(encoding ?? 'windows-1252').decode(bytes)
  if (isRubbish(text))
    throw new Refusal('wrong-content', 'The name says that this is a text, but its content is not readable text.')
  if (encoding !== null) return text
  throw new Refusal(
    'unsupported-format',
    'It cannot be told which encoding the letters of this text are in. Save it as UTF-8 to find it here.'
  )
}

/** null where it cannot be told. */
function encodingOf(bytes: Uint8Array, declared: string | null): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const wide = evidentUtf16(bytes)
  if (wide !== null) return wide
  if (isUtf8(bytes)) return declared === 'iso-2022-jp' || hasJapaneseEscapes(bytes) ? 'iso-2022-jp' : 'utf-8'
  return declared === null || declared.startsWith('utf') ? likelyEncoding(bytes) : declared
}

/** Text in most scripts has spaces and line ends, whose high byte is 0: without a mark, zeros on one side only give UTF-16 away. */
function evidentUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes.length < 4 || bytes.length % 2 !== 0) return null
  const sample = Math.min(bytes.length, 4096)
  let even = 0
  let odd = 0
  for (let i = 0; i < sample; i += 2) {
    if (bytes[i] === 0) even++
    if (bytes[i + 1] === 0) odd++
  }
  const evident = sample * 0.1
  if (odd > evident && even === 0) return 'utf-16le'
  if (even > evident && odd === 0) return 'utf-16be'
  return null
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

const signatures: readonly (readonly [name: string, hex: string])[] = [
  ['a PDF document', '255044462d'],
  ['a ZIP archive or an Office document', '504b0304'],
  ['an older Office document', 'd0cf11e0a1b11ae1'],
  ['a JPEG picture', 'ffd8ff'],
  ['a PNG picture', '89504e470d0a1a0a'],
  ['a GIF picture', '47494638'],
  ['a gzip archive', '1f8b08'],
  ['a program', '7f454c46']
]

function otherContent(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 8)).toString('hex')
  return signatures.find(([, hex]) => head.startsWith(hex))?.[0] ?? null
}

/** Controls that no text has: all but tab, line ends, form feed, and what terminals and old systems know (bell, backspace, escape, end of file). */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const controls = /[\0-\x06\x0b\x0e-\x19\x1c-\x1f\x7f\ufffd]/g

/** A stray NUL or broken byte is forgiven; one in twenty characters of the beginning is no text. */
function isRubbish(text: string): boolean {
  const sample = text.slice(0, 65_536)
  return (sample.match(controls)?.length ?? 0) > Math.max(sample.length / 20, 3)
}
