import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { NoteFormat, NoteReading, Passage, ReadFailure } from '../../../base/domain.ts'
import type { Block } from './block.ts'
import { dateInFirstLines } from './date-properties.ts'
import { dateFromFile, dateFromFileName } from './dates.ts'
import { readDocx } from './docx.ts'
import { readAsciiDoc } from './documents/asciidoc.ts'
import { readCanvas } from './documents/canvas.ts'
import { readEpub } from './documents/epub.ts'
import { withoutExcalidraw } from './documents/excalidraw.ts'
import { readJoplin } from './documents/joplin.ts'
import { readLatex } from './documents/latex.ts'
import { readMail } from './documents/mail.ts'
import { withoutModules } from './documents/mdx.ts'
import { readNotebook } from './documents/notebook.ts'
import { readOpenDocument } from './documents/opendocument.ts'
import { readOrg } from './documents/org.ts'
import { readOutline } from './documents/outline.ts'
import { readPresentation } from './documents/presentation.ts'
import { readRst } from './documents/rst.ts'
import { readRtf } from './documents/rtf.ts'
import { readSpreadsheet } from './documents/spreadsheet.ts'
import { readTable } from './documents/table.ts'
import { readTextPack } from './documents/textpack.ts'
import { decodeText } from './encoding.ts'
import { uniqueTags } from './front-matter.ts'
import { readHtml } from './html.ts'
import { withKeep } from './keep.ts'
import { noteLimits, type NoteLimits } from './limits.ts'
import { readMarkdown } from './markdown.ts'
import { checkNoteSize } from './note-size.ts'
import type { FoundLink, NoteSource } from './note-source.ts'
import { cutInSteps } from './passages.ts'
import { readPdf } from './pdf.ts'
import { picturesLike } from './pictures-like.ts'
import { readPlain } from './plain.ts'
import { Deadline, Refusal } from './refusal.ts'
import { tagsInFirstLines } from './tag-properties.ts'
import { titleFromFileName } from './titles.ts'

export interface ReadNoteOptions {
  readonly modifiedMs: number
  /** sha256 of the file, hex: known of a note that cannot be read. One that is read has the hash of what was read. */
  readonly contentHash: string
  /** Files beside it that say something about it, absolute. */
  readonly sidecarPaths?: readonly string[]
  readonly limits?: Partial<NoteLimits>
  /** Milliseconds of this note's own time: what its neighbours take does not count. The wall's when absent. */
  readonly clock?: () => number
}

/** Reads a note: its title, date, tags, links, and the passages that will be encoded. A file that cannot be read is a failure with its reason. */
export async function readNote(
  path: string,
  format: NoteFormat,
  options: ReadNoteOptions
): Promise<NoteReading | ReadFailure> {
  let { contentHash } = options
  try {
    const limits = { ...noteLimits, ...options.limits }
    const bytes = await readBounded(path, format, limits)
    // The file may have been written to since the given hash was made: text and hash are of the same bytes in any case.
    contentHash = createHash('sha256').update(bytes).digest('hex')
    // A reader that waits for others between its pages counts by the clock that it is given.
    const deadline = new Deadline(limits.maxMs, format === 'pdf' ? options.clock : undefined)
    const sidecarPaths = options.sidecarPaths ?? []
    const said = await readSource(bytes, format, { limits, deadline, sidecarPaths })
    const source = format === 'html' ? withKeep(said, path, sidecarPaths) : said
    return await readingOf(source, path, format, { ...options, contentHash }, limits, deadline)
  } catch (error) {
    return failureOf(error, contentHash)
  }
}

/** What a person is told when a note cannot be read. @param contentHash  sha256, hex; null where it is not known */
export function failureOf(error: unknown, contentHash: string | null): ReadFailure {
  if (error instanceof Refusal) return { kind: 'failure', code: error.code, reason: error.message, contentHash }
  if (isFileError(error)) {
    const { code: systemCode } = error
    return { kind: 'failure', code: 'cannot-open', reason: cannotOpen(systemCode), contentHash, systemCode }
  }
  // A parser's own surprise at this file: it must not cost the others.
  const detail = error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : 'unknown error'
  return { kind: 'failure', code: 'corrupt', reason: `This note could not be read (${detail}).`, contentHash }
}

/** As many bytes as the file has when it is opened: one that grows meanwhile is read up to there, and again at the next scan. */
export async function readBounded(path: string, format: NoteFormat, limits: NoteLimits): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    checkNoteSize(size, format, limits)
    const bytes = new Uint8Array(size)
    let read = 0
    while (read < size) {
      const { bytesRead } = await file.read(bytes, read, size - read, read)
      if (bytesRead === 0) break
      read += bytesRead
    }
    if (read === 0) throw new Refusal('empty-file', 'This file is empty.')
    return bytes.subarray(0, read)
  } finally {
    await file.close()
  }
}

interface Bounds {
  readonly limits: NoteLimits
  readonly deadline: Deadline
}

function readSource(
  bytes: Uint8Array,
  format: NoteFormat,
  { limits, deadline, sidecarPaths }: Bounds & { readonly sidecarPaths: readonly string[] }
): Promise<NoteSource> | NoteSource {
  switch (format) {
    case 'markdown':
      return readMarkdownOfProgram(decodeText(bytes), deadline, sidecarPaths)
    case 'text':
      return readPlain(decodeText(bytes))
    case 'html':
      return readHtml(decodeText(bytes, 'in its head'))
    case 'pdf':
      return readPdf(bytes, limits, deadline)
    case 'docx':
      return readDocx(bytes, limits, deadline)
    case 'mdx':
      return readMarkdown(withoutModules(decodeText(bytes)), deadline)
    case 'opendocument':
      return readOpenDocument(bytes, limits, deadline)
    case 'rtf':
      return readRtf(bytes, deadline)
    case 'epub':
      return readEpub(bytes, limits, deadline)
    case 'pptx':
      return readPresentation(bytes, limits, deadline)
    case 'xlsx':
      return readSpreadsheet(bytes, limits, deadline)
    case 'mail':
      return readMail(bytes)
    case 'textpack':
      return readTextPack(bytes, limits, deadline)
    case 'canvas':
      return readCanvas(decodeText(bytes), deadline)
    case 'notebook':
      return readNotebook(decodeText(bytes), deadline)
    case 'org':
      return readOrg(decodeText(bytes), deadline)
    case 'rst':
      return readRst(decodeText(bytes), deadline)
    case 'asciidoc':
      return readAsciiDoc(decodeText(bytes), deadline)
    case 'latex':
      return readLatex(decodeText(bytes), deadline)
    case 'outline':
      return readOutline(bytes, deadline)
    case 'table':
      return readTable(decodeText(bytes), deadline)
  }
}

/** What was read of a note, cut into passages. @param path  absolute: its name is a title where the note has none */
export async function readingOf(
  source: NoteSource,
  path: string,
  format: NoteFormat,
  options: Pick<ReadNoteOptions, 'modifiedMs' | 'contentHash'>,
  limits: NoteLimits,
  deadline: Deadline
): Promise<NoteReading> {
  const name = basename(path)
  const isWritten = format === 'markdown' || format === 'text'
  const title = source.title ?? titleFromFileName(titledName(path))
  const cut = await cutInTurns(source.blocks, limits, deadline)
  const alike = await picturesLike(source.patterns ?? [], dirname(path), source.links, deadline)
  // A note of pictures only is still found by its title.
  const passages = cut.length > 0 ? cut : [{ part: 0, start: 0, end: 0, heading: '', text: title }]
  return {
    kind: 'note',
    contentHash: options.contentHash,
    format,
    title,
    date:
      source.date ??
      (isWritten ? dateInFirstLines(source.text) : null) ??
      dateFromFileName(name) ??
      dateFromFile(options.modifiedMs),
    tags: isWritten ? uniqueTags([...source.tags, ...tagsInFirstLines(source.text)]) : source.tags,
    ...aliasesOf(source),
    text: source.text,
    passages,
    links: withParts([...source.links, ...alike], passages)
  }
}

/** More, and longer ones, are no names that a person writes. */
const mostAliases = 50
const longestAlias = 200

function aliasesOf({ aliases = [] }: NoteSource): Pick<NoteReading, 'aliases'> {
  const names = uniqueTags(aliases.filter(name => name.length <= longestAlias)).slice(0, mostAliases)
  return names.length === 0 ? {} : { aliases: names }
}

/** A TextBundle is a folder with a name, in which every text has the same one. */
function titledName(path: string): string {
  const name = basename(path)
  const bundle = /^(.+)\.textbundle$/i.exec(basename(dirname(path)))?.[1]
  return bundle === undefined || !/^text\.\w+$/i.test(name) ? name : `${bundle}.md`
}

/** Markdown in which some programs keep what is no text. */
async function readMarkdownOfProgram(
  text: string,
  deadline: Deadline,
  sidecarPaths: readonly string[]
): Promise<NoteSource> {
  return (await readJoplin(text, deadline, sidecarPaths)) ?? readMarkdown(withoutExcalidraw(text), deadline)
}

async function cutInTurns(
  blocks: readonly Block[],
  limits: NoteLimits,
  deadline: Deadline
): Promise<readonly Passage[]> {
  const cutting = cutInSteps(blocks, limits)
  for (;;) {
    const step = cutting.next()
    if (step.done === true) return step.value
    await deadline.giveWay()
  }
}

/** Both lists are in the order of the text. */
function withParts(links: readonly FoundLink[], passages: readonly Passage[]): NoteReading['links'] {
  let part = 0
  return links
    .toSorted((a, b) => a.start - b.start)
    .map(link => {
      while ((passages[part + 1]?.start ?? Infinity) <= link.start) part++
      return { ...link, part }
    })
}

function isFileError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
}

function cannotOpen(code: string): string {
  if (code === 'ENOENT') return 'This file is no longer there.'
  if (code === 'EACCES' || code === 'EPERM')
    return 'This file may not be opened: give Reverie permission to read it, then try again.'
  if (code === 'EISDIR') return 'This is a folder, not a file.'
  return `This file could not be opened (${code}).`
}
