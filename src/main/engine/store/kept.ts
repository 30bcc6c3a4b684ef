import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Named } from './excluded.ts'
import type { KeptVerdict, Store } from './store.ts'
import { writeBeside } from './write-beside.ts'

const name = 'said.json'

/** What the person said and no file can say again. */
export interface Said {
  readonly excluded: readonly (Named & { readonly folder: string })[]
  readonly verdicts: readonly KeptVerdict[]
  /** Settings by name, as the store has them. */
  readonly settings: Readonly<Record<string, unknown>>
}

const nothing: Said = { excluded: [], verdicts: [], settings: {} }

const whole = z.int().min(0)
const hash = z.string().max(128)
const said = z.object({
  excluded: z.array(
    z.object({
      folder: z.string().min(1),
      path: z.string().min(1),
      isFolder: z.boolean(),
      sizeBytes: whole,
      modifiedMs: z.int(),
      contentHash: hash.nullable()
    })
  ),
  verdicts: z.array(
    z.object({
      contentHash: hash,
      textFolded: z.string(),
      text: z.string(),
      verdict: z.enum(['confirmed', 'rejected']),
      saidMs: whole
    })
  ),
  settings: z.record(z.string(), z.unknown())
})

/** As it was last written beside the database; nothing when there is no such file, or it is not what we wrote. */
export function rememberedSaid(folder: string): Said {
  try {
    return said.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))
  } catch {
    // Nothing is remembered: the person says it again.
    return nothing
  }
}

/** Whether it was ever written: a library of an older app has no such file. */
export function hasRememberedSaid(folder: string): boolean {
  return existsSync(join(folder, name))
}

/** Writes it beside the database; where that says the same already, nothing is written. */
export function rememberSaid(folder: string, now: Said): void {
  const path = join(folder, name)
  const content = `${JSON.stringify(now, null, 2)}\n`
  if (contentOf(path) !== content) writeBeside(path, content)
}

/** '' when it cannot be read. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Settings that are the person's own words or choice. Of questions only the saved ones: the others are forgotten soon anyway. */
export const keptSettings = ['settings', 'activePack', 'searches', 'linkAnswers', 'leftovers'] as const

/** Reads all of it from a store's tables. */
export function collectSaid(store: Pick<Store, 'excluded' | 'pairVerdicts' | 'settings'>): Said {
  const settings = Object.fromEntries(
    keptSettings.flatMap(setting => {
      const value = store.settings.get(setting)
      if (value === undefined) return []
      return [[setting, setting === 'searches' ? { ...(value as object), recent: [] } : value]]
    })
  )
  return { excluded: store.excluded.named(), verdicts: store.pairVerdicts.kept(), settings }
}

/** Says it all again in a new database, whose folders are chosen already. */
export function saySaid(store: Store, { excluded, verdicts, settings }: Said, nowMs: number): void {
  const folders = new Map(store.folders.all().map(({ path, folderId }) => [path, folderId]))
  for (const [setting, value] of Object.entries(settings))
    if (keptSettings.some(kept => kept === setting)) store.settings.set(setting, value)
  for (const { folder, ...named } of excluded) {
    const folderId = folders.get(folder)
    if (folderId !== undefined) store.excluded.add(folderId, named, nowMs)
  }
  store.pairVerdicts.keep(verdicts)
}
