import { join } from 'node:path'
import type { NoteReading, PhotoReading } from '../../../src/main/engine/base/domain.ts'
import { withFolderSidecars } from '../../../src/main/engine/stages/library/folder-sidecars.ts'
import { readFile } from '../../../src/main/engine/workers/read-file.ts'
import { ContainedNotes } from '../../../src/main/engine/workers/contained-notes.ts'
import { scanAll } from './folders.ts'

export interface Read {
  readonly reading: PhotoReading | NoteReading
  /** The day and time on the wall, `2024-01-02T03:04:05`. */
  readonly date: string
  readonly dateSource: string
  /** Everything that it is found by, in lower case. */
  readonly words: string
  /** Tags of a note, keywords of a photo. */
  readonly tags: readonly string[]
}

/** Scans a folder and reads all that is in it, as a run of indexing does. By relative path; without what cannot be read. */
export async function readFolder(folder: string): Promise<ReadonlyMap<string, Read>> {
  const { files, containers, sidecars } = await scanAll(folder)
  const contained = new ContainedNotes()
  const all = new Map<string, Read>()
  const inFiles = await Promise.all(containers.map(({ path }) => notesIn(folder, path, contained)))
  for (const { path, sidecarPaths, modifiedMs } of [
    ...(await withFolderSidecars(files, sidecars)),
    ...inFiles.flat()
  ]) {
    const input = { sidecarPaths: sidecarPaths.map(one => join(folder, one)), modifiedMs, encodePicture: true }
    const read = await readFile({ path: join(folder, path), ...input }, () => performance.now(), contained)
    if (read.kind === 'failure') continue
    const reading = read.kind === 'picture' ? read.reading : read
    const { date } = reading.kind === 'photo' ? reading.metadata : reading
    const tags = reading.kind === 'photo' ? reading.metadata.keywords : reading.tags
    const said =
      reading.kind === 'photo'
        ? [reading.metadata.title, reading.metadata.description]
        : [reading.title, ...reading.passages.map(({ text }) => text)]
    all.set(path, {
      reading,
      date: new Date(date.localMs).toISOString().slice(0, 19),
      dateSource: date.source,
      words: [...said, ...tags].join('\n').toLowerCase(),
      tags
    })
  }
  return all
}

async function notesIn(folder: string, path: string, contained: ContainedNotes) {
  const notes = await contained.list(join(folder, path))
  if ('code' in notes) throw new Error(`${path}: ${notes.reason}`)
  return notes.map(({ name, modifiedMs }) => ({ path: `${path}/${name}`, modifiedMs, sidecarPaths: [] as string[] }))
}
