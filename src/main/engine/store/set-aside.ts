import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Renames a damaged database, so that the next `openStore` makes a new one and the folders of `rememberedFolders` can be
 * indexed again. Thumbnails of the old one are thrown away then, because their item ids mean nothing to the new one.
 * The database must be closed.
 *
 * @returns the new path of the damaged database
 */
export function setAsideCorrupt(folder: string): string {
  let n = 1
  const aside = (suffix: string): string => join(folder, `reverie.corrupt-${n}.db${suffix}`)
  // The log goes first: left beside a new database, it would be played into it.
  const suffixes = ['-wal', '-shm', '']
  while (suffixes.some(suffix => existsSync(aside(suffix)))) n++
  for (const suffix of suffixes) {
    const path = join(folder, `reverie.db${suffix}`)
    if (existsSync(path)) renameSync(path, aside(suffix))
  }
  return aside('')
}
