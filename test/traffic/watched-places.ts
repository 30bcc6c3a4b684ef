import { readdirSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** What was heard since one asked last. */
export interface Heard {
  /** Files and folders that came to be, also those that are gone by now. */
  readonly made: readonly string[]
  /** Folders in which a file that was made and removed at once was not heard. */
  readonly deaf: readonly string[]
  /** In so many folders such a file was made. */
  readonly folders: number
}

/** A watch that hears nothing in this time is deaf. */
const patienceMs = 10_000

/**
 * Hears what comes to be in places, and in the folders that are there already below them. In a folder that is new itself
 * nothing more is heard: it is told.
 *
 * @param isOwn  whether a path and all below it is no matter of this watch
 */
export function watchPlaces(places: readonly string[], isOwn: (path: string) => boolean): () => Promise<Heard> {
  const folders = places.flatMap(place => foldersFrom(place, isOwn))
  const there = new Set(folders.flatMap(entriesOf))
  const heard = new Set<string>()
  for (const folder of folders)
    watch(folder, (_, name) => {
      const path = join(folder, String(name))
      if (!isOwn(path) && !there.has(path)) heard.add(path)
    })
  return async () => {
    const marks = folders.map(folder => join(folder, `mark-${process.pid}`))
    for (const mark of marks) {
      writeFileSync(mark, '')
      rmSync(mark)
    }
    // The system tells in order: what was before the last mark is heard with it.
    const untilMs = performance.now() + patienceMs
    while (!marks.every(mark => heard.has(mark)) && performance.now() < untilMs) await wait(10)
    const deaf = folders.filter((_, i) => !heard.has(marks[i] ?? ''))
    // What stays is told even where nothing was heard.
    const made = [...heard, ...folders.flatMap(entriesOf).filter(path => !isOwn(path) && !there.has(path))]
    heard.clear()
    return { made: [...new Set(made)].filter(path => !marks.includes(path)).sort(), deaf, folders: folders.length }
  }
}

function foldersFrom(folder: string, isOwn: (path: string) => boolean): string[] {
  if (isOwn(folder)) return []
  const below = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory())
  return [folder, ...below.flatMap(({ name }) => foldersFrom(join(folder, name), isOwn))]
}

const entriesOf = (folder: string): string[] => readdirSync(folder).map(name => join(folder, name))
