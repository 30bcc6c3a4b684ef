import { mkdir, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Events } from '../../../../shared/contract.ts'
import type { JobStatus } from '../../../../shared/jobs.ts'
import type { Settings } from '../../../../shared/settings.ts'
import type { InstallInput, ModelOffer, RemovedModel } from '../../../../shared/models.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { approximateBytes, type Offer } from '../../hub/catalogue.ts'
import { bytesIn, isThere } from '../../hub/folders.ts'
import { checkOnline, hubOf, type HubAccess } from '../../hub/reach.ts'
import { installWork } from './install-pack-job.ts'
import { JobQueue } from '../../base/job-queue.ts'
import { findPacks } from './found-packs.ts'
import type { ModelInspector } from '../../workers/model-inspector.ts'
import { writeManifest } from './write-manifest.ts'

interface Deps {
  readonly offers: readonly Offer[]
  /** The user's own packs. */
  readonly packsFolder: string
  readonly inspector: Pick<ModelInspector, 'describe' | 'tryPack'>
  settings(): Settings
  /** Of the pack that answers now and of the one that is being prepared, without links. */
  usedFolders(): readonly string[]
  emit<E extends keyof Events>(name: E, payload: Events[E]): void
  readonly log: (text: string) => void
}

/** Models that can be had, are being fetched, and are given up again. */
export class Installing {
  /** Of its own: a download waits for nothing, and nothing waits for it. */
  readonly queue: JobQueue
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
    this.queue = new JobQueue(
      (event, status) => deps.emit(event, status),
      error => deps.log(error instanceof Error ? (error.stack ?? error.message) : String(error))
    )
  }

  async offers(): Promise<ModelOffer[]> {
    const packs = await findPacks([this.#deps.packsFolder])
    const installed = new Set(packs.map(({ packId }) => packId))
    return this.#deps.offers.map(offer => ({
      offerId: offer.id,
      name: offer.name,
      source: sourceOf(offer, this.#access()),
      sizeBytes: approximateBytes(offer),
      licence: offer.licence,
      languages: offer.languages,
      precision: offer.precision,
      speed: offer.speed,
      quality: offer.quality,
      note: offer.note,
      isInstalled: installed.has(offer.id)
    }))
  }

  /** Starts the job. @returns its id @throws EngineError bad-input, not-found, network or busy: nothing was fetched then */
  request({ offerId, hasConsent }: InstallInput): JobStatus['jobId'] {
    const offer = this.#deps.offers.find(({ id }) => id === offerId)
    if (offer === undefined)
      throw new EngineError('not-found', `There is no model ${offerId} to install. Nothing was fetched.`)
    const access = this.#access()
    checkOnline(access)
    if (!hasConsent)
      throw new EngineError(
        'bad-input',
        `${offer.name} is ${(approximateBytes(offer) / 1e6).toFixed(1)} MB, to be fetched from ${sourceOf(offer, access)}. Nothing was fetched yet: agree to that first.`
      )
    const { packsFolder, inspector } = this.#deps
    const work = installWork(offer, {
      ...{ packsFolder, access },
      makeManifest: (folder, about, signal) => writeManifest(folder, about, inspector, signal)
    })
    return this.queue.start('install', work).jobId
  }

  /**
   * Deletes a pack, and what was fetched of one so far.
   * @throws EngineError not-found, also for a pack that lies elsewhere; busy for one that is in use
   */
  async remove(packId: string): Promise<RemovedModel> {
    const { packsFolder } = this.#deps
    if (this.queue.isRunning)
      throw new EngineError(
        'busy',
        'A model is being installed now. Nothing was deleted. Wait for it, or cancel it first.'
      )
    const found = (await findPacks([packsFolder])).find(pack => pack.packId === packId)
    const pack = found !== undefined && dirname(found.folder) === packsFolder ? found.folder : null
    const incoming = join(packsFolder, '.incoming')
    const half = join(incoming, pack === null ? packId : basename(pack))
    const hasHalf = this.#deps.offers.some(({ id }) => id === basename(half)) && (await isThere(half))
    if (pack === null && !hasHalf)
      throw new EngineError(
        'not-found',
        `There is no model ${packId} in ${packsFolder}, and packs that are elsewhere are not Reverie’s to delete. Nothing was changed.`
      )
    if (pack !== null && this.#deps.usedFolders().includes(await realpath(pack)))
      throw new EngineError('busy', `${packId} is in use. Nothing was deleted. Choose another model first.`)

    let freedBytes = 0
    if (pack !== null) {
      freedBytes += await bytesIn(pack)
      // Out of sight at once: a kill in the middle leaves no half of a pack.
      const removed = join(incoming, `${basename(pack)}.removed`)
      await mkdir(incoming, { recursive: true })
      await rm(removed, { recursive: true, force: true })
      await rename(pack, removed)
      await rm(removed, { recursive: true, force: true })
    }
    if (hasHalf) {
      freedBytes += await bytesIn(half)
      await rm(half, { recursive: true, force: true })
    }
    return { folder: pack ?? half, freedBytes }
  }

  /** The user wants nothing from outside any more: what was fetched is kept for later. */
  stop(): void {
    for (const { jobId, state } of this.queue.all()) if (state !== 'ended') this.queue.cancel(jobId)
  }

  idle(): Promise<void> {
    return this.queue.idle()
  }

  close(): Promise<void> {
    return this.queue.close()
  }

  #access(): HubAccess {
    return { hubUrl: this.#deps.settings().hubUrl, isOffline: () => this.#deps.settings().isOffline }
  }
}

function sourceOf({ repository }: Offer, access: HubAccess): string {
  return `${hubOf(access)}/${repository}`
}
