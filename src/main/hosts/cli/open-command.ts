import type { Command } from 'commander'
import { pathToFileURL } from 'node:url'
import type { CommandDeps, Shared } from './command-deps.ts'

interface Shares {
  readonly add: (name: string, description: string) => Command
  readonly print: (options: Shared, value: unknown, lines: () => readonly string[]) => void
  readonly findRunning: CommandDeps['findRunning']
  readonly openBrowser: CommandDeps['openBrowser']
}

/** `reverie open`: another tab or browser for a page that is served already. */
export function addOpenCommand({ add, print, findRunning, openBrowser }: Shares): void {
  add('open', 'Open the page of a Reverie that runs already in another tab or browser.')
    .option('--print', 'print an address for one visit within ten minutes, instead of opening the browser')
    .option('--revoke', 'shut out every page that is open now, before')
    .action(async (options: Shared & { print?: boolean; revoke?: boolean }) => {
      const isPrinted = options.print === true || options.json === true
      let running = await findRunning({ data: options.data })
      if (options.revoke === true) {
        await running.revoke()
        running = await findRunning({ data: options.data })
      }
      const { address, file } = await running.newTicket(!isPrinted)
      if (!isPrinted) openBrowser(file === null ? address : pathToFileURL(file).href)
      print(options, { address }, () =>
        isPrinted
          ? [address]
          : [
              `Opened in your browser: ${running.origin}/`,
              'Where nothing opens, reverie open --print gives an address.'
            ]
      )
    })
}
