import type { ModelStatus } from './contract.ts'
import { EngineError } from './errors.ts'
import { findPacks, modelStatus, openModel, type ActiveModel } from './models.ts'
import type { SettingRows } from './store/store.ts'
import type { EncoderProcess } from './workers/encoder-process.ts'

interface Deps {
  readonly folders: readonly string[]
  readonly encoder: EncoderProcess
  readonly settings: SettingRows
  readonly onChange: (active: ActiveModel | null) => void
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

  async list(): Promise<readonly ModelStatus[]> {
    const packs = await findPacks(this.#deps.folders)
    return packs.map(pack => modelStatus(pack, this.#now))
  }

  /** @throws EngineError not-found or model-broken; the model that was in use goes on then */
  async activate(packId: string | null): Promise<void> {
    const pack =
      packId === null
        ? null
        : ((await findPacks(this.#deps.folders)).find(found => found.packId === packId) ?? undefined)
    if (pack === undefined)
      throw new EngineError('not-found', `There is no model pack ${packId ?? ''} here. The model in use goes on.`)
    const opened = await openModel(pack?.folder ?? null, this.#deps.encoder)
    this.#deps.settings.set('activePack', packId)
    this.#use(opened)
  }

  async #openChosen(): Promise<ActiveModel | null> {
    const chosen = this.#deps.settings.get('activePack')
    if (chosen === null) return this.#use(null)
    const packs = await findPacks(this.#deps.folders)
    const pack = packs.find(({ packId }) => packId === chosen) ?? packs[0]
    if (pack === undefined) return this.#use(null)
    try {
      return this.#use(await openModel(pack.folder, this.#deps.encoder))
    } catch (error) {
      // Words go on working without it. The next start, or choosing a model, tries again.
      this.#use(null)
      throw error
    }
  }

  #use(active: ActiveModel | null): ActiveModel | null {
    this.#now = active
    this.#active = Promise.resolve(active)
    this.#deps.onChange(active)
    return active
  }
}
