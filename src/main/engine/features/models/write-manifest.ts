import { join } from 'node:path'
import { manifestSchema } from '../../stages/encode/manifest.ts'
import { EngineError } from '../../../../shared/errors.ts'
import type { Offer } from '../../hub/catalogue.ts'
import { isThere } from '../../hub/folders.ts'
import { writeWhole } from '../../base/safe-files.ts'
import type { ModelInspector } from '../../workers/model-inspector.ts'

/**
 * Makes a pack of a folder that was fetched: it is described, and both its towers are run once, in a process that has nothing
 * else to do. A repository that brings its own `model.json` is taken at its word, which is held against every file.
 * @throws EngineError model-missing or model-broken with what is wrong
 */
export async function writeManifest(
  folder: string,
  { id, name, licence, languages, precision }: Pick<Offer, 'id' | 'name' | 'licence' | 'languages' | 'precision'>,
  inspector: Pick<ModelInspector, 'describe' | 'tryPack'>,
  signal: AbortSignal
): Promise<void> {
  try {
    const about = { id, name, licence, languages, prefer: precision }
    // Checked once more: it comes from a process that has read the bytes of strangers.
    const manifest = manifestSchema.parse((await inspector.describe({ folder, about }, signal)).manifest)
    // Under another pack's id it would take that pack's place.
    if (manifest.id !== id)
      throw new EngineError(
        'model-broken',
        `${name} cannot be used: it calls itself “${manifest.id}”. Your library and the model in use are unharmed. Choose another model.`
      )
    const path = join(folder, 'model.json')
    if (!(await isThere(path))) await writeWhole(path, JSON.stringify(manifest, null, 2) + '\n')
    await inspector.tryPack(folder, signal)
  } catch (error) {
    // The folder on its way is nothing that a person has to know.
    if (error instanceof EngineError)
      throw new EngineError(error.code, error.message.replaceAll(folder, name), error.detail)
    throw error
  }
}
