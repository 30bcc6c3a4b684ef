import type { NoteFormat, PhotoFormat } from '../../base/domain.ts'
import { ascii, uint16, uint32 } from './metadata/bytes.ts'
import { isRawTiff } from './photo/raw-tiff.ts'

export type Sniffed =
  | { readonly kind: 'photo'; readonly format: PhotoFormat }
  | { readonly kind: 'note'; readonly format: NoteFormat }
  /** `what` fits into "This file is …": "a web page", "a video", "empty". */
  | { readonly kind: 'other'; readonly what: string }

/** How much of a file `sniff` wants to see. */
export const sniffBytes = 64 * 1024

const photo = (format: PhotoFormat): Sniffed => ({ kind: 'photo', format })
const other = (what: string): Sniffed => ({ kind: 'other', what })

/** Signatures at the beginning of a file that need no second look. `?` stands for any byte. */
const signatures: readonly (readonly [signature: string, Sniffed])[] = [
  ['\xff\xd8\xff', photo('jpeg')],
  ['\x89PNG\r\n\x1a\n', photo('png')],
  ['GIF87a', photo('gif')],
  ['GIF89a', photo('gif')],
  ['RIFF????WEBP', photo('webp')],
  ['FUJIFILMCCD-RAW', photo('raw')],
  ['IIU\0', photo('raw')], // Panasonic RW2
  ['IIRO', photo('raw')], // Olympus ORF
  ['IIRS', photo('raw')],
  ['MMOR', photo('raw')],
  ['II????HEAPCCDR', photo('raw')], // Canon CRW
  ['FOVb', photo('raw')], // Sigma X3F
  ['\0MRM', photo('raw')], // Minolta MRW
  ['%PDF-', { kind: 'note', format: 'pdf' }],
  ['\xff\x0a', other('a JPEG XL picture')],
  ['\0\0\0\x0cJXL \r\n\x87\n', other('a JPEG XL picture')],
  ['\0\0\0\x0cjP  \r\n\x87\n', other('a JPEG 2000 picture')],
  ['\xff\x4f\xff\x51', other('a JPEG 2000 picture')],
  ['II\xbc', other('a JPEG XR picture')],
  ['8BPS', other('a Photoshop document')],
  ['gimp xcf', other('a GIMP document')],
  ['v/1\x01', other('an OpenEXR picture')],
  ['#?RADIANCE', other('a Radiance HDR picture')],
  ['DDS ', other('a DirectDraw texture')],
  ['BPG\xfb', other('a BPG picture')],
  ['\0\0\x01\0', other('an icon')],
  ['\0\0\x02\0', other('a mouse cursor')],
  ['RIFF????AVI ', other('a video')],
  ['RIFF????WAVE', other('a sound recording')],
  ['\x1aE\xdf\xa3', other('a video')],
  ['FLV\x01', other('a video')],
  ['\0\0\x01\xba', other('a video')],
  ['\0\0\x01\xb3', other('a video')],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', other('a video')],
  ['ID3', other('a sound recording')],
  ['fLaC', other('a sound recording')],
  ['OggS', other('a sound recording')],
  ['Rar!\x1a\x07', other('a RAR archive')],
  ["7z\xbc\xaf'\x1c", other('a 7-Zip archive')],
  ['\x1f\x8b', other('a gzip archive')],
  ['BZh', other('a bzip2 archive')],
  ['\xfd7zXZ\0', other('an xz archive')],
  ['\x28\xb5\x2f\xfd', other('a Zstandard archive')],
  ['{\\rtf', { kind: 'note', format: 'rtf' }],
  ['%!PS', other('a PostScript document')],
  ['\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d', other('a OneNote notebook')],
  ['AT&TFORM', other('a DjVu document')],
  ['SQLite format 3\0', other('a database')],
  ['bplist00', other('a page that Safari saved, or another property list of Apple')],
  ['\x7fELF', other('a program')],
  ['MZ?\0', other('a program')]
]

/**
 * What a file is, by its bytes. The name decides only between plain texts, and for RAW files whose structure is that of
 * an ordinary TIFF.
 *
 * @param head the first 64 KiB, or all of a shorter file
 */
export function sniff(head: Uint8Array, fileName: string): Sniffed {
  if (head.length === 0) return other('empty')
  const start = ascii(head, 0, 16)
  for (const [signature, sniffed] of signatures) if (matches(start, signature)) return sniffed
  if (start.startsWith('BM') && looksLikeBmp(head)) return photo('bmp')
  if (/^(?:II[*+]\0|MM\0[*+])/.test(start)) return photo(isRawTiff(head, fileName) ? 'raw' : 'tiff')
  if (start.slice(4, 8) === 'ftyp') return sniffIsoMedia(head)
  if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) return sniffZip(head)
  if (start.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'))
    return other('a document of an old or a password-protected Office format')
  return sniffText(head, fileName)
}

function matches(start: string, signature: string): boolean {
  if (start.length < signature.length) return false
  for (let i = 0; i < signature.length; i++) if (signature[i] !== '?' && signature[i] !== start[i]) return false
  return true
}

/** Two letters are a weak signature: "BM" also begins texts. A BMP has a zero byte among its sizes, a text has none. */
function looksLikeBmp(head: Uint8Array): boolean {
  return head.length >= 18 && head.subarray(2, 18).includes(0) && uint32(head, 14, true) < 65536
}

/** ISO base media: HEIF and AVIF pictures, Canon's CR3, and nearly every modern video. */
function sniffIsoMedia(head: Uint8Array): Sniffed {
  const end = Math.min(uint32(head, 0), head.length, 256)
  const major = ascii(head, 8, 4)
  const brands = [major]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(ascii(head, at, 4))
  if (major === 'crx ') return photo('raw')
  // A picture may be called by the container's brands alone; its item says how it is coded.
  const isAv1 =
    /^(?:mif[12]|msf1|miaf)$/.test(major) &&
    ascii(head, 0, 4096).includes('av01') &&
    !ascii(head, 0, 4096).includes('hvc1')
  if (isAv1 || brands.some(brand => /^(?:avi[fso]|MA1[AB])$/.test(brand))) return photo('avif')
  if (brands.some(brand => /^(?:hei[cxms]|hev[cx]|mif[12]|msf1|avci|avcs|unif|miaf|jpeg|j2ki)$/.test(brand)))
    return photo('heic')
  if (major === 'jxl ') return other('a JPEG XL picture')
  if (/^(?:jp2 |jpx |jpm )$/.test(major)) return other('a JPEG 2000 picture')
  if (/^M4[AB] /.test(major)) return other('a sound recording')
  const isVideo = brands.some(brand =>
    /^(?:isom|iso[2-9]|mp4[12]|mp71|avc1|qt {2}|M4V |M4VP|3g[p2].|f4v |dash|MSNV|XAVC|mmp4)$/.test(brand)
  )
  return other(isVideo ? 'a video' : 'a media file of a kind that Reverie does not know')
}

/** Office documents are ZIP archives; their first entries tell which. */
function sniffZip(head: Uint8Array): Sniffed {
  const start = ascii(head, 0, Math.min(head.length, 16 * 1024))
  const names = ascii(head)
  if (names.includes('word/document') || /word\/(?:_rels|styles|settings|theme|fontTable)/.test(names))
    return { kind: 'note', format: 'docx' }
  if (names.includes('ppt/')) return { kind: 'note', format: 'pptx' }
  if (names.includes('xl/')) return { kind: 'note', format: 'xlsx' }
  if (start.includes('mimetypeapplication/epub+zip')) return { kind: 'note', format: 'epub' }
  if (/mimetypeapplication\/vnd\.oasis\.opendocument\.(?:text|presentation|spreadsheet)/.test(start))
    return { kind: 'note', format: 'opendocument' }
  if (start.includes('mimetypeapplication/vnd.oasis.opendocument')) return other('an OpenDocument file without text')
  if (start.includes('mimetypeapplication/x-krita') || start.includes('mimetypeimage/openraster'))
    return other('a painting project')
  if (/(?:\.textbundle\/|^PK[^]{28})(?:text\.\w+|info\.json)/.test(start)) return { kind: 'note', format: 'textpack' }
  return other('a ZIP archive')
}

const noteNames: readonly (readonly [RegExp, NoteFormat])[] = [
  [/\.(?:md|markdown|mdown|mkdn?)$/i, 'markdown'],
  [/\.mdx$/i, 'mdx'],
  [/\.(?:txt|text|log|textile|wiki|mediawiki)$/i, 'text'],
  [/\.org$/i, 'org'],
  [/\.rst$/i, 'rst'],
  [/\.(?:adoc|asciidoc)$/i, 'asciidoc'],
  [/\.(?:tex|latex)$/i, 'latex'],
  [/\.(?:csv|tsv)$/i, 'table'],
  [/\.ipynb$/i, 'notebook'],
  [/\.canvas$/i, 'canvas'],
  [/\.(?:eml|mht|mhtml)$/i, 'mail'],
  [/\.opml$/i, 'outline'],
  [/\.(?:html?|xhtml)$/i, 'html']
]

function sniffText(head: Uint8Array, fileName: string): Sniffed {
  const text = textOf(head)
  if (text === null) return other('of a kind that Reverie does not know')
  const named = noteNames.find(([pattern]) => pattern.test(fileName))?.[1]
  const begin = text
    .replace(/^\ufeff/, '')
    .trimStart()
    .slice(0, 8000)
  const isPage = /^(?:<!--[\s\S]*?-->\s*)?(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html[\s>])/i.test(begin)
  if (named !== undefined) return { kind: 'note', format: isPage && named === 'text' ? 'html' : named }
  if (isPage || /^<(?:head|body|script|meta|title)[\s>]/i.test(begin)) return other('a web page')
  if (/^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*(?:<!doctype svg[^>]*>\s*)?<svg[\s>]/i.test(begin))
    return other('an SVG drawing')
  // OpenDocument in one file, with the extensions .fodt, .fodp and .fods.
  if (/^(?:<\?xml[^>]*>\s*)?<office:document\s[^>]*mimetype="[^"]*\.(?:text|presentation|spreadsheet)/.test(begin))
    return { kind: 'note', format: 'opendocument' }
  if (begin.startsWith('<?xml')) return other('an XML file')
  if (/^[[{]\s*["[{\]}]/.test(begin)) return other('a JSON file')
  return other('a text')
}

/** null for what is not text: NUL outside UTF-16, or control characters that no text has. */
function textOf(head: Uint8Array): string | null {
  const marked = uint16(head, 0)
  if (marked === 0xfffe) return new TextDecoder('utf-16le').decode(head)
  if (marked === 0xfeff) return new TextDecoder('utf-16be').decode(head)
  let controls = 0
  for (const byte of head) {
    if (byte === 0) return null
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) controls++
  }
  return controls > head.length / 200 ? null : new TextDecoder('windows-1252').decode(head)
}
