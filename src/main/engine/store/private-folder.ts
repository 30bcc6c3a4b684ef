import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What is ours in a data folder, by its name. */
const ours = /^((reverie|thumbnails|folders|said|writer)\.|(models|training)$)/

/**
 * Makes a data folder for one person alone: the folder 0700, what is ours in it without any right for others, whoever made
 * it so and however long ago. New files are closed from the start by the process's umask, which the entries set.
 *
 * A folder that is sticky or another user's (`--data /tmp`) is a place of many on purpose, and keeps its own rights; our files in it are
 * closed all the same, so a library is one person's wherever it lies. A group's folder is closed too: a library keeps what was
 * searched for, and texts of files that the group may not read. Links are not followed, and nothing that others own is touched.
 */
export function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (process.getuid === undefined) return
  const { mode, uid } = statSync(folder)
  const isSticky = (mode & 0o1000) !== 0
  if (uid === process.getuid() && !isSticky) closeOne(folder, mode)
  for (const name of readdirSync(folder)) if (ours.test(name)) close(join(folder, name))
  forgetOpenKey(join(folder, 'web'))
}

/** The key of the page is no secret any more where others could have read it; the web host makes another. */
function forgetOpenKey(folder: string): void {
  const stats = lstatSync(folder, { throwIfNoEntry: false })
  if (stats?.isDirectory() !== true || stats.uid !== process.getuid?.()) return
  const isOpen = (path: string): boolean => ((lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0
  if (isOpen(folder) || readdirSync(folder).some(name => isOpen(join(folder, name))))
    rmSync(folder, { recursive: true, force: true })
}

function close(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  // Gone meanwhile, or a link: what it leads to is not in the data folder.
  if (stats === undefined || stats.isSymbolicLink() || stats.uid !== process.getuid?.()) return
  if (stats.isDirectory()) {
    closeOne(path, stats.mode)
    for (const name of readdirSync(path)) close(join(path, name))
  } else if (stats.isFile()) closeOne(path, stats.mode)
}

function closeOne(path: string, mode: number): void {
  const isOpen = (mode & 0o077) !== 0
  if (!isOpen) return
  try {
    chmodSync(path, mode & 0o700)
  } catch (error) {
    // Another process that works in the folder too has removed it, or the disk knows no rights (FAT).
    if (!['ENOENT', 'EPERM', 'ENOTSUP', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
