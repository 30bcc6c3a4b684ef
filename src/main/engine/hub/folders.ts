import type { Dirent } from 'node:fs'
import { lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export async function bytesIn(folder: string): Promise<number> {
  const sizes = (await filesIn(folder)).map(({ parentPath, name }) => lstat(join(parentPath, name)))
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0)
}

/** Everything below that is not a folder. */
export async function filesIn(folder: string): Promise<Dirent[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => !entry.isDirectory())
}

export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false
  )
