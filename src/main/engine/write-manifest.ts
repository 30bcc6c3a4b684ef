import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineError } from './errors.ts'
import { findPacks } from './models.ts'

/**
 * Sees to it that a folder that was fetched is a pack of this id. A repository that brings its own `model.json` is taken at
 * its word, which `readPack` holds against every file before one is parsed.
 * @throws EngineError model-missing where there is none, model-broken where it is not understood or of another id
 */
export async function writeManifest(
  folder: string,
  { id, name }: { readonly id: string; readonly name: string }
): Promise<void> {
  const hasOwn = await stat(join(folder, 'model.json')).then(
    () => true,
    () => false
  )
  if (!hasOwn)
    throw new EngineError('model-missing', `${name} brings no description that this version of Reverie can read.`)
  const [found] = await findPacks([folder])
  // Under another pack's id it would take that pack's place.
  if (found?.packId !== id)
    throw new EngineError(
      'model-broken',
      `What was fetched of ${name} is not a model that can be used here. Nothing else was changed. Choose another model.`
    )
}
