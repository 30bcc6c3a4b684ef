import type { ItemKind } from '../../base/domain.ts'

/*
 * Which files and folders the library looks at, by name alone. [Note: eligible]
 *
 * A person who misses a picture wants to know why. So every picture and document format that people keep is eligible,
 * also those that cannot be decoded (yet): such a file is counted, fails with a reason, and is listed under failures.
 * Not eligible, and never mentioned: videos, sound, archives, programs, icons, and data or source files.
 */

/** Decoded today. */
const photoExtensions = [
  ...['jpg', 'jpeg', 'jpe', 'jfif', 'jps', 'mpo', 'png', 'apng', 'webp', 'gif', 'tif', 'tiff', 'bmp', 'dib'],
  ...['heic', 'heif', 'hif', 'heics', 'heifs', 'avif', 'avifs'],
  // RAW, decoded by the preview that the camera put into the file; one line per maker.
  ...['dng', 'raw', 'rwl', 'rw2'], // Adobe, phones, Leica, Panasonic
  ...['crw', 'cr2', 'cr3'], // Canon
  ...['nef', 'nrw'], // Nikon
  ...['arw', 'sr2', 'srf'], // Sony
  ...['raf', 'orf', 'pef', 'ptx', 'srw', 'x3f'], // Fujifilm, Olympus, Pentax, Pentax, Samsung, Sigma
  ...['3fr', 'fff', 'iiq', 'mef', 'mos', 'mrw', 'erf', 'dcr', 'kdc', 'k25', 'gpr', 'rwz'] // Hasselblad … GoPro
]

/** Pictures that cannot be decoded yet: eligible, so that they fail with a reason. */
const unsupportedPhotoExtensions = [
  'jxl',
  'jp2',
  'j2k',
  'jpf',
  'jpx',
  'psd',
  'psb',
  'svg',
  'svgz',
  'tga',
  'exr',
  'hdr',
  'xcf'
]

const noteExtensions = [
  ...['md', 'markdown', 'mdown', 'mkd', 'mdx', 'txt', 'text', 'log', 'html', 'htm', 'xhtml', 'pdf', 'rtf', 'epub'],
  ...['docx', 'docm', 'dotx', 'dotm', 'pptx', 'pptm', 'ppsx', 'ppsm', 'potx', 'potm', 'xlsx', 'xlsm', 'xltx', 'xltm'],
  ...['odt', 'ott', 'odm', 'odp', 'otp', 'ods', 'ots', 'fodt', 'fodp', 'fods'],
  ...['eml', 'mbox', 'mht', 'mhtml', 'enex', 'textpack', 'canvas', 'ipynb', 'opml', 'csv', 'tsv'],
  ...['org', 'rst', 'adoc', 'asciidoc', 'tex', 'latex', 'textile', 'wiki', 'mediawiki']
]

/** Documents that cannot be read yet: eligible, so that they fail with a reason. */
const unsupportedNoteExtensions = [
  ...['doc', 'dot', 'ppt', 'pps', 'pot', 'xls', 'xlt', 'xlsb', 'one', 'pages', 'numbers', 'wps', 'wpt', 'wpd'],
  ...['abw', 'odg', 'fodg', 'msg', 'pub', 'vsd', 'vsdx', 'webarchive', 'jex', 'gdoc', 'gsheet', 'gslides', 'docbook'],
  ...['mobi', 'azw', 'azw3', 'kfx', 'fb2', 'lit', 'cbz', 'cbr', 'djvu', 'djv', 'xps', 'oxps', 'ps']
]

const kinds: ReadonlyMap<string, ItemKind> = new Map([
  ...[...photoExtensions, ...unsupportedPhotoExtensions].map(extension => [extension, 'photo'] as const),
  ...[...noteExtensions, ...unsupportedNoteExtensions].map(extension => [extension, 'note'] as const)
])

/** Files that describe others: never items. */
const sidecarExtensions: ReadonlySet<string> = new Set(['xmp', 'json'])

/** Compared without case. Names that operating systems, disk stations and developers' tools use for what is not the person's. */
const skippedFolders: ReadonlySet<string> = new Set([
  ...['$recycle.bin', 'recycler', 'system volume information', '#recycle', '@recycle', 'lost+found'],
  ...[
    '@eadir',
    '@tmp',
    '@recently-snapshot',
    '#snapshot',
    '__macosx',
    'node_modules',
    'bower_components',
    '__pycache__'
  ]
])

/** Bundles of other programs' working files: Lightroom's previews, macOS applications, Spotlight's own marker. */
const skippedFolderEndings = ['.lrdata', '.app', '.noindex']

/** What Apple Photos, iPhoto and Aperture call a library. Only the originals in it are the person's photos. */
const photoLibraryEndings = ['.photoslibrary', '.photolibrary', '.migratedphotolibrary', '.aplibrary']
const photoLibraryFolders: ReadonlySet<string> = new Set(['originals', 'masters'])

/** A file of this name excludes its folder and everything below. */
const markers: ReadonlySet<string> = new Set(['.noindex', '.nomedia'])

/** In lower case, without the dot; '' when there is none. A leading dot is no extension. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  // "Dr. Smith" has no extension: one is short and has no space in it.
  const extension = dot > 0 ? name.slice(dot + 1).toLowerCase() : ''
  return /^[\p{L}\p{N}_~-]{1,12}$/u.test(extension) ? extension : ''
}

/**
 * `jpg_large`, `jpg-orig`, as servers name pictures that a browser saves; not what programs call the file of before (`jpg_original`,
 * ExifTool's).
 */
const invented =
  /^(?:jpe?g|png|webp|gif|avif|heic|tiff?|bmp)[-_](?!(?:original|backup|bak|old|tmp|temp|part|partial|crdownload|download|exif)$)/

/** `sniff`: the name does not say, the first bytes do. null: not eligible. */
export function kindByName(name: string): ItemKind | 'sniff' | null {
  if (isSkippedFile(name)) return null
  const extension = extensionOf(name)
  return extension === '' || invented.test(extension) ? 'sniff' : (kinds.get(extension) ?? null)
}

/** Whether a file of this name describes others (XMP, JSON of an export, Picasa's). @param name  without folders */
export function isSidecar(name: string): boolean {
  return isPicasa(name) || (!isSkippedFile(name) && sidecarExtensions.has(extensionOf(name)))
}

/** Picasa's file about the photos of a folder. Old versions did not hide it. */
export function isPicasa(name: string): boolean {
  return /^\.?picasa\.ini$/i.test(name)
}

/** Google Keep writes each note twice, as a page and as JSON beside it. */
export function isPage(name: string): boolean {
  return /^html?$/.test(extensionOf(name))
}

/** Whether a file of this name keeps its folder out of the library (`.nomedia` and its like). @param name  without folders */
export function isMarker(name: string): boolean {
  return markers.has(name.toLowerCase())
}

/** Hidden files (with them `._x`, AppleDouble) and the lock files of word processors. */
function isSkippedFile(name: string): boolean {
  return name.startsWith('.') || name.startsWith('~$')
}

/** @param parent name of the folder that it is in */
export function isSkippedFolder(name: string, parent: string): boolean {
  const lower = name.toLowerCase()
  if (isPhotoLibrary(parent)) return !photoLibraryFolders.has(lower)
  return (
    name.startsWith('.') || skippedFolders.has(lower) || skippedFolderEndings.some(ending => lower.endsWith(ending))
  )
}

/** Whether files that lie directly in this folder are left alone. */
export function isPhotoLibrary(name: string): boolean {
  const lower = name.toLowerCase()
  return photoLibraryEndings.some(ending => lower.endsWith(ending))
}

/** How many bytes `looksLikePicture` wants. */
export const pictureHeadBytes = 32

/**
 * Whether the first bytes of a file are those of a picture that can be decoded. Only asked for files without extension;
 * what a file really is, is decided again, and thoroughly, when it is decoded.
 */
export function looksLikePicture(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, pictureHeadBytes))
  if (['\xff\xd8\xff', '\x89PNG\r\n\x1a\n', 'GIF87a', 'GIF89a', 'II*\0', 'MM\0*'].some(magic => text.startsWith(magic)))
    return true
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return true
  if (['IIU\0', 'IIRO', 'IIRS', 'MMOR', 'FUJIFILMCCD-RAW', 'FOVb', '\0MRM'].some(magic => text.startsWith(magic)))
    return true
  if (text.startsWith('II') && text.startsWith('HEAPCCDR', 6)) return true
  // 'BM' alone begins many texts: the size of the second header has to be one of those that exist.
  if (text.startsWith('BM')) return [12, 40, 52, 56, 64, 108, 124].includes(head[14] ?? 0) && head[15] === 0
  return text.startsWith('ftyp', 4) && /^(hei[cxms]|hev[cxms]|mif1|msf1|avi[fs]|crx )/.test(text.slice(8))
}
