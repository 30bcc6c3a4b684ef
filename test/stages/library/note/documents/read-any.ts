import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll } from 'vitest'
import type { NoteReading, ReadFailure } from '../../../../../src/main/engine/base/domain.ts'
import { readNote } from '../../../../../src/main/engine/stages/library/note/read-note.ts'
import { kindByName } from '../../../../../src/main/engine/stages/library/eligible.ts'
import { sniff, sniffBytes } from '../../../../../src/main/engine/stages/library/sniff.ts'

const folder = mkdtempSync(join(tmpdir(), 'reverie-documents-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the library makes of a file: by its name whether it is looked at, by its bytes what it is. Another kind is said in words. */
export async function readAny(path: string): Promise<NoteReading | ReadFailure | string> {
  const name = basename(path)
  if (kindByName(name) !== 'note') return 'not looked at'
  const sniffed = sniff(readFileSync(path).subarray(0, sniffBytes), name)
  if (sniffed.kind !== 'note') return sniffed.kind === 'other' ? sniffed.what : 'a photo'
  return readNote(path, sniffed.format, { modifiedMs: 0, contentHash: 'hash' })
}

/** The same of given content. */
export function readContent(name: string, content: string | Uint8Array): Promise<NoteReading | ReadFailure | string> {
  const path = join(folder, name)
  writeFileSync(path, content)
  return readAny(path)
}

export interface Said {
  readonly title: string
  /** null: the document does not say it. */
  readonly date: string | null
  readonly tags: readonly string[]
  /** Paragraphs, one a line. */
  readonly text: string
  readonly links: readonly (readonly [kind: string, target: string, text: string])[]
}

/** @throws when it is not read */
export async function saidBy(name: string, content: string | Uint8Array): Promise<Said> {
  const read = await readContent(name, content)
  if (typeof read === 'string' || read.kind !== 'note') throw new Error(`${name}: ${JSON.stringify(read)}`)
  return {
    title: read.title,
    date: read.date.source === 'file' ? null : new Date(read.date.localMs).toISOString().slice(0, 16).replace('T', ' '),
    tags: read.tags,
    text: read.passages.map(({ text }) => text).join('\n'),
    links: read.links.map(({ kind, target, text }) => [kind, target, text] as const)
  }
}
