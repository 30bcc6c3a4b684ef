import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const name = 'folders.json'

/**
 * The chosen folders as they were last written beside the database: what a new database is built from when the old one
 * was set aside. Empty when there is no such file, or it is not what we wrote.
 */
export function rememberedFolders(folder: string): string[] {
  try {
    const saved: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    const paths = typeof saved === 'object' && saved !== null && 'folders' in saved ? saved.folders : []
    return Array.isArray(paths) ? paths.filter(path => typeof path === 'string') : []
  } catch {
    // Nothing is remembered: the person chooses again.
    return []
  }
}

/** Whole or not at all: a kill leaves the file of before. */
export function rememberFolders(folder: string, paths: readonly string[]): void {
  const written = join(folder, `${name}.new`)
  const file = openSync(written, 'w')
  try {
    writeFileSync(file, `${JSON.stringify({ folders: paths }, null, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(written, join(folder, name))
}
