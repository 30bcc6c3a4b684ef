import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** All files below a folder, by name; links to folders are not followed, as `readdir` with `recursive` would. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap(entry => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : []
    })
    .sort()
}
