import type { Client } from '../../../shared/contract.ts'
import type { Shared } from './command-deps.ts'
import type { Tools } from './tools.ts'
import { wholeNumber } from './training-commands.ts'

/** A command that lists up to `--limit` entries of something. */
export function addList<Answer>(
  { add, print, withEngine }: Pick<Tools, 'add' | 'print' | 'withEngine'>,
  name: string,
  description: string,
  {
    what = 'how many',
    ask,
    lines
  }: {
    /** What the limit counts. */
    readonly what?: string
    readonly ask: (client: Client, limit: number) => Promise<Answer>
    readonly lines: (answer: Answer) => readonly string[]
  }
): void {
  add(name, description)
    .option('--limit <n>', what, wholeNumber, 1000)
    .action(async (options: Shared & { limit: number }) => {
      await withEngine(options, async client => {
        const answer = await ask(client, options.limit)
        print(options, answer, () => lines(answer))
      })
    })
}
