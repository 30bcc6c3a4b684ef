import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { ExcludedPath } from './excluded.ts'
import type { KeptHitVerdict } from './hit-verdicts.ts'
import type { KeptVerdict, KeptWords, SettingName, Store } from './store.ts'
import { writeBeside } from './write-beside.ts'

/** A format on disk since the first version: the name and the field `saidMs` stay as they are. */
const name = 'said.json'

/** Decisions of the person: what no file of the library could tell again. */
export interface Decisions {
  readonly excluded: readonly (ExcludedPath & { readonly folder: string })[]
  readonly verdicts: readonly KeptVerdict[]
  readonly ownWords: readonly KeptWords[]
  readonly hitVerdicts: readonly KeptHitVerdict[]
  /** Settings by name, as the store has them. */
  readonly settings: Readonly<Record<string, unknown>>
}

const nothing: Decisions = { excluded: [], verdicts: [], ownWords: [], hitVerdicts: [], settings: {} }

const whole = z.int().min(0)
const hash = z.string().max(128)
/** Older files do not say it. */
const carriedFrom = hash.nullable().default(null)
const schema = z.object({
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
  // Files of older apps have neither of these.
  ownWords: z
    .array(
      z.object({
        contentHash: hash,
        caption: z.string().nullable(),
        addedTags: z.array(z.string()),
        removedTags: z.array(z.string()),
        isFavourite: z.boolean(),
        saidMs: whole,
        carriedFrom
      })
    )
    .default([]),
  hitVerdicts: z
    .array(
      z.object({
        question: z.string(),
        contentHash: hash,
        text: z.string(),
        verdict: z.enum(['right', 'wrong']),
        saidMs: whole,
        carriedFrom
      })
    )
    .default([]),
  settings: z.record(z.string(), z.unknown())
})

/** The decisions as they were last written beside the database; none when there is no such file, or it is not what we wrote. */
export function readDecisions(folder: string): Decisions {
  try {
    return schema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))
  } catch {
    // No decision is known: the person decides again.
    return nothing
  }
}

/** Whether decisions were ever written: a library of an older app has no such file. */
export function hasDecisions(folder: string): boolean {
  return existsSync(join(folder, name))
}

/** Writes decisions beside the database. @returns false for a file that holds the same already: it is left alone */
export function writeDecisions(folder: string, decisions: Decisions): boolean {
  const path = join(folder, name)
  const content = `${JSON.stringify(decisions, null, 2)}\n`
  if (contentOf(path) === content) return false
  writeBeside(path, content)
  return true
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
const decidedSettings = [
  'settings',
  'activePack',
  'searches',
  'linkAnswers',
  'leftovers'
] as const satisfies readonly SettingName[]

export function isDecision(setting: SettingName): boolean {
  return decidedSettings.some(decided => decided === setting)
}

/** Reads every decision from a store's tables. */
export function collectDecisions(
  store: Pick<Store, 'excluded' | 'pairVerdicts' | 'ownWords' | 'hitVerdicts' | 'settings'>
): Decisions {
  const settings = Object.fromEntries(
    decidedSettings.flatMap(setting => {
      const value = store.settings.get(setting)
      if (value === undefined) return []
      return [[setting, setting === 'searches' ? { ...(value as object), recent: [] } : value]]
    })
  )
  return {
    excluded: store.excluded.named(),
    verdicts: store.pairVerdicts.kept(),
    ownWords: store.ownWords.kept(),
    hitVerdicts: store.hitVerdicts.kept(),
    settings
  }
}

/** Writes the decisions into a new database, whose folders are chosen already. */
export function restoreDecisions(store: Store, decisions: Decisions, nowMs: number): void {
  const { excluded, verdicts, ownWords, hitVerdicts, settings } = decisions
  const folders = new Map(store.folders.all().map(({ path, folderId }) => [path, folderId]))
  for (const setting of decidedSettings)
    if (Object.hasOwn(settings, setting)) store.settings.set(setting, settings[setting])
  for (const { folder, ...place } of excluded) {
    const folderId = folders.get(folder)
    if (folderId !== undefined) store.excluded.add(folderId, place, nowMs)
  }
  store.pairVerdicts.keep(verdicts)
  store.ownWords.keep(ownWords)
  store.hitVerdicts.keep(hitVerdicts)
}
