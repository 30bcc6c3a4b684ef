import { EngineError } from '../../../../shared/errors.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import type { Store } from '../../store/store.ts'
import type { Encoders } from '../../workers/encoders.ts'
import { modelWith } from '../projecting/model-with.ts'
import { withVersion } from '../projecting/with-version.ts'
import type { FoundPack } from './found-packs.ts'
import { neutralRows } from './neutral-rows.ts'

interface Deps {
  readonly store: Store
  readonly log: (text: string) => void
}

/**
 * Opens a pack in encoder processes, which check every file first, with the version of its map that was active last. A version
 * whose file is damaged is logged, and the pack's own map is used.
 * @throws EngineError model-broken
 */
export async function openModel({ folder }: FoundPack, encoders: Encoders, deps: Deps): Promise<ActiveModel> {
  const card = await encoders.usePack(folder)
  if (card === null) throw new Error(`Nothing was opened in ${folder}.`)
  return withActiveVersion(modelWith(card, await neutralRows(card, encoders.questions, deps), null), deps)
}

function withActiveVersion(model: ActiveModel, { store, log }: Deps): ActiveModel {
  const version = store.projectorVersions.active(model.key)
  if (version === null) return model
  try {
    return withVersion(model, version)
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    log(`${error.message} The model's own map is used instead of version ${version.versionId}.`)
    return model
  }
}
