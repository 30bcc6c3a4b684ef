import { resolve } from 'node:path'
import type { UnreachableAnswer } from '../../../shared/unreachable.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { Shared } from './command-deps.ts'
import type { Tools } from './tools.ts'
import { addList } from './list-command.ts'
import { countOfFiles, safe } from './print.ts'

/** Files that cannot be reached now: which, why, and the person's last word on them. */
export function addUnreachableCommands(tools: Pick<Tools, 'add' | 'print' | 'withEngine'>): void {
  const { add, print, withEngine } = tools
  addList(tools, 'unreachable', 'What cannot be reached now, by what is lost. It is kept, and still found.', {
    what: 'how many places',
    ask: (client, limit) => client.unreachable({ limit }),
    lines: unreachableLines
  })

  add(
    'forget',
    'Forget files that cannot be reached: they are not found any more. Files that are there are never forgotten.'
  )
    .argument('[path...]', 'unreachable files, or folders that they are in')
    .option('--all', 'everything that cannot be reached')
    .option('--undo', 'bring back what was forgotten so in the last days')
    .action(async (paths: string[], options: Shared & { all?: boolean; undo?: boolean }) => {
      if ([paths.length > 0, options.all === true, options.undo === true].filter(Boolean).length !== 1)
        throw new EngineError(
          'bad-input',
          'Say what to forget: reverie forget <path>, or --all, or --undo to take it back.'
        )
      await withEngine(options, async client => {
        if (options.undo === true) {
          const back = await client.recallForgotten({})
          print(options, back, () => [`${countOfFiles(back.files)} known again.`])
          return
        }
        const given = options.all === true ? {} : { paths: paths.map(path => resolve(path)) }
        const done = await client.forgetUnreachable(given)
        print(options, done, () => [
          `${countOfFiles(done.files)} forgotten. They count again when they are there again; reverie forget --undo takes it back.`
        ])
      })
    })
}

function unreachableLines({ places, total }: UnreachableAnswer): string[] {
  if (total === 0) return ['Everything can be reached.']
  const listed = places.reduce((sum, { files }) => sum + files, 0)
  return [
    ...places.map(({ path, reason, files }) => `${safe(path)}  (${countOfFiles(files)})\n    ${safe(reason)}`),
    ...(total > listed ? [`and ${countOfFiles(total - listed)} elsewhere`] : []),
    'They are kept, still found, and looked at again in each run. reverie forget takes them out of the library.'
  ]
}
