import { relative } from 'node:path'
import type { ModelStatus, ModelSummary } from '../../../../shared/models.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import type { Store } from '../../store/store.ts'
import { findPacks, type FoundPack } from './found-packs.ts'
import { holdingsOf, type InUse } from './model-holdings.ts'

interface Deps {
  /** Where packs are looked for, in this order. */
  readonly folders: readonly string[]
  /** Where the packs lie that ship with the app. */
  readonly shippedFolder: string
  readonly inUse: () => InUse
  readonly store: Store
}

/** Which models there are, and what the library holds of each. */
export class ModelList {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  async all(): Promise<readonly ModelStatus[]> {
    const packs = await findPacks(this.#deps.folders)
    return packs.map(pack => this.#status(pack, packs))
  }

  /** The model in use; null without one, and when its pack is no longer found. */
  async active(): Promise<ModelSummary | null> {
    const packs = await findPacks(this.#deps.folders)
    const { active } = this.#deps.inUse()
    const pack = packs.find(({ packId }) => packId === active?.card.id)
    return pack === undefined ? null : summary(pack, active)
  }

  #status(pack: FoundPack, packs: readonly FoundPack[]): ModelStatus {
    const { store, shippedFolder, inUse } = this.#deps
    const { active, preparing } = inUse()
    const about = summary(pack, active)
    const isPreparing = preparing?.card.id === pack.packId
    return {
      ...about,
      state: about.isActive ? 'active' : isPreparing ? 'preparing' : 'installed',
      quality: pack.quality,
      ...holdingsOf(pack, packs, { active, preparing }, store),
      isShipped: isWithin(pack.folder, shippedFolder)
    }
  }
}

function summary(pack: FoundPack, active: ActiveModel | null): ModelSummary {
  const { packId, name, folder, licence, languages, sizeBytes } = pack
  const isActive = active?.card.id === packId
  return {
    ...{ packId, name, folder, licence, languages, sizeBytes, isActive },
    hasCommonSpace: isActive ? active.hasCommonSpace : pack.hasCommonSpace
  }
}

function isWithin(path: string, folder: string): boolean {
  return !relative(folder, path).startsWith('..')
}
