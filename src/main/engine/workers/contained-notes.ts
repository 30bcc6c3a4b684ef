import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { NoteReading, ReadFailure } from '../base/domain.ts'
import { containerAt } from '../stages/library/containers.ts'
import type { ContainerKind } from '../stages/library/note/documents/container-kind.ts'
import type { ContainedNote } from '../stages/library/note/documents/contained.ts'

/** A note in a file of many, as the file system would tell of a file. */
export interface ContainedFile {
  /** Without '/'. */
  readonly name: string
  readonly sizeBytes: number
  /** When it was changed last, or its file where it does not say; whole milliseconds since 1970. */
  readonly modifiedMs: number
  /** sha256, hex. */
  readonly contentHash: string
}

/** What was opened last: its notes are asked for one after the other, and opening it takes as long as reading all of it. */
interface Opened {
  readonly stamp: string
  readonly kind: ContainerKind
  readonly notes: ReadonlyMap<string, ContainedNote>
}

/** So long notes stay in memory that nobody asks for. */
const keptMs = 30_000

/** The files with many notes that one process reads. */
export class ContainedNotes {
  #opening: { readonly path: string; readonly opened: Promise<Opened | ReadFailure> } | null = null
  #forgetting: NodeJS.Timeout | undefined

  /** The notes in a file. @param path  absolute @returns the reason when they cannot be told apart */
  async list(path: string): Promise<readonly ContainedFile[] | ReadFailure> {
    const { containedHash } = await import('../stages/library/note/read-contained.ts')
    const [opened, { mtimeMs }] = [await this.#open(path), await stat(path)]
    if ('code' in opened) return opened
    return [...opened.notes.values()].map(note => ({
      name: note.name,
      sizeBytes: Buffer.byteLength(note.content),
      modifiedMs: note.modifiedMs ?? Math.floor(mtimeMs),
      contentHash: containedHash(note)
    }))
  }

  /** One of its notes. @param path  that of the file, and the note's own name behind it */
  async read(path: string, modifiedMs: number): Promise<NoteReading | ReadFailure> {
    const opened = await this.#open(dirname(path))
    if ('code' in opened) return opened
    const note = opened.notes.get(basename(path))
    if (note === undefined) return goneMeanwhile
    const { readContained } = await import('../stages/library/note/read-contained.ts')
    return readContained(path, note, opened.kind, { modifiedMs })
  }

  async #open(path: string): Promise<Opened | ReadFailure> {
    const { size, mtimeMs } = await stat(path)
    const stamp = `${size} ${mtimeMs}`
    clearTimeout(this.#forgetting)
    this.#forgetting = setTimeout(() => (this.#opening = null), keptMs).unref()
    if (this.#opening?.path === path) {
      const opened = await this.#opening.opened
      if (!('code' in opened) && opened.stamp === stamp) return opened
    }
    const opened = openAt(path, stamp)
    this.#opening = { path, opened }
    return opened
  }
}

async function openAt(path: string, stamp: string): Promise<Opened | ReadFailure> {
  const kind = await containerAt(path)
  if (kind === null) return goneMeanwhile
  const { openContainer } = await import('../stages/library/note/read-contained.ts')
  const notes = await openContainer(path, kind)
  return 'code' in notes ? notes : { stamp, kind, notes: new Map(notes.map(note => [note.name, note])) }
}

const goneMeanwhile: ReadFailure = {
  kind: 'failure',
  code: 'cannot-open',
  reason: 'The file that this note was in changed while it was read.',
  contentHash: null,
  changedMeanwhile: true
}
