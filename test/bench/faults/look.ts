import { relative } from 'node:path'
import type { Counts } from '../../../src/shared/library.ts'
import type { Engine } from '../../../src/main/engine/engine.ts'

/** What a person sees of a library, without ids and dates, which differ from run to run. */
export interface Look {
  /** By name, with those of the model that answers and of what it has not encoded. */
  readonly counts: Readonly<Record<string, number>>
  readonly model: string | null
  /** Paths of everything that a search for all photos or all notes finds. */
  readonly found: readonly string[]
  /** The best hits of some questions, with their scores. */
  readonly answers: readonly string[]
  readonly excluded: readonly string[]
  readonly savedSearches: readonly string[]
  readonly settings: Readonly<Record<string, unknown>>
  readonly verdicts: readonly string[]
  readonly versions: readonly string[]
  readonly models: readonly string[]
  readonly failures: readonly string[]
}

const questions = ['type:photo a blue boat', 'a red kite by the lake', 'pumpkin soup']

/** Asks the engine everything that a fault must not change. */
export async function lookAt({ client }: Engine): Promise<Look> {
  const library = await client.library({})
  const roots = library.folders.map(({ path }) => path)
  const short = (path: string): string => {
    const root = roots.find(folder => path.startsWith(folder))
    return root === undefined ? path : relative(root, path)
  }
  const all = async (text: string): Promise<string[]> =>
    (await client.search({ text, limit: 1000 })).hits.map(({ path }) => short(path))
  const answers: string[] = []
  for (const text of questions) {
    const { hits } = await client.search({ text, limit: 10 })
    answers.push(...hits.map(({ path, score }) => `${text}: ${short(path)} ${score.toFixed(3)}`).sort())
  }
  const { pairs } = await client.pairs({ limit: 10_000 })
  // Where the hub is differs from run to run.
  const settings = { ...(await client.settings({})), hubUrl: null }
  return {
    counts: { ...countsOf(library), photos: library.photos, notes: library.notes, unencoded: library.unencoded },
    model: library.model?.packId ?? null,
    found: [...(await all('type:photo')), ...(await all('type:note'))].sort(),
    answers,
    excluded: (await client.excluded({})).entries.map(({ path, files }) => `${short(path)} (${files})`).sort(),
    savedSearches: (await client.searches({})).saved,
    settings,
    verdicts: pairs
      .flatMap(({ photoPath, text, verdict }) => (verdict === null ? [] : [`${short(photoPath)} ${text} ${verdict}`]))
      .sort(),
    versions: (await client.projectors({})).map(({ versionId, state }) => `${versionId ?? 'base'} ${state}`),
    models: (await client.models({})).map(({ packId, isActive }) => `${packId}${isActive ? ' active' : ''}`).sort(),
    failures: (await client.failures({})).map(({ path, code }) => `${short(path)} ${code}`).sort()
  }
}

/** All numbers that together are `eligible`. */
function countsOf(status: Counts): Record<string, number> {
  const named = ['eligible', 'indexed', 'failed', 'waiting', 'unreachable', 'excluded']
  return Object.fromEntries(named.map(name => [name, (status as unknown as Record<string, number>)[name] ?? 0]))
}
