import { relative } from 'node:path'
import type { ModelStatus, ModelSummary } from '../../../../shared/models.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { holdingsOf, rememberMap } from './model-holdings.ts'
import { activeModel, type ActiveModel } from '../../base/active-model.ts'
import { findPacks, modelStatus, modelSummary, openModel, type FoundPack } from './found-packs.ts'
import { withVersion } from '../projecting/with-version.ts'
import type { Store } from '../../store/store.ts'
import type { Encoders } from '../../workers/encoders.ts'

interface Deps {
  readonly folders: readonly string[]
  readonly encoders: Encoders
  /** Where the app's own packs lie. */
  readonly shippedFolder: string
  readonly store: Store
  /** The model that is being prepared. */
  readonly preparing: () => ActiveModel | null
  /** Before anything is asked of it: the model, or the same one with another version of its map. */
  readonly onUse: (active: ActiveModel | null) => void
  readonly onChange: (active: ActiveModel | null) => void
  readonly log: (text: string) => void
}

/** Which model is active. It is opened once, in the background; whoever needs it waits for that. */
export class ModelSwitch {
  readonly #deps: Deps
  #active: Promise<ActiveModel | null> | null = null
  #now: ActiveModel | null = null

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** The model in use, or null while none is open. */
  get now(): ActiveModel | null {
    return this.#now
  }

  /** The model that the user chose, else the first that is there; null when there is none or the user wants none. */
  open(): Promise<ActiveModel | null> {
    this.#active ??= this.#openChosen()
    return this.#active
  }

  packs(): Promise<readonly FoundPack[]> {
    return findPacks(this.#deps.folders)
  }

  async list(): Promise<readonly ModelStatus[]> {
    const packs = await this.packs()
    return packs.map(pack => this.#status(pack, packs))
  }

  /** null when no model is in use. */
  async activeSummary(): Promise<ModelSummary | null> {
    const pack = (await this.packs()).find(({ packId }) => packId === this.#now?.card.id)
    return pack === undefined ? null : modelSummary(pack, this.#now)
  }

  /**
   * Opens a pack with the version of its map that was active last, in processes of its own: not switched to yet.
   * @throws EngineError not-found or model-broken
   */
  async openIn(packId: string, encoders: Encoders): Promise<ActiveModel> {
    const pack = (await this.packs()).find(found => found.packId === packId)
    if (pack === undefined)
      throw new EngineError('not-found', `There is no model pack ${packId} here. The model in use goes on.`)
    return this.#withActiveVersion(await openModel(pack.folder, encoders))
  }

  /** Lets a model answer, null for none, all in one tick: the choice, the processes that encode, and what is searched. */
  use(next: ActiveModel | null, encoders: Encoders): void {
    this.#deps.store.settings.set('activePack', next?.card.id ?? null)
    this.#deps.encoders.takeOver(encoders)
    this.#change(next)
  }

  /**
   * The model in use with one of its versions, null for the pack's own map: not switched to yet.
   * @throws EngineError not-found, or model-broken when the version's file is damaged
   */
  withVersion(versionId: number | null): ActiveModel {
    const model = this.#now
    if (model === null)
      throw new EngineError('model-missing', 'No model is in use, so its map cannot be switched. Nothing was changed.')
    if (versionId === null) return activeModel(model.card)
    const version = this.#deps.store.projectorVersions.get(versionId)
    if (version?.modelKey !== model.key)
      throw new EngineError(
        'not-found',
        `The model in use has no version ${versionId} of its map. Nothing was changed.`
      )
    return withVersion(model, version)
  }

  /** Remembers which version answers, and lets it answer. @throws EngineError like `withVersion`; the one in use goes on then */
  useVersion(versionId: number | null): ActiveModel {
    const next = this.withVersion(versionId)
    this.#deps.store.projectorVersions.activate(next.key, versionId)
    this.#use(next)
    return next
  }

  async #openChosen(): Promise<ActiveModel | null> {
    const chosen = this.#deps.store.settings.get('activePack')
    if (chosen === null) return this.#change(null)
    const packs = await this.packs()
    const pack = packs.find(({ packId }) => packId === chosen) ?? packs[0]
    if (pack === undefined) return this.#change(null)
    try {
      return this.#change(this.#withActiveVersion(await openModel(pack.folder, this.#deps.encoders)))
    } catch (error) {
      // Words go on working without it. The next start, or choosing a model, tries again.
      this.#change(null)
      throw error
    }
  }

  #status(pack: FoundPack, packs: readonly FoundPack[]): ModelStatus {
    const { store, shippedFolder, preparing } = this.#deps
    const inUse = { active: this.#now, preparing: preparing() }
    return modelStatus(pack, this.#now, {
      ...holdingsOf(pack, packs, inUse, store),
      isShipped: isWithin(pack.folder, shippedFolder),
      isPreparing: inUse.preparing?.card.id === pack.packId
    })
  }

  #withActiveVersion(model: ActiveModel): ActiveModel {
    const version = this.#deps.store.projectorVersions.active(model.key)
    if (version === null) return model
    try {
      return withVersion(model, version)
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      this.#deps.log(`${error.message} The model's own map is used instead of version ${version.versionId}.`)
      return model
    }
  }

  #change(active: ActiveModel | null): ActiveModel | null {
    this.#use(active)
    this.#deps.onChange(active)
    return active
  }

  #use(active: ActiveModel | null): ActiveModel | null {
    this.#now = active
    this.#active = Promise.resolve(active)
    if (active !== null) rememberMap(this.#deps.store, active)
    this.#deps.onUse(active)
    return active
  }
}

function isWithin(path: string, folder: string): boolean {
  return !relative(folder, path).startsWith('..')
}
