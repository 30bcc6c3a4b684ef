import { zipSync } from 'fflate'
import mammoth from 'mammoth'
import { textBesideFlow } from './documents/docx-beside.ts'
import { coreProperties } from './documents/office-package.ts'
import { extractText, textsOf } from './extracted.ts'
import { readHtml } from './html.ts'
import type { PackageLimits } from './limits.ts'
import type { NoteSource } from './note-source.ts'
import { Refusal, type Deadline } from './refusal.ts'
import { cleanTitle } from './titles.ts'
import { readZip } from './zip.ts'

/**
 * A Word document: headings, paragraphs, lists and tables as text, then what stands beside them (text boxes, headers, comments);
 * title, date and keywords from its core properties.
 */
export async function readDocx(bytes: Uint8Array, limits: PackageLimits, deadline: Deadline): Promise<NoteSource> {
  refuseOthers(bytes)
  // Pictures, fonts and macros are left behind: what is not unpacked cannot do harm.
  const files = readZip(bytes, name => /(?:\.xml|\.rels)$/i.test(name), limits.maxInflatedBytes)
  if (!files.has('[Content_Types].xml') || ![...files.keys()].some(name => /^word\/.*\.xml$/.test(name))) {
    throw new Refusal('wrong-content', 'The name says that this is a Word document, but it is another kind of archive.')
  }
  // Packed again without compression, from checked sizes: the library inflates whatever it is given.
  const clean = Buffer.from(zipSync(Object.fromEntries(files), { level: 0 }))
  const { value } = await toHtml(clean)
  const page = readHtml(value)
  const flow = textsOf(page.blocks)
  const beside = await textBesideFlow(files, flow.map(block => block.text).join(' '), deadline)
  const { text, blocks } = extractText([...flow, ...beside.map(said => ({ headingLevel: 0, text: said }))])
  if (blocks.length === 0) throw new Refusal('no-text', 'This document holds no text, only pictures or nothing at all.')
  const { title = null, date = null, tags = [] } = await coreProperties(files, deadline)
  return {
    text,
    blocks,
    // Where a link stood in the HTML between is not where it stands in the text; only that it is there matters for DOCX.
    links: page.links
      .filter(link => link.kind === 'link')
      .map(link => ({ ...link, start: Math.max(0, text.indexOf(link.text)) })),
    title: cleanTitle(title) ?? page.title,
    date,
    tags
  }
}

function refuseOthers(bytes: Uint8Array): void {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 8)).toString('hex')
  if (head.startsWith('504b0304')) return
  if (!head.startsWith('d0cf11e0a1b11ae1')) {
    throw new Refusal('wrong-content', 'The name says that this is a Word document, but its content is something else.')
  }
  // Word puts an encrypted document into the container of its old format, as a stream of this name.
  const isEncrypted = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(
    Buffer.from('EncryptedPackage', 'utf16le')
  )
  if (isEncrypted)
    throw new Refusal('encrypted', 'This document is protected by a password, so its text cannot be read.')
  throw new Refusal('unsupported-format', 'This is a document of Word 2003 or older. Save it as DOCX to find it here.')
}

async function toHtml(buffer: Buffer): Promise<{ value: string }> {
  try {
    return await mammoth.convertToHtml(
      { buffer },
      {
        externalFileAccess: false,
        includeEmbeddedStyleMap: false,
        convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })),
        styleMap: ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"]
      }
    )
  } catch (error) {
    throw new Refusal('corrupt', `This document is damaged: ${firstSentence(error)}`)
  }
}

function firstSentence(error: unknown): string {
  if (error instanceof RangeError) return 'its parts are nested too deeply.'
  return 'its text cannot be found inside it.'
}
