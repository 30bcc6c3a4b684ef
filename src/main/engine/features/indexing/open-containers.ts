import type { FoundFile, ScanProblem, SeenFolder } from '../../base/domain.ts'
import { inTurns, stepsInTurns } from '../../base/give-way.ts'
import { isBelow } from '../../stages/library/compare.ts'
import type { Store, StoredFolder } from '../../store/store.ts'
import type { LibraryEncoder } from '../../workers/encoder-process.ts'
import { absolutePath } from './read-files.ts'

interface Deps {
  readonly store: Store
  readonly encoder: Pick<LibraryEncoder, 'listContained'>
}

/** What stands in place of files that hold many notes: see [Note: containers]. */
export interface OpenedContainers {
  /** Their notes; of one that cannot be opened, and never could be, the file itself: reading it tells why. */
  readonly found: readonly FoundFile[]
  /** Such a file is to its notes what a folder is to its files. */
  readonly folders: readonly SeenFolder[]
  /** Of those that cannot be opened now: what is known of their notes is kept. */
  readonly problems: readonly ScanProblem[]
}

/**
 * Finds the notes in files of many. A file is opened by the process that decodes, and only where its size or time is another
 * than when that was done last. What was listed of those in folders that could not be looked into stays.
 */
export async function openContainers(
  { folderId, path: folderPath }: StoredFolder,
  {
    containers,
    problems: unseen
  }: { readonly containers: readonly FoundFile[]; readonly problems: readonly ScanProblem[] },
  { store, encoder }: Deps,
  signal: AbortSignal
): Promise<OpenedContainers> {
  const found: FoundFile[] = []
  const folders: SeenFolder[] = []
  const problems: ScanProblem[] = []
  for (const container of containers) {
    signal.throwIfAborted()
    const { path, sizeBytes, modifiedMs, device = null } = container
    if (!store.containers.isAsKnown(folderId, { path, sizeBytes, modifiedMs })) {
      const listed = await encoder.listContained(absolutePath({ folderPath }, path), signal)
      if ('code' in listed) {
        if (store.containers.isKnown(folderId, path)) problems.push({ path, reason: listed.reason })
        else found.push(container)
        continue
      }
      await stepsInTurns(store.containers.saveInSteps(folderId, { path, sizeBytes, modifiedMs }, listed))
    }
    if (device !== null) folders.push({ path, device, isMarked: false })
    await inTurns(store.containers.notes(folderId, path), note =>
      found.push({
        path: `${path}/${note.name}`,
        sizeBytes: note.sizeBytes,
        modifiedMs: note.modifiedMs,
        sidecarPaths: [],
        sidecarStamp: '',
        device
      })
    )
  }
  const there = new Set(containers.map(({ path }) => path))
  const hidden = new Set(unseen.map(({ path }) => path))
  store.containers.forget(folderId, path => !there.has(path) && !isBelow(path, hidden))
  return { found, folders, problems }
}
