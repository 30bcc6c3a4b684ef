import { Option, type Command } from 'commander'
import { resolve } from 'node:path'
import type { AddModelInput } from '../../../shared/models.ts'
import type { Shared } from './command-deps.ts'
import { installedLine } from './print-models.ts'
import { safe } from './print.ts'
import type { Tools } from './tools.ts'

type Flags = Shared & Pick<AddModelInput, 'id' | 'name' | 'licence' | 'prefer'> & { readonly languages?: string }

/** `reverie models add`: a folder becomes a pack of the person's own. */
export function addModelCommand(
  models: Command,
  { add, print, withEngine }: Pick<Tools, 'add' | 'print' | 'withEngine'>
): void {
  add('add', 'Copy a model into the data folder: a model pack, or a CLIP or SigLIP as transformers.js has it.', models)
    .argument('<folder>', 'with config.json, preprocessor_config.json, tokenizer.json and two ONNX towers')
    .option('--id <id>', 'what it is called in commands; from the folder’s name when absent')
    .option('--name <name>', 'what it is called in lists')
    .option('--licence <name>', 'its licence')
    .option('--languages <tags>', 'languages of its text tower: en,de')
    .addOption(new Option('--prefer <precision>', 'which version of the weights').choices(['fp32', 'fp16', 'int8']))
    .action(async (folder: string, _: unknown, command: Command) => {
      // `--json`, `--data` and `--models` may stand before “add” too.
      const options = command.optsWithGlobals<Flags>()
      const { id, name, licence, prefer } = options
      const languages = options.languages?.split(',').map(tag => tag.trim())
      await withEngine(options, async client => {
        const added = await client.addModel({ folder: resolve(folder), id, name, licence, languages, prefer })
        print(options, added, () => [
          installedLine(added),
          ...added.notes.map(safe),
          `Added ${safe(added.name)} as ${added.packId}, in ${safe(added.folder)}.`,
          `reverie models --use ${added.packId} lets it answer.`
        ])
      })
    })
}
