import { stat } from 'node:fs/promises'
import type { NoteReading, PhotoReading, Pixels, ReadFailure } from '../base/domain.ts'
import { containerAt } from '../stages/library/containers.ts'
import { readPhoto } from '../stages/library/photo/read-photo.ts'
import type { ContainedNotes } from './contained-notes.ts'
import type { ReadInput } from './encoder-api.ts'
import { identifyFile, type FileStamp, type IdentifiedFile } from './identify-file.ts'

export type ReadContent =
  NoteReading | { readonly kind: 'picture'; readonly reading: PhotoReading; readonly pixels: Pixels }

/** What the bytes are decides, not the name. Never throws for a bad file. @param clock  the file's own milliseconds */
export async function readFile(
  input: ReadInput,
  clock: () => number,
  contained: ContainedNotes
): Promise<ReadContent | ReadFailure> {
  try {
    // A file that holds many notes is read as one only where they could not be told apart: it says why.
    if ((await containerAt(input.path)) !== null) {
      const notes = await contained.list(input.path)
      return 'code' in notes ? notes : changedMeanwhile
    }
    const file = await identifyFile(input.path)
    return 'kind' in file ? file : await readIdentified(file, input, clock)
  } catch (error) {
    if (!isInFile(error)) return cannotOpen(error)
    return contained.read(input.path, input.modifiedMs).catch(cannotOpen)
  }
}

/** Whether a path leads into a file as if that were a folder. */
export function isInFile(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOTDIR'
}

/**
 * Reads a file of which kind and content are known already.
 *
 * A note is read in one go, and hashed again as it was read. A photo is opened several times: by its decoder, for its
 * metadata, and before for its hash. Written to in between, it would be kept with the hash of one content and the words of another.
 *
 * The readers of notes are loaded with the first note: they are half of what the start of an encoder process costs, and the
 * process that encodes questions never needs them.
 * @throws the file system's error
 */
export async function readIdentified(
  { sniffed, contentHash, stamp }: IdentifiedFile,
  { path, sidecarPaths, modifiedMs }: ReadInput,
  clock: () => number
): Promise<ReadContent | ReadFailure> {
  if (sniffed.kind === 'note') {
    const { readNote } = await import('../stages/library/note/read-note.ts')
    return readNote(path, sniffed.format, { modifiedMs, contentHash, sidecarPaths, clock })
  }
  const read = await readPhoto(path, sniffed.format, sidecarPaths, { modifiedMs, contentHash })
  if ('kind' in read) return read
  return (await isUnchanged(path, stamp)) ? { kind: 'picture', ...read } : changedMeanwhile
}

const changedMeanwhile: ReadFailure = {
  kind: 'failure',
  code: 'cannot-open',
  reason: 'This file changed while it was read.',
  contentHash: null,
  changedMeanwhile: true
}

async function isUnchanged(path: string, { sizeBytes, modifiedNs }: FileStamp): Promise<boolean> {
  const now = await stat(path, { bigint: true })
  return Number(now.size) === sizeBytes && now.mtimeNs === modifiedNs
}

/** The reason that a person is told for the file system's error. @throws anything else */
export function cannotOpen(error: unknown): ReadFailure {
  const code = (error as NodeJS.ErrnoException).code
  if (code === undefined) throw error
  const why =
    code === 'ENOENT'
      ? 'it is no longer there'
      : code === 'EACCES' || code === 'EPERM'
        ? 'Reverie may not read it'
        : code
  const systemCode = /^E[A-Z0-9]+$/.test(code) ? code : undefined
  const reason = `The file could not be opened: ${why}.`
  return { kind: 'failure', code: 'cannot-open', reason, contentHash: null, systemCode }
}
