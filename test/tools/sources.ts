import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Source } from './imports.ts'

/** The files of a folder, and of its folders, that are code, styles or pages. @param checkout  this one where none is named */
export function sourcesOf(folder: string, checkout = resolve(import.meta.dirname, '../..')): Source[] {
  return readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => /\.(ts|svelte|css|html)$/.test(path))
    .map(path => `${folder}/${path.replaceAll('\\', '/')}`)
    .map(path => ({ path, text: readFileSync(join(checkout, path), 'utf8') }))
}
