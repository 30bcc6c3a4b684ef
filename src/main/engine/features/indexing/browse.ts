import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Output } from '../../../../shared/contract.ts'
import { EngineError } from '../../../../shared/errors.ts'

/** Where people keep pictures and notes, in English and as the desktop names them. */
const usualPlaces = [
  'Pictures',
  'Photos',
  'Bilder',
  'Images',
  'Documents',
  'Dokumente',
  'Notes',
  'Obsidian',
  'Desktop',
  'Downloads'
]

/** Folders to choose from: names only, nothing is opened. @throws EngineError bad-input when the folder cannot be read */
export async function browse(path: string | undefined): Promise<Output<'browse'>> {
  if (path === undefined) {
    const home = homedir()
    const places = await Promise.all(
      usualPlaces.map(async name => ((await isFolder(join(home, name))) ? [{ name, path: join(home, name) }] : []))
    )
    return { path: null, parent: null, folders: [...places.flat(), { name: 'Home', path: home }] }
  }
  const here = resolve(path)
  const entries = await readdir(here, { withFileTypes: true }).catch((error: unknown) => {
    throw new EngineError(
      'bad-input',
      `The folder ${here} cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`
    )
  })
  const folders = entries
    .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(entry => ({ name: entry.name, path: join(here, entry.name) }))
    .sort((a, b) => a.name.localeCompare(b.name))
  return { path: here, parent: dirname(here) === here ? null : dirname(here), folders }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isDirectory(),
    () => false
  )
}
