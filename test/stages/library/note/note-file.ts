import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { NoteFormat, NoteReading, ReadFailure } from '../../../../src/main/engine/base/domain.ts'
import type { NoteLimits } from '../../../../src/main/engine/stages/library/note/limits.ts'
import { readNote } from '../../../../src/main/engine/stages/library/note/read-note.ts'

const folder = mkdtempSync(join(tmpdir(), 'reverie-notes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

export const modifiedMs = Date.UTC(2024, 0, 15, 12)

const formats: Readonly<Record<string, NoteFormat>> = {
  md: 'markdown',
  txt: 'text',
  html: 'html',
  pdf: 'pdf',
  docx: 'docx'
}

/** Writes the content to a real file and reads it as the encoder process would. */
export function readFileNamed(
  name: string,
  content: string | Uint8Array,
  limits: Partial<NoteLimits> = {}
): Promise<NoteReading | ReadFailure> {
  const path = join(folder, name)
  writeFileSync(path, content)
  const format = formats[name.slice(name.lastIndexOf('.') + 1)] ?? 'text'
  return readNote(path, format, { modifiedMs, contentHash: 'hash', limits })
}

export async function note(
  name: string,
  content: string | Uint8Array,
  limits: Partial<NoteLimits> = {}
): Promise<NoteReading> {
  const read = await readFileNamed(name, content, limits)
  if (read.kind === 'failure') throw new Error(`${name}: ${read.code}: ${read.reason}`)
  return read
}

export async function failure(
  name: string,
  content: string | Uint8Array,
  limits: Partial<NoteLimits> = {}
): Promise<ReadFailure> {
  const read = await readFileNamed(name, content, limits)
  if (read.kind === 'note') throw new Error(`${name} was read: ${read.title}`)
  return read
}
