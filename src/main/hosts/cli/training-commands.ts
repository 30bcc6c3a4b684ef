import { InvalidArgumentError, Option } from 'commander'
import { resolve } from 'node:path'
import type { Device } from '../../../shared/learning.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { Shared } from './command-deps.ts'
import { follow } from './follow-jobs.ts'
import { deviceLines, projectorLines, verdictLines } from './print-training.ts'
import type { Tools } from './tools.ts'

interface TrainFlags {
  readonly device: Device | 'auto'
  readonly seed?: number
  readonly pairs?: string
}

/** Learning the library, and switching between what was learned. */
export function addTrainingCommands({ add, print, withEngine, following }: Tools): void {
  add('train', 'Learn from the library’s own pairs; kept only if it proves better on pairs it never saw.')
    .addOption(
      new Option('--device <name>', 'what computes; auto is the fastest that passes its self-test')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'])
        .default('auto')
    )
    .option('--seed <n>', 'another training', wholeNumber)
    .option('--pairs <pairs.jsonl>', 'train on these photos and captions instead')
    .action(async (options: Shared & TrainFlags) => {
      await withEngine(options, async (client, engine) => {
        const whenCancelled = 'Cancelled. The last evaluation is kept; run it again to go on.'
        await follow(engine, { ...following(options), whenCancelled }, () =>
          engine.train({
            device: options.device,
            seed: options.seed,
            pairsFile: options.pairs === undefined ? undefined : resolve(options.pairs)
          })
        )
        const { versionId } = (await client.run({})) ?? { versionId: null }
        const trained = (await client.projectors({})).find(one => one.versionId === versionId && versionId !== null)
        if (trained === undefined)
          throw new EngineError('internal', 'The training left no version. Nothing was changed.')
        print(options, trained, () => verdictLines(trained))
      })
    })

  add('devices', 'What can train here, what was tried, and why something cannot be used.')
    .option('--again', 'test each device again, also one that ended a training')
    .action(async (options: Shared & { again?: true }) => {
      await withEngine(options, async client => {
        const devices = await client.devices({ isAnew: options.again === true })
        print(options, { devices }, () => deviceLines(devices))
      })
    })

  add('projectors', 'Versions of the map between pictures and words, and which one answers.').action(
    async (options: Shared) => {
      await withEngine(options, async client => {
        await client.models({})
        const projectors = await client.projectors({})
        print(options, { projectors }, () => projectorLines(projectors))
      })
    }
  )

  add('activate', 'Let a version answer: its number, or “base” for the model pack’s own map.')
    .argument('<version>')
    .action(async (version: string, options: Shared) => {
      if (version !== 'base' && !/^[1-9]\d{0,8}$/.test(version))
        throw new EngineError(
          'bad-input',
          `“${version}” is no version. reverie projectors lists them; “base” is the pack’s own.`
        )
      await withEngine(options, async (client, engine) => {
        const versionId = version === 'base' ? null : Number(version)
        const whenCancelled = 'Cancelled. The version that answered before goes on.'
        await follow(engine, { ...following(options), whenCancelled }, () => client.activateProjector({ versionId }))
        const projectors = await client.projectors({})
        print(options, { projectors }, () => projectorLines(projectors))
      })
    })
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
