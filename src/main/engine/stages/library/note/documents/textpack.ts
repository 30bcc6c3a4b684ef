import { decodeText } from '../encoding.ts'
import type { PackageLimits } from '../limits.ts'
import { readMarkdown } from '../markdown.ts'
import type { NoteSource } from '../note-source.ts'
import { Refusal, type Deadline } from '../refusal.ts'
import { readZip } from '../zip.ts'

/** A TextBundle in one file: its Markdown. Pictures in it are not read. @see http://textbundle.org/spec */
export async function readTextPack(bytes: Uint8Array, limits: PackageLimits, deadline: Deadline): Promise<NoteSource> {
  const [text] = readZip(bytes, isText, limits.maxInflatedBytes).values()
  if (text === undefined) throw new Refusal('corrupt', 'This note is damaged: the file with its text is missing.')
  return readMarkdown(decodeText(text), deadline)
}

function isText(name: string): boolean {
  return /^(?:[^/]*\.textbundle\/)?text\.[^/.]+$/i.test(name)
}
