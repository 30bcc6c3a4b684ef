import { EngineError } from '../../../../shared/errors.ts'
import type { ActiveModel, ModelInUse } from '../../base/active-model.ts'
import type { Store } from '../../store/store.ts'
import type { Encoders } from '../../workers/encoders.ts'
import { modelWith } from '../projecting/model-with.ts'
import { withVersion } from '../projecting/with-version.ts'
import { findPacks } from './found-packs.ts'
import { openModel } from './open-model.ts'
import { rememberMap } from './own-maps.ts'

interface Deps {
  /** Where packs are looked for, in this order. */
  readonly folders: readonly string[]
  /** The processes of the model in use. */
  readonly encoders: Encoders
  readonly store: Store
  /** Called before anything is asked of the model: another one, or the same one with another version of its map. */
  readonly onUse: (active: ActiveModel | null) => void
  /** Called after `onUse` when the model is another one. */
  readonly onChange: (active: ActiveModel | null) => void
  readonly log: (text: string) => void
}

/**
 * Last step of a chosen model: the model in use, and the switch to another model or version. At the start the model that was in
 * use last is opened once, in the background; callers of `open` wait for that.
 */
export class ModelSwitch implements ModelInUse {
  readonly #deps: Deps
  #active: Promise<ActiveModel | null> | null = null
  #now: ActiveModel | null = null

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** The model in use; null while none is open. */
  get now(): ActiveModel | null {
    return this.#now
  }

  /**
   * The model that the person chose, else the first pack that is found; null when there is none, or the person wants none.
   * @throws EngineError model-broken; no model is in use then, until the next start or choice
   */
  open(): Promise<ActiveModel | null> {
    this.#active ??= this.#openChosen()
    return this.#active
  }

  /**
   * Puts a model to use, null for none. The stored choice, the processes that encode and what is searched change within one
   * tick, so no caller ever sees the parts of two models.
   * @param encoders  have the model open; this takes their processes over
   */
  use(next: ActiveModel | null, encoders: Encoders): void {
    this.#deps.store.settings.set('activePack', next?.card.id ?? null)
    this.#deps.encoders.takeOver(encoders)
    this.#change(next)
  }

  /**
   * The model in use with another version of its map, null for the pack's own map. Nothing is switched yet.
   * @throws EngineError model-missing, not-found, or model-broken when the version's file is damaged
   */
  withVersion(versionId: number | null): ActiveModel {
    const model = this.#now
    if (model === null)
      throw new EngineError('model-missing', 'No model is in use, so its map cannot be switched. Nothing was changed.')
    if (versionId === null) return modelWith(model.card, model.cohort, null)
    const version = this.#deps.store.projectorVersions.get(versionId)
    if (version?.modelKey !== model.key)
      throw new EngineError(
        'not-found',
        `The model in use has no version ${versionId} of its map. Nothing was changed.`
      )
    return withVersion(model, version)
  }

  /** Stores which version is active, and puts it to use. @throws as `withVersion`; the version in use stays then */
  useVersion(versionId: number | null): ActiveModel {
    const next = this.withVersion(versionId)
    this.#deps.store.projectorVersions.activate(next.key, versionId)
    this.#use(next)
    return next
  }

  async #openChosen(): Promise<ActiveModel | null> {
    const { store, folders, encoders } = this.#deps
    const chosen = store.settings.get('activePack')
    if (chosen === null) return this.#change(null)
    const packs = await findPacks(folders)
    const pack = packs.find(({ packId }) => packId === chosen) ?? packs[0]
    if (pack === undefined) return this.#change(null)
    try {
      return this.#change(await openModel(pack, encoders, this.#deps))
    } catch (error) {
      // Search goes on with words alone.
      this.#change(null)
      throw error
    }
  }

  #change(active: ActiveModel | null): ActiveModel | null {
    this.#use(active)
    this.#deps.onChange(active)
    return active
  }

  #use(active: ActiveModel | null): void {
    this.#now = active
    this.#active = Promise.resolve(active)
    if (active !== null) rememberMap(this.#deps.store, active)
    this.#deps.onUse(active)
    void active?.cohort.prepare()
  }
}
