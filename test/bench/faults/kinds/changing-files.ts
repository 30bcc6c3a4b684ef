import { appendFile, cp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from '../../../stages/library/drawn/chance.ts'
import { filesBelow } from '../files-below.ts'
import { andIndex, suffer, type Kind } from '../suffer.ts'
import type { Deed } from '../plan.ts'

/** While they are scanned, hashed and read, files become other files. */
const changes: Readonly<Record<string, (path: string, other: string) => Promise<void>>> = {
  grow: path => appendFile(path, Buffer.alloc(5000, 0x20)),
  shrink: path => truncate(path, 40),
  empty: path => truncate(path, 0),
  vanish: path => rm(path),
  rename: path => rename(path, `${path}.renamed.jpg`),
  replace: async (path, other) => {
    await cp(other, `${path}.new`)
    await rename(`${path}.new`, path)
  },
  overwrite: path => writeFile(path, 'Not what it was.'),
  'become a folder': async path => {
    await rm(path)
    await cp(join(path, '..'), path, { recursive: true }).catch(() => undefined)
  }
}

const pauseMs = 40

/** The library is written to while it is indexed. In the end all files are as they were, an hour younger, so that each change can be seen. */
export const changingFiles: Kind = {
  name: 'changing-files',
  about: 'files grow, shrink, vanish, are renamed, overwritten and replaced while they are read',
  async inject(place, chance) {
    const base = chance.pick(['unread', 'indexed'] as const)
    const deeds = andIndex(place, ...(base === 'unread' ? [] : [{ name: 'rebuild' } satisfies Deed]))
    const { milliseconds } = await place.calmFigures(base, deeds)
    const startMs = Math.floor(chance.between(100, milliseconds / 2))
    return suffer(place, {
      ...{ base, deeds },
      isLater: true,
      allowed: { hasMoreSaid: true },
      what: `files change from ${startMs} ms on, at ${JSON.stringify(deeds)}`,
      hurt: { at: { ms: startMs }, actions: [] },
      async beside(hasEnded) {
        await sleep(startMs)
        while (!hasEnded()) {
          await changeOne(place.library, chance)
          await sleep(chance.between(0, pauseMs))
        }
      },
      restore: () => place.putLibraryLater(base)
    })
  }
}

async function changeOne(library: string, chance: Chance): Promise<void> {
  const files = filesBelow(library)
  if (files.length < 2) return
  const name = chance.pick(Object.keys(changes))
  // A file that was renamed meanwhile by the change before is not there any more.
  await changes[name]!(chance.pick(files), chance.pick(files)).catch(() => undefined)
}
