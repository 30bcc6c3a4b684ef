import type { Command } from 'commander'
import type { ModelOffer } from '../../../shared/models.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { CommandDeps, Shared } from './command-deps.ts'
import { follow } from './follow-jobs.ts'
import { modelLines, offerLines, removedLines } from './print-models.ts'
import type { Tools } from './tools.ts'

/** What can be searched with: packs that are here, and those that can be had. @returns `models`, for further commands under it */
export function addModelCommands({
  add,
  print,
  withEngine,
  ask,
  err,
  following
}: Tools & Pick<CommandDeps, 'ask' | 'err'>): Command {
  const models = add(
    'models',
    'Model packs: those that are here, which one is active, and those that can be installed.'
  )
    .option(
      '--use <id>',
      'make this pack the active one, once the library is encoded with it; “none” searches by words only'
    )
    // Options after a command of its own, like --json after install, are that one's.
    .enablePositionalOptions()
    .action(async (options: Shared & { use?: string }) => {
      await withEngine(options, async (client, engine) => {
        const { use } = options
        const whenCancelled =
          'Cancelled. The model that was in use goes on, and what was encoded is kept; run it again to go on.'
        if (use !== undefined)
          await follow(engine, { ...following(options), whenCancelled }, () =>
            client.activateModel({ packId: use === 'none' ? null : use })
          )
        const [installed, offers] = [await client.models({}), await client.offers({})]
        print(options, { models: installed, offers }, () => modelLines(installed, offers))
      })
    })

  add('install', 'Fetch a model pack from the Hugging Face hub, or from the mirror in the settings.', models)
    .argument('<id>', 'as reverie models lists it')
    .option('--yes', 'do not ask: its size, source and licence are known')
    .action(async (offerId: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Shared & { yes?: boolean }>()
      await withEngine(options, async (client, engine) => {
        const offer = (await client.offers({})).find(one => one.offerId === offerId)
        const hasConsent = offer === undefined || options.yes === true || (await isWanted(offer))
        const whenCancelled = 'Cancelled. What was fetched is kept; install it again to go on.'
        await follow(engine, { err, isQuiet: options.json === true, whenCancelled }, () =>
          client.installModel({ offerId, hasConsent })
        )
        const installed = (await client.models({})).find(({ packId }) => packId === offerId)
        print(options, { model: installed ?? null }, () => [
          `Installed ${installed?.folder ?? offerId}.`,
          `reverie models --use ${offerId} lets it answer.`
        ])
      })
    })

  add('remove', 'Delete a model pack that was installed. What it encoded is kept.', models)
    .argument('<id>', 'as reverie models lists it')
    .action(async (packId: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Shared>()
      await withEngine(options, async client => {
        const removed = await client.removeModel({ packId })
        print(options, removed, () => removedLines(removed))
      })
    })

  /** @throws EngineError bad-input where nobody can be asked, cancelled for a no */
  const isWanted = async (offer: ModelOffer): Promise<boolean> => {
    err.write(`${[...offerLines(offer), `    From ${offer.source}`].join('\n')}\n`)
    if (ask === null) throw new EngineError('bad-input', 'Nobody can be asked here: with --yes it is fetched at once.')
    if (await ask('Fetch it?')) return true
    throw new EngineError('cancelled', 'Nothing was fetched.')
  }
  return models
}
