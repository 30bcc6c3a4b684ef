import { EngineError, messageOf } from '../../../../shared/errors.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import { limit } from '../../base/limit.ts'
import type { Store } from '../../store/store.ts'
import { encoderThreads, readSettings } from '../../store/user-settings.ts'
import type { SharedWriter } from '../../store/writer-lock.ts'
import type { Encoders } from '../../workers/encoders.ts'
import { findPacks } from './found-packs.ts'
import { forgetModel } from './forget-model.ts'
import { openModel } from './open-model.ts'
import { rememberMap } from './own-maps.ts'
import { isPrepared } from './prepare-model.ts'
import type { Preparation } from './preparation.ts'
import type { ModelSwitch } from './switch-model.ts'

interface Deps {
  /** Where packs are looked for, in this order. */
  readonly folders: readonly string[]
  readonly store: Store
  readonly preparation: Preparation
  readonly model: ModelSwitch
  readonly indexing: { request(): string }
  readonly writer: SharedWriter
  /** Starts processes for the next model; the model in use keeps its own. */
  readonly startEncoders: () => Encoders
  readonly log: (text: string) => void
}

/** The setting that keeps the pack that is being prepared, so that the next start continues. */
const setting = 'preparingPack'

/**
 * First step of a chosen model: opens the pack and decides. A model that lacks nothing is switched to at once; any other is
 * prepared first, and switched to when it has all that the model in use has. Choices are carried out one after the other, and
 * the newest wins.
 */
export class ModelChoice {
  readonly #deps: Deps
  /** Processes of a pack that is being opened, until they are known to be needed. */
  #opening: Encoders | null = null
  readonly #inTurn = limit(1)
  #isClosed = false

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /**
   * Chooses a model, null for none. The model in use goes on until the chosen one takes its place, and after a refusal.
   * @throws EngineError not-found or model-broken; database-in-use while another process indexes; cancelled while closing
   */
  activate(packId: string | null): Promise<void> {
    return this.#inTurn(() => this.#activate(packId))
  }

  /**
   * Deletes the stored embeddings of a pack, between two choices: see `forgetModel`.
   * @returns bytes of the deleted rows
   * @throws EngineError not-found, busy while it is in use or being prepared, database-in-use while another process indexes
   */
  forget(packId: string): Promise<number> {
    return this.#inTurn(async () => {
      const { store, folders, model, preparation, writer } = this.#deps
      await model.open().catch(() => null)
      const packs = await findPacks(folders)
      const pack = packs.find(found => found.packId === packId)
      if (pack === undefined)
        throw new EngineError('not-found', `There is no model pack ${packId} here. Nothing was deleted.`)
      const release = writer.acquire()
      try {
        return await forgetModel(pack, packs, { active: model.now, preparing: preparation.model }, store)
      } finally {
        release()
      }
    })
  }

  /** Continues the preparation that the host's end interrupted. */
  resume(): void {
    const packId = this.#deps.store.settings.get(setting)
    if (typeof packId !== 'string') return
    this.activate(packId).catch((error: unknown) => {
      if (this.#isClosed) return
      // A pack that is gone or broken would be refused again at each start.
      if (error instanceof EngineError && /^(not-found|model-)/.test(error.code)) this.#remember(null)
      this.#deps.log(messageOf(error))
    })
  }

  /** Waits until no choice is being carried out and no model is being prepared. */
  async idle(): Promise<void> {
    const { queue } = this.#deps.preparation
    await this.#settled()
    while (queue.isRunning) await queue.idle()
  }

  /** Stops the preparation where it is; the next start continues it. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#opening?.close()
    await this.#settled()
    await this.#deps.preparation.queue.close()
  }

  /** Waits until every choice so far is carried out. */
  #settled(): Promise<void> {
    return this.#inTurn(() => Promise.resolve())
  }

  async #activate(packId: string | null): Promise<void> {
    const { preparation, model, startEncoders, writer } = this.#deps
    await model.open().catch(() => null)
    if (packId !== null && packId === preparation.model?.card.id) return
    if (this.#isClosed) throw new EngineError('cancelled', 'Reverie is closing.')
    const encoders = (this.#opening = startEncoders())
    try {
      const next = packId === null ? null : await this.#open(packId, encoders)
      // Asked before the running preparation is stopped: a refusal must leave it running.
      const release = this.#isComplete(next) ? null : writer.acquire()
      await preparation.stop()
      if (next === null || this.#isComplete(next)) {
        this.#switch(next, encoders)
        release?.()
      } else this.#prepare(next, encoders, release ?? writer.acquire())
    } catch (error) {
      encoders.close()
      throw error
    } finally {
      this.#opening = null
    }
  }

  async #open(packId: string, encoders: Encoders): Promise<ActiveModel> {
    const pack = (await findPacks(this.#deps.folders)).find(found => found.packId === packId)
    if (pack === undefined)
      throw new EngineError('not-found', `There is no model pack ${packId} here. The model in use goes on.`)
    return openModel(pack, encoders, this.#deps)
  }

  /** Whether search loses nothing when this model answers: it has all that the model in use has, or that one has nothing. */
  #isComplete(next: ActiveModel | null): boolean {
    const { store, model } = this.#deps
    const before = model.now
    if (next === null || before === null) return true
    if (store.items.countUnencoded(before.key) >= store.items.countRead()) return true
    return isPrepared({ store, next, before: () => before, passedOver: new Map() })
  }

  /** @param release  gives the right to write back when the job ends */
  #prepare(next: ActiveModel, encoders: Encoders, release: () => void): void {
    rememberMap(this.#deps.store, next)
    this.#remember(next.card.id)
    this.#deps.preparation.start({
      model: next,
      encoders,
      onPrepared: () => this.#switch(next, encoders),
      onEnd: isCancelled => {
        // A preparation that an error or the host's end stopped is still wanted.
        if (isCancelled && !this.#isClosed) this.#remember(null)
        release()
      }
    })
    // A number of threads that was chosen while the pack was being opened is not known to its processes yet.
    encoders.useThreads(encoderThreads(readSettings(this.#deps.store))).catch(() => undefined)
  }

  #switch(next: ActiveModel | null, encoders: Encoders): void {
    const { store, model, indexing } = this.#deps
    this.#remember(null)
    model.use(next, encoders)
    // Indexing encodes what changed in this moment and what could not be prepared.
    if (store.folders.all().length > 0) indexing.request()
  }

  #remember(packId: string | null): void {
    this.#deps.store.settings.set(setting, packId ?? undefined)
  }
}
