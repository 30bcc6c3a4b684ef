import { analyse } from 'chardet'

/** How much of a file is looked at: where an encoding is declared, and what the letters look like. */
const declarationBytes = 4096
const sampleBytes = 1 << 16

/** The encoding that an HTML or XML file declares, as the Encoding Standard calls it; null without one that is known. */
export function declaredEncoding(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, declarationBytes)).toString('latin1')
  const written =
    /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w:.-]+)["']/i.exec(head)?.[1] ??
    /<meta[^>]*?\scharset\s*=\s*["']?\s*([\w:.-]+)/i.exec(head)?.[1] ??
    /<meta[^>]*?\scontent\s*=\s*["'][^"'>]*?charset\s*=\s*([\w:.-]+)/i.exec(head)?.[1]
  return written === undefined ? null : standardName(written)
}

/** What changes to Japanese letters and back in ISO-2022-JP, whose bytes are all ASCII. */
export function hasJapaneseEscapes(bytes: Uint8Array): boolean {
  const sample = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, sampleBytes))
  return sample.includes('\u001b$B') && sample.includes('\u001b(B')
}

/** Where so many of the bytes are no ASCII, the text is in no Latin script, and windows-1252 would make rubbish of it. */
const otherScript = 0.3
/** Of 100, as the detector gives it: right encodings of three sentences have 40 and more, a wrong one alone up to 12. */
const leastSure = 30
/** Between Latin encodings the usual one is taken unless another is so much surer. */
const muchSurer = 10
const surelyManyBytes = 50

const usual = 'windows-1252'

/**
 * The encoding that bytes look like, which are no UTF-8; null where it cannot be told.
 * @see ICU's character set detection, which the library follows
 */
export function likelyEncoding(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, sampleBytes)
  const high = sample.reduce((count, byte) => count + (byte >= 0x80 ? 1 : 0), 0)
  const letters = sample.reduce((count, byte) => count + (byte > 0x20 ? 1 : 0), 0)
  const found = analyse(sample).flatMap(({ name, confidence }) => {
    const encoding = standardName(name)
    // The bytes were looked at: they are none of these.
    return encoding === null || /^(?:utf-|ascii)/i.test(name) ? [] : [{ encoding, confidence }]
  })
  const [best] = found
  const isForeign = high / letters >= otherScript || hasForeignWords(sample)
  if (best !== undefined && !isLatin(best.encoding)) {
    if (best.confidence >= (isForeign ? leastSure : surelyManyBytes)) return best.encoding
  }
  if (hasForeignWords(sample)) return null
  if (best === undefined || !isLatin(best.encoding)) return usual
  const ofUsual = found.find(({ encoding }) => encoding === usual)?.confidence ?? 0
  if (best.confidence >= ofUsual + muchSurer && best.encoding !== usual) return best.encoding
  return looksLikeMacintosh(sample) ? 'macintosh' : usual
}

/** Signs that stand inside words in windows-1252 as well: š, œ, ž, an apostrophe, dashes. */
const insideWords = new Set([0x8a, 0x8c, 0x8e, 0x91, 0x92, 0x96, 0x97, 0x9a, 0x9c, 0x9e])

/** Which the detector does not know: letters with accents where windows-1252 has signs that no word has inside. */
function looksLikeMacintosh(sample: Uint8Array): boolean {
  let signs = 0
  let letters = 0
  for (let i = 1; i + 1 < sample.length; i++) {
    const byte = sample[i] ?? 0
    if (byte < 0x80 || !isAsciiLetter(sample[i - 1]) || !isAsciiLetter(sample[i + 1])) continue
    if (byte >= 0xc0) letters++
    else if (byte < 0xa0 && !insideWords.has(byte)) signs++
  }
  return signs > 0 && signs > 2 * letters
}

function isAsciiLetter(byte = 0): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
}

/** Dashes, quotes, dots and spaces of windows-1252, which people repeat. */
const punctuation = new Set([0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0xa0, 0xab, 0xbb])

/** Four letters in a row that are no ASCII: no word of a Latin script has them. */
function hasForeignWords(sample: Uint8Array): boolean {
  let run = 0
  return sample.some(byte => (run = byte >= 0x80 && !punctuation.has(byte) ? run + 1 : 0) >= 4)
}

function isLatin(encoding: string): boolean {
  return /^(?:windows-125[0247]|iso-8859-(?:1|2|3|4|9|10|13|14|15|16)|macintosh)$/.test(encoding)
}

function standardName(label: string): string | null {
  try {
    return new TextDecoder(label).encoding
  } catch {
    return null
  }
}
