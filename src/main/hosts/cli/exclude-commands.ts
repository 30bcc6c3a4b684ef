import type { Command } from 'commander'
import { resolve } from 'node:path'
import type { Client } from '../../../shared/contract.ts'
import type { ExcludedAnswer } from '../../../shared/excluding.ts'
import type { Engine } from '../../engine/engine.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { Shared } from './command-deps.ts'
import { follow, type FollowOptions } from './follow-jobs.ts'
import { safe } from './print.ts'
import { wholeNumber } from './training-commands.ts'

/** What a family of commands is given. */
export interface Tools {
  readonly add: (name: string, description: string) => Command
  readonly print: (options: Shared, value: unknown, lines: () => readonly string[]) => void
  readonly following: (options: Shared) => FollowOptions
  readonly withEngine: <T>(options: Shared, use: (client: Client, engine: Engine) => Promise<T>) => Promise<T>
}

/** Leaving files and folders out of the library, and taking them in again. */
export function addExcludeCommands({ add, print, following, withEngine }: Tools): void {
  add(
    'exclude',
    'Leave files or folders out of the library: they are not found and not read again. They are not touched.'
  )
    .argument('<path...>', 'files of the library, or folders inside its folders')
    .action(async (paths: string[], options: Shared) => {
      await withEngine(options, async client => {
        const done = await client.exclude({ paths: paths.map(path => resolve(path)) })
        print(options, done, () => [
          `${count(done.files)} left out of the library; nothing was touched on disk.`,
          'reverie excluded lists what is left out; reverie include takes it in again.'
        ])
      })
    })

  add('include', 'Take what was excluded into the library again, and index it.')
    .argument('[path...]', 'what was excluded, or a folder that it is in')
    .option('--all', 'everything that was excluded')
    .action(async (paths: string[], options: Shared & { all?: boolean }) => {
      if ((paths.length === 0) !== (options.all === true))
        throw new EngineError('bad-input', 'Say what to include: reverie include <path>, or --all for everything.')
      await withEngine(options, async (client, engine) => {
        const given = options.all === true ? {} : { paths: paths.map(path => resolve(path)) }
        const job = await follow(engine, following(options), () => client.include(given))
        const { indexed, failed, excluded } = await client.library({})
        print(options, { encoded: job.encoded, indexed, failed, excluded }, () => [
          `Included again: ${job.encoded} encoded; ${indexed} indexed now, ${failed} failed, ${excluded} left out.`
        ])
      })
    })

  add('excluded', 'What is left out of the library.')
    .option('--limit <n>', 'how many', wholeNumber, 1000)
    .action(async (options: Shared & { limit: number }) => {
      await withEngine(options, async client => {
        const answer = await client.excluded({ limit: options.limit })
        print(options, answer, () => excludedLines(answer))
      })
    })
}

function excludedLines({ entries, total }: ExcludedAnswer): string[] {
  if (total === 0) return ['Nothing is left out.']
  return [
    ...entries.map(({ kind, path, files }) =>
      kind === 'folder'
        ? `${safe(path)}  (folder, ${count(files)})`
        : `${safe(path)}${files === 0 ? '  (not there now)' : ''}`
    ),
    ...(total > entries.length ? [`and ${total - entries.length} more`] : [])
  ]
}

const count = (files: number): string => `${files} ${files === 1 ? 'file' : 'files'}`
