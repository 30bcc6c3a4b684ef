import { createHash } from 'node:crypto'
import type { NoteReading, ReadFailure } from '../../../base/domain.ts'
import type { ContainerKind } from './documents/container-kind.ts'
import type { ContainedNote, ContainerReader } from './documents/contained.ts'
import { dayOne } from './documents/day-one.ts'
import { evernote } from './documents/evernote.ts'
import { mailbox } from './documents/mailbox.ts'
import { telegram } from './documents/telegram.ts'
import { whatsapp } from './documents/whatsapp.ts'
import { noteLimits } from './limits.ts'
import { failureOf, readingOf } from './read-note.ts'
import { Deadline, Refusal } from './refusal.ts'

const readers: Readonly<Record<ContainerKind, ContainerReader>> = {
  evernote,
  'day-one': dayOne,
  telegram,
  whatsapp,
  mailbox
}

/** A person who has more notes has them in more files. */
const mostNotes = 200_000

/** Reading a large export takes longer than a note may: it is done once for all its notes. Milliseconds. */
const openMs = 120_000

/** The notes in a file of this kind. @param path  absolute @returns the reason when they cannot be told apart */
export async function openContainer(
  path: string,
  kind: ContainerKind
): Promise<readonly ContainedNote[] | ReadFailure> {
  try {
    const notes = await readers[kind].open(path, new Deadline(openMs))
    if (notes.length === 0) throw new Refusal('no-text', 'This file is made to hold notes, and holds none.')
    if (notes.length > mostNotes)
      throw new Refusal('too-large', `This file holds ${notes.length} notes; up to ${mostNotes} are read.`)
    return notes
  } catch (error) {
    return failureOf(error, null)
  }
}

/** sha256 of what a note in a file is made of, hex. */
export function containedHash({ content }: ContainedNote): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Reads one of them. @param path  of the note: that of the file, and its own name */
export async function readContained(
  path: string,
  note: ContainedNote,
  kind: ContainerKind,
  { modifiedMs }: { readonly modifiedMs: number }
): Promise<NoteReading | ReadFailure> {
  const contentHash = containedHash(note)
  try {
    const reader = readers[kind]
    const deadline = new Deadline(noteLimits.maxMs)
    const source = await reader.read(note.content, deadline)
    return await readingOf(source, path, reader.format, { modifiedMs, contentHash }, noteLimits, deadline)
  } catch (error) {
    return failureOf(error, contentHash)
  }
}
