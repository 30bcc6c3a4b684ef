import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeBeside } from './write-beside.ts'

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

export function rememberFolders(folder: string, paths: readonly string[]): void {
  writeBeside(join(folder, name), `${JSON.stringify({ folders: paths }, null, 2)}\n`)
}
