import { resolve } from 'node:path'
import type { Client } from '../../../shared/contract.ts'
import type { AnswerLinksInput, OutsideLinkEntry, OutsideLinksAnswer } from '../../../shared/outside-links.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { Shared } from './command-deps.ts'
import { follow } from './follow-jobs.ts'
import { safe } from './print.ts'
import { wholeNumber } from './training-commands.ts'
import type { Tools } from './tools.ts'

/** As many as the engine lists at once. */
const mostListed = 10_000

/** Symbolic links that lead out of the library: whether they are followed. */
export function addLinkCommands({ add, print, following, withEngine }: Tools): void {
  add('links', 'Links in the library that lead out of it: they are followed only when you say so.')
    .option('--include <path...>', 'follow these links: what they lead to is indexed')
    .option('--leave-out <path...>', 'do not follow these; what was read through them is forgotten')
    .option('--limit <n>', 'how many', wholeNumber, 1000)
    .action(
      async (
        options: Shared & { include?: readonly string[]; leaveOut?: readonly string[]; limit: number }
      ): Promise<void> => {
        await withEngine(options, async (client, engine) => {
          for (const [paths, answer] of [
            [options.include, 'included'],
            [options.leaveOut, 'left-out']
          ] as const) {
            if (paths === undefined) continue
            const linkIds = await idsOf(paths, client)
            await follow(engine, following(options), () => client.answerOutsideLinks({ linkIds, answer }))
          }
          const links = await client.outsideLinks({ limit: options.limit })
          print(options, links, () => linkLines(links))
        })
      }
    )
}

async function idsOf(paths: readonly string[], client: Client): Promise<readonly string[]> {
  const { entries } = await client.outsideLinks({ limit: mostListed })
  return paths.flatMap(given => {
    const path = resolve(given)
    const found = entries.filter(entry => entry.path === path)
    if (found.length === 0)
      throw new EngineError(
        'not-found',
        `${path} is no link that leads out of the library. Nothing was changed. reverie links lists them.`
      )
    return found.map(({ linkId }) => linkId)
  })
}

const answers: Readonly<Record<AnswerLinksInput['answer'], string>> = { included: 'included', 'left-out': 'left out' }

function linkLines({ entries, total }: OutsideLinksAnswer): string[] {
  if (total === 0) return ['No link leads out of the library.']
  return [
    ...entries.map(
      entry => `${described(entry)}  (${entry.answer === null ? 'not followed yet' : answers[entry.answer]})`
    ),
    ...(total > entries.length ? [`and ${total - entries.length} more`] : []),
    'reverie links --include <path> follows a link, --leave-out <path> does not.'
  ]
}

/** What the person is to be asked; nothing when there is nothing. */
export function askedLinkLines({ entries, asked }: OutsideLinksAnswer): string[] {
  if (asked === 0) return []
  const named = entries.filter(({ answer }) => answer === null)
  return [
    'Links lead out of the library and were not followed. Say whether they are to be:',
    ...named.map(entry => `  ${described(entry)}`),
    ...(asked > named.length ? [`  and ${asked - named.length} more: reverie links`] : []),
    '  reverie links --include <path>, or --leave-out <path>'
  ]
}

function described({ kind, path, target, links }: OutsideLinkEntry): string {
  const what = kind === 'folder' ? '' : `${links} ${links === 1 ? 'link' : 'links'} to files in `
  return `${safe(path)} → ${what}${safe(target)}`
}
