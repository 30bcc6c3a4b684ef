/**
 * Bytes that cameras and programs wrote, as the text that a person wrote. Tries UTF-8 first: text in another encoding
 * that happens to be valid UTF-8 beyond ASCII does not occur in practice. Else Windows-1252, the superset of Latin-1.
 */
export function decodeWords(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** UTF-16 with or without byte order mark. Without one, the order in which more letters are below U+0100 wins, else `littleEndian`. */
export function decodeUtf16(bytes: Uint8Array, littleEndian: boolean): string {
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? true : bytes[0] === 0xfe && bytes[1] === 0xff ? false : null
  let zerosAtEven = 0
  let zerosAtOdd = 0
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    if (bytes[i] === 0 && bytes[i + 1] !== 0) zerosAtEven++
    if (bytes[i] !== 0 && bytes[i + 1] === 0) zerosAtOdd++
  }
  const little = marked ?? (zerosAtEven === zerosAtOdd ? littleEndian : zerosAtOdd > zerosAtEven)
  return new TextDecoder(little ? 'utf-16le' : 'utf-16be').decode(bytes)
}

/** What Windows-1252 shows for the bytes 0x80…0x9f; the five that it leaves open stand for themselves. */
const windowsLetters = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/**
 * "MarienkÃ¤fer" → "Marienkäfer": UTF-8 that some program read as Windows-1252. Repaired only where it is certain: every
 * letter fits into one byte, and those bytes are valid UTF-8 with at least one letter beyond ASCII.
 */
export function repairMojibake(text: string): string {
  if (!/[\u0080-\u{10ffff}]/u.test(text)) return text
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const windows = windowsLetters.indexOf(text.charAt(i))
    if (windows >= 0) bytes[i] = 0x80 + windows
    else if (code < 0x100) bytes[i] = code
    else return text
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return text
  }
}

/**
 * A person's words without what surrounds them in files: padding, control characters, text after the first NUL, spaces at
 * the ends. null when nothing is left.
 *
 * @param maxLength UTF-16 units; longer text is cut at a whole character
 */
export function cleanWords(text: string | null | undefined, maxLength: number): string | null {
  if (text === null || text === undefined) return null
  const end = text.indexOf('\0')
  const cleaned = repairMojibake(end < 0 ? text : text.slice(0, end))
    .replace(/\r\n?/g, '\n')
    // eslint-disable-next-line no-control-regex -- removing control characters is what this is for
    .replace(/[\u0001-\u0008\u000b-\u001f\u007f-\u009f\ufeff\ufffd]/g, '')
    .trim()
  if (cleaned === '') return null
  return cleaned.length <= maxLength ? cleaned : cleaned.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')
}
