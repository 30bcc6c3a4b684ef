import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { HitVerdict, VerdictsAnswer } from '../../../shared/saying.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { Shared } from './command-deps.ts'
import type { Tools } from './tools.ts'
import { addList } from './list-command.ts'
import { countOfFiles, safe } from './print.ts'
import { idsOf, namesOf, several } from './say-commands.ts'

interface JudgeFlags {
  readonly right?: readonly string[]
  readonly wrong?: readonly string[]
  readonly takeBack?: readonly string[]
  readonly image?: string
}

/** What the person says of answers: right or wrong for the question. */
export function addJudgeCommands(tools: Pick<Tools, 'add' | 'print' | 'withEngine'>): void {
  const { add, print, withEngine } = tools
  add('judge', 'Say that files are right or wrong for a question: it counts when the same is asked again.')
    .argument('[words...]', 'the question')
    .option('--image <file>', 'the picture that was asked with')
    .option('--right <file>', 'this is right for it; may be given several times', several)
    .option('--wrong <file>', 'this is wrong for it; may be given several times', several)
    .option('--take-back <file>', 'take back what you said of this; may be given several times', several)
    .action(async (words: string[], options: Shared & JudgeFlags) => {
      const said: readonly (readonly [HitVerdict | null, readonly string[]])[] = [
        ['right', options.right ?? []],
        ['wrong', options.wrong ?? []],
        [null, options.takeBack ?? []]
      ]
      if (said.every(([, files]) => files.length === 0))
        throw new EngineError(
          'bad-input',
          'Say what is right or wrong: reverie judge <words> --right <file> --wrong <file>. Nothing was changed.'
        )
      await withEngine(options, async (client, engine) => {
        // All are known before anything is said of one.
        const known = said.map(([verdict, files]) => [verdict, idsOf(files, engine)] as const)
        const imageId =
          options.image === undefined
            ? undefined
            : (await client.openImage({ bytes: new Uint8Array(await readFile(resolve(options.image))) })).imageId
        for (const [verdict, itemIds] of known)
          if (itemIds.length > 0) await client.judge({ text: words.join(' '), imageId, itemIds, verdict })
        const files = known.reduce((sum, [, itemIds]) => sum + itemIds.length, 0)
        print(options, { files }, () => [`Kept for ${countOfFiles(files)}. reverie verdicts lists what you said.`])
      })
    })

  addList(tools, 'verdicts', 'What you said of answers: right or wrong for their question.', {
    ask: (client, limit) => client.verdicts({ limit }),
    lines: verdictLines
  })
}

function verdictLines({ entries, total }: VerdictsAnswer): string[] {
  if (total === 0) return ['You have said nothing of answers yet: reverie judge <words> --right <file>.']
  return [
    ...entries.flatMap(({ text, isPicture, verdict, items, contentHash }) => [
      `${verdict} for ${text === '' ? 'a picture' : `“${safe(text)}”${isPicture ? ' and a picture' : ''}`}`,
      ...namesOf({ items, contentHash }).map(name => `    ${name}`)
    ]),
    ...(total > entries.length ? [`and ${total - entries.length} more`] : [])
  ]
}
