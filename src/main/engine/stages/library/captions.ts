/** Names that cameras, phones and programs give, alone or with numbers. */
const named =
  /^(?:img|image|dsc[nf]?|dscf|pict?|p|pxl|gopr|gh|mvimg|mvi|pano|burst|vid|video|photo|picture|screen ?shot|screencap|screen ?grab|snapshot|scan|untitled|unnamed|figure|fig|thumbnail|thumb|cover|banner|hero|logo|icon|avatar|placeholder|alt(?: text)?|caption|download|attachment|pasted image|whatsapp image|signal|foto|bild|bildschirmfoto|capture|collage|null|undefined|none|test|photo by|image of|picture of|a photo|an image|a picture|a screenshot)(?:[\s\d_.:,()–-]|\bat\b|\b[ap]m\b|\bwa\d*|\bfrom\b|\bimg\b)*$/i

const fewestLetters = 3

/** What cameras write in place of a caption. Metadata is cleaned of much more where it is read; this also stands in notes and names. */
const firmware = /^(?:[A-Z0-9.-]+ ){0,3}DIGITAL (?:STILL )?CAMERA$|^(?:SONY DSC|Exif_JPEG_\w+)$/

/** Whether a text can say what is on a photo: not the name of a file, a number, an address or a word for any picture. */
export function isCaption(text: string): boolean {
  const words = text.trim().replace(/\.(?:jpe?g|png|webp|avif|gif|tiff?|bmp|hei[cf]|svg|pdf|mp4|mov)$/i, '')
  const isFileName = words !== text.trim() && !/\s/.test(words)
  if (isFileName || named.test(words) || firmware.test(words)) return false
  if (/^(?:https?:\/\/|www\.)\S*$/i.test(words)) return false
  if (/^[0-9a-f]{8}(?:-?[0-9a-f]{4,}){1,}$/i.test(words)) return false // A hash or a UUID.
  const letters = words.match(/\p{L}/gu)?.length ?? 0
  const ideographs =
    words.match(/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/gu)?.length ?? 0
  // `P1010023`, `2021-05-03 12.30.11`: mostly digits.
  const digits = words.match(/\d/g)?.length ?? 0
  return (letters >= fewestLetters || ideographs > 0) && digits <= letters
}

/** For telling texts apart: their words, without case and what stands between them; a text without words as it is. */
export function foldWords(text: string): string {
  const plain = text.normalize('NFC').trim()
  const words = plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return words === '' ? plain : words
}

/** Parts of names that cameras and programs give, and what people add to tell versions apart. */
const nameParts =
  /^(?:_?img|imgp|_?dsc[nf]?|dcim|pict?|pxl|gopr?|mvimg|mvi|pano|burst|cimg|hdr|photos?|pictures?|images?|fotos?|bild(?:er)?|scan(?:ned)?|screen|shots?|screenshots?|bildschirmfoto|snapshot|untitled|unnamed|ohne|titel|thumb(?:nail)?|icon|logo|banner|header|hero|cover|background|placeholder|default|download|attachment|pasted|whatsapp|signal|telegram|facebook|instagram|messenger|received|edit(?:ed)?|bearbeitet|copy|kopie|final|draft|original|small|medium|large|full|resized|cropped|scaled|compressed|version|jpe?g|png|gif|webp|heic|tiff?|raw|px)$/i
/** Fewer letters in all are an abbreviation. */
const fewestNameLetters = 5

/**
 * The words of a file's name where a person gave it one: "red-bicycle_wall (2).jpg" says "red bicycle wall". At least two
 * words of letters, or as many characters of a script without spaces; else null, for one word may be anybody's.
 */
export function nameWords(path: string): string | null {
  const stem = (path.split('/').at(-1) ?? '').replace(/\.[^.]+$/, '').normalize('NFC')
  if (!isCaption(stem)) return null
  const parts = stem
    .replace(/%[\da-f]{2}/gi, ' ')
    .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .split(/[^\p{L}\p{M}\p{N}'’]+/u)
  const words = parts.filter(part => /^[\p{L}\p{M}'’]+$/u.test(part) && !nameParts.test(part))
  const name = words.join(' ')
  if (firmware.test(name.toUpperCase())) return null // WordPress makes "olympus-digital-camera-3.jpg" of it.
  const telling = words.filter(word => word.length > 1 && isSpoken(word))
  const letters = telling.join('')
  if (unspaced.test(letters)) return letters.length > 1 ? name : null
  return telling.length > 1 && letters.length >= fewestNameLetters ? name : null
}

const unspaced = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Thai}/u

/** Latin letters without a vowel are an abbreviation or a part of an identifier. */
function isSpoken(word: string): boolean {
  return !/^[a-z'’]+$/i.test(word) || /[aeiouy]/i.test(word)
}
