import type { Client } from '../../../shared/contract.ts'
import type { Leftovers, SettledLeftovers } from '../../../shared/leftovers.ts'
import type { CommandDeps, Shared } from './command-deps.ts'
import { countOfFiles, safe } from './print.ts'
import type { Tools } from './tools.ts'

const what =
  'ONNX Runtime, which runs Reverie’s models, kept a device id and a queue of reports here, and tried to send them to Microsoft. ' +
  'Reverie has switched that off. Other programs that use ONNX Runtime may have made some of these files.'

/** Files of ONNX Runtime's telemetry: which there are, and what is to become of them. */
export function addLeftoverCommands({ add, print, withEngine }: Pick<Tools, 'add' | 'print' | 'withEngine'>): void {
  add('leftovers', 'Files that ONNX Runtime’s telemetry left on this machine; nothing is deleted unless you say so.')
    .option('--delete', 'delete them')
    .action(async (options: Shared & { delete?: boolean }) => {
      await withEngine(options, async client => {
        if (options.delete === true) {
          const settled = await client.settleLeftovers({ hasConsent: true })
          print(options, settled, () => settledLines(settled))
        } else {
          const found = await client.leftovers({})
          print(options, found, () => leftoverLines(found))
        }
      })
    })
}

/** Asks once whether they are to be deleted; where nobody can be asked, nothing is said and nothing settled. */
export async function offerLeftovers(client: Client, { ask, err }: Pick<CommandDeps, 'ask' | 'err'>): Promise<void> {
  if (ask === null) return
  const found = await client.leftovers({})
  if (found.isSettled || found.paths.length === 0) return
  err.write(`${leftoverLines(found).join('\n')}\n`)
  const settled = await client.settleLeftovers({
    hasConsent: await ask('Delete these files? You are not asked again.')
  })
  err.write(`${settledLines(settled).join('\n')}\n`)
}

function leftoverLines({ paths }: Leftovers): string[] {
  if (paths.length === 0) return ['ONNX Runtime’s telemetry left nothing on this machine.']
  return [what, ...paths.map(path => `  ${safe(path)}`), 'reverie leftovers --delete deletes them.']
}

function settledLines({ deletedFiles, left }: SettledLeftovers): string[] {
  return [
    deletedFiles === 0 ? 'Nothing was deleted.' : `${countOfFiles(deletedFiles)} deleted.`,
    ...left.map(path => `Could not be deleted: ${safe(path)}`)
  ]
}
