import type { Events } from '../../../../shared/contract.ts'
import type { JobStatus } from '../../../../shared/jobs.ts'
import type { Settings } from '../../../../shared/settings.ts'
import type { InstallInput, ModelOffer, RemovedModel } from '../../../../shared/models.ts'
import { detailsOf, EngineError } from '../../../../shared/errors.ts'
import { approximateBytes, type Offer } from '../../hub/catalogue.ts'
import { checkOnline, hubOf, type HubAccess } from '../../hub/reach.ts'
import { installWork } from './install-pack-job.ts'
import { JobQueue } from '../../base/job-queue.ts'
import { findPacks } from './found-packs.ts'
import type { ModelInspector } from '../../workers/model-inspector.ts'
import { removePack } from './remove-pack.ts'
import { writeManifest } from './write-manifest.ts'

interface Deps {
  readonly offers: readonly Offer[]
  /** The person's own packs. */
  readonly packsFolder: string
  readonly inspector: Pick<ModelInspector, 'describe' | 'tryPack'>
  settings(): Settings
  /** Folders of the pack in use and of the pack that is being prepared, links resolved. */
  usedFolders(): readonly string[]
  emit<E extends keyof Events>(name: E, payload: Events[E]): void
  readonly log: (text: string) => void
}

/** Models of the catalogue: the offers, the job that installs one, and the removal of an installed one. */
export class Installing {
  /** A queue for downloads alone, so that no other job waits for one. */
  readonly queue: JobQueue
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
    this.queue = new JobQueue(
      (event, status) => deps.emit(event, status),
      error => deps.log(detailsOf(error))
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

  /** As `removePack`. @throws EngineError busy also while a model is being installed */
  async remove(packId: string): Promise<RemovedModel> {
    const { packsFolder } = this.#deps
    if (this.queue.isRunning)
      throw new EngineError(
        'busy',
        'A model is being installed now. Nothing was deleted. Wait for it, or cancel it first.'
      )
    const usedFolders = this.#deps.usedFolders()
    return removePack(packId, { packsFolder, offerIds: this.#deps.offers.map(({ id }) => id), usedFolders })
  }

  /** Cancels the installation, because the person went offline. What was fetched is kept, so that a later one resumes. */
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
