import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PDFDocumentProxy } from 'pdfjs-dist'
import type * as PdfLibrary from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { TextItem } from 'pdfjs-dist/types/src/display/api.js'
import { parsePdfDate } from './dates.ts'
import { extractText } from './extracted.ts'
import { tagsOf } from './front-matter.ts'
import type { NoteSource } from './note-source.ts'
import { Refusal, type Deadline } from './refusal.ts'
import { cleanTitle } from './titles.ts'

/** The text of a PDF, paragraph by paragraph; title, date and keywords from its properties. Nothing is drawn, no script is run. */
export async function readPdf(
  bytes: Uint8Array,
  limits: { maxPages: number },
  deadline: Deadline
): Promise<NoteSource> {
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024)).includes('%PDF-')) {
    throw new Refusal('wrong-content', 'The name says that this is a PDF, but its content is something else.')
  }
  const pdfjs = await loadLibrary()
  const task = pdfjs.getDocument({
    data: new Uint8Array(bytes), // A copy: the library keeps it for itself.
    verbosity: pdfjs.VerbosityLevel.ERRORS,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    enableXfa: false,
    maxImageSize: 0, // Pictures are not decoded.
    cMapUrl: 'cmaps/',
    standardFontDataUrl: 'standard_fonts/',
    BinaryDataFactory: PackageFiles
  })
  const timer = setInterval(() => {
    if (deadline.remainingMs <= 0) void task.destroy()
  }, 250)
  try {
    return await readDocument(await task.promise, limits, deadline)
  } catch (error) {
    if (error instanceof Refusal) throw error
    deadline.check()
    throw refusalFor(error)
  } finally {
    clearInterval(timer)
    await task.destroy()
  }
}

type Library = typeof PdfLibrary

let library: Promise<Library> | null = null

/** A second and 30 MB: only when the first PDF is met. */
function loadLibrary(): Promise<Library> {
  library ??= import('pdfjs-dist/legacy/build/pdf.mjs').then(pdfjs => {
    // By address, since a bundled copy would look for it beside itself. It runs in this process, which is made for it.
    pdfjs.GlobalWorkerOptions.workerSrc = pathToFileURL(join(packageFolder(), 'legacy/build/pdf.worker.mjs')).href
    return pdfjs
  })
  return library
}

function packageFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
}

/** Character maps for Chinese, Japanese and Korean, and metrics of standard fonts, from the package; the library's own way differs by host. */
class PackageFiles {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const folder = kind === 'cMapUrl' ? 'cmaps' : 'standard_fonts'
    return new Uint8Array(await readFile(join(packageFolder(), folder, basename(filename))))
  }
}

function refusalFor(error: unknown): Refusal {
  const name = error instanceof Error ? error.name : ''
  if (name === 'PasswordException')
    return new Refusal('encrypted', 'This PDF is protected by a password, so its text cannot be read.')
  return new Refusal('corrupt', 'This PDF is damaged or incomplete and cannot be opened.')
}

async function readDocument(
  document: PDFDocumentProxy,
  limits: { maxPages: number },
  deadline: Deadline
): Promise<NoteSource> {
  const pages = document.numPages
  if (pages > limits.maxPages) {
    throw new Refusal(
      'too-large',
      `This PDF has ${pages} pages, more than the ${limits.maxPages} that are read, so it was left out.`
    )
  }
  const found: string[] = []
  for (let number = 1; number <= pages; number++) {
    deadline.check()
    const page = await document.getPage(number)
    const { items } = await page.getTextContent({ includeMarkedContent: false })
    found.push(...paragraphsOf(items.filter((item): item is TextItem => 'str' in item)))
    page.cleanup()
  }
  const { text, blocks } = extractText(found.map(paragraph => ({ headingLevel: 0, text: paragraph })))
  if (blocks.length === 0) {
    throw new Refusal(
      'no-text',
      'This PDF holds pictures of its pages, but no text: run text recognition (OCR) on it to find it here.'
    )
  }
  const info = await properties(document)
  return {
    text,
    blocks,
    links: [],
    title: usefulTitle(info.Title),
    date: parsePdfDate(info.CreationDate ?? '') ?? parsePdfDate(info.ModDate ?? ''),
    tags: info.Keywords === undefined ? [] : tagsOf([{ text: info.Keywords.replaceAll(';', ',') }])
  }
}

async function properties(document: PDFDocumentProxy): Promise<Readonly<Record<string, string>>> {
  const { info } = await document.getMetadata()
  return Object.fromEntries(
    Object.entries(info).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  )
}

/** Programs that print to PDF write the name of their file as the title. */
function usefulTitle(written: string | undefined): string | null {
  const title = cleanTitle(
    written
      ?.replace(/^Microsoft (?:Word|PowerPoint|Excel) - /, '')
      .replace(/\.(?:docx?|pptx?|xlsx?|tex|dvi|indd|qxd|pdf)$/i, '')
  )
  return title === null || /^untitled/i.test(title) ? null : title
}

/** Words that follow each other on a page, as paragraphs: a gap of more than a line and a half, or a jump up, begins one. */
function paragraphsOf(items: readonly Pick<TextItem, 'str' | 'transform' | 'height' | 'hasEOL'>[]): string[] {
  const lines: { text: string; y: number; height: number }[] = []
  let line = ''
  let y = 0
  let height = 0
  const endLine = (): void => {
    if (line.trim() !== '') lines.push({ text: line.trim(), y, height })
    line = ''
    height = 0
  }
  for (const item of items) {
    if (item.str.trim() !== '') {
      const [, , , , , itemY = 0] = item.transform as readonly number[]
      y = itemY
      height = Math.max(height, item.height)
    }
    line += item.str
    if (item.hasEOL) endLine()
  }
  endLine()
  const paragraphs: string[] = []
  for (const [i, { text, y, height }] of lines.entries()) {
    const before = lines[i - 1]
    const gap = before === undefined ? Infinity : before.y - y
    const isNew = gap < -height || gap > 1.7 * Math.max(height, before?.height ?? 0, 1)
    const last = paragraphs.at(-1)
    if (isNew || last === undefined) paragraphs.push(text)
    else paragraphs[paragraphs.length - 1] = joined(last, text)
  }
  return paragraphs
}

/** A word that was divided at the end of the line is one again. */
function joined(first: string, second: string): string {
  return /\p{Ll}[-\u00ad]$/u.test(first) && /^\p{Ll}/u.test(second) ? first.slice(0, -1) + second : `${first} ${second}`
}
