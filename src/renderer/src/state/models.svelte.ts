import type { Client } from '../../../shared/contract.ts'
import type { ModelOffer, ModelStatus } from '../../../shared/models.ts'

type Engine = Pick<
  Client,
  | 'models'
  | 'offers'
  | 'settings'
  | 'activateModel'
  | 'installModel'
  | 'removeModel'
  | 'addModel'
  | 'forgetModelEmbeddings'
  | 'on'
>

/** Models that are here and models that can be had, kept true by the engine's events while somebody looks. */
export class ModelsState {
  /** null until the engine has answered once. */
  models = $state.raw<readonly ModelStatus[] | null>(null)
  offers = $state.raw<readonly ModelOffer[]>([])
  isOffline = $state(false)
  /** A command of this panel is being carried out. */
  isBusy = $state(false)
  /** Sentences of the model that was added last. */
  notes = $state.raw<readonly string[]>([])

  readonly #engine: Engine
  readonly #report: (error: unknown) => void
  #latest = 0

  constructor(engine: Engine, report: (error: unknown) => void) {
    this.#engine = engine
    this.#report = report
  }

  /** Follows the engine. Returns the function that stops it. */
  listen(): () => void {
    const again = (): void => {
      if (this.models !== null) void this.load()
    }
    const stops = [this.#engine.on('modelChanged', again), this.#engine.on('jobEnded', again)]
    return () => {
      for (const stop of stops) stop()
    }
  }

  async load(): Promise<void> {
    const mine = ++this.#latest
    try {
      const [models, offers, settings] = await Promise.all([
        this.#engine.models({}),
        this.#engine.offers({}),
        this.#engine.settings({})
      ])
      if (mine !== this.#latest) return
      this.models = models
      this.offers = offers.filter(offer => !offer.isInstalled)
      this.isOffline = settings.isOffline
    } catch (error) {
      this.#report(error)
    }
  }

  use(packId: string): Promise<unknown> {
    return this.#change(() => this.#engine.activateModel({ packId }))
  }

  install(offerId: string): Promise<unknown> {
    return this.#change(() => this.#engine.installModel({ offerId, hasConsent: true }))
  }

  remove(packId: string): Promise<unknown> {
    return this.#change(() => this.#engine.removeModel({ packId }))
  }

  forget(packId: string): Promise<unknown> {
    return this.#change(() => this.#engine.forgetModelEmbeddings({ packId }))
  }

  /** Whether the folder was taken; a refusal is reported, and the path can be corrected. */
  async add(folder: string): Promise<boolean> {
    this.notes = []
    const added = await this.#change(() => this.#engine.addModel({ folder }))
    this.notes = added?.notes ?? []
    return added !== null
  }

  async #change<T>(command: () => Promise<T>): Promise<T | null> {
    this.isBusy = true
    try {
      return await command()
    } catch (error) {
      this.#report(error)
      return null
    } finally {
      this.isBusy = false
      await this.load()
    }
  }
}
