import { resolve } from 'node:path'
import type { ExcludedAnswer } from '../../../shared/excluding.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { Shared } from './command-deps.ts'
import { follow } from './follow-jobs.ts'
import { addList } from './list-command.ts'
import { countOfFiles, safe } from './print.ts'
import type { Tools } from './tools.ts'

/** Leaving files and folders out of the library, and taking them in again. */
export function addExcludeCommands(tools: Tools): void {
  const { add, print, following, withEngine } = tools
  add(
    'exclude',
    'Leave files or folders out of the library: they are not found and not read again. They are not touched.'
  )
    .argument('<path...>', 'files of the library, or folders inside its folders')
    .action(async (paths: string[], options: Shared) => {
      await withEngine(options, async client => {
        const done = await client.exclude({ paths: paths.map(path => resolve(path)) })
        print(options, done, () => [
          `${countOfFiles(done.files)} left out of the library; nothing was touched on disk.`,
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

  addList(tools, 'excluded', 'What is left out of the library.', {
    ask: (client, limit) => client.excluded({ limit }),
    lines: excludedLines
  })
}

function excludedLines({ entries, total }: ExcludedAnswer): string[] {
  if (total === 0) return ['Nothing is left out.']
  return [
    ...entries.map(({ kind, path, files }) =>
      kind === 'folder'
        ? `${safe(path)}  (folder, ${countOfFiles(files)})`
        : `${safe(path)}${files === 0 ? '  (not there now)' : ''}`
    ),
    ...(total > entries.length ? [`and ${total - entries.length} more`] : [])
  ]
}
