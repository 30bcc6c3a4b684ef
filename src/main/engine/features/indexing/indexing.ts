import type { EventName, Events } from '../../../../shared/contract.ts'
import type { FolderId } from '../../base/domain.ts'
import { detailsOf, EngineError, messageOf } from '../../../../shared/errors.ts'
import { watchFolder } from '../../stages/library/watch.ts'
import type { ActiveModel, ModelInUse } from '../../base/active-model.ts'
import { readSettings } from '../../store/user-settings.ts'
import type { Store } from '../../store/store.ts'
import type { SharedWriter } from '../../store/writer-lock.ts'
import type { EncoderProcess, LibraryEncoder } from '../../workers/encoder-process.ts'
import { indexLibrary } from './index-library.ts'
import type { SearchedRows } from './parts.ts'
import { dropOldSpaces } from '../projecting/old-spaces.ts'
import { projectEmbeddings } from '../projecting/project-embeddings.ts'
import { type Control, JobQueue, type Progress } from '../../base/job-queue.ts'
import { limit } from '../../base/limit.ts'

interface Deps {
  readonly store: Store
  readonly encoder: EncoderProcess
  readonly model: ModelInUse
  readonly galleries: SearchedRows
  readonly writer: SharedWriter
  readonly watches: boolean
  readonly emit: <E extends EventName>(name: E, payload: Events[E]) => void
  readonly log: (text: string) => void
}

/** Keeps the index up to date: one job at a time, started by the user, by a watched folder, or by a change of model. */
export class Indexing {
  readonly queue: JobQueue
  readonly #deps: Deps
  /** Asked for while a job ran: what came in between may have been missed. */
  #isAskedAgain = false
  /** Whether the next run reads every file anew. */
  #isRebuildAsked = false
  #isClosed = false
  readonly #watched = new Map<FolderId, () => Promise<void>>()
  readonly #watchInTurn = limit(1)

  constructor(deps: Deps) {
    this.#deps = deps
    this.queue = new JobQueue(
      (event, status) => {
        deps.emit(event, status)
        if (event === 'jobEnded') this.#afterJob(status.outcome)
      },
      error => deps.log(detailsOf(error))
    )
  }

  /** Starts a run, or has the one that runs followed by another. Returns the id of the job that runs now. */
  request(): string {
    const running = this.queue.all().find(job => job.state !== 'ended')
    if (running === undefined) return this.queue.start('index', control => this.#work(control)).jobId
    this.#isAskedAgain = true
    return running.jobId
  }

  /** Says that what is in the library is otherwise now, by no job. */
  changed(): void {
    this.#deps.emit('libraryChanged', { folderIds: this.#deps.store.folders.all().map(({ folderId }) => folderId) })
  }

  /** The same, but every file is read anew. */
  rebuild(): string {
    this.#isRebuildAsked = true
    return this.request()
  }

  /** Follows changes in the chosen folders from now on, and looks for what changed while nobody watched. */
  async watch(): Promise<void> {
    await this.syncWatches()
    if (this.#deps.store.folders.all().length > 0) this.request()
  }

  /** Watches exactly the chosen folders, or none when the user does not want it. One change of watches after the other. */
  syncWatches(): Promise<void> {
    return this.#watchInTurn(() => this.#syncWatches())
  }

  async #syncWatches(): Promise<void> {
    const { store, log } = this.#deps
    const isWanted = !this.#isClosed && this.#deps.watches && readSettings(store).watchFolders
    const wanted = isWanted ? store.folders.all() : []
    const ids = new Set(wanted.map(({ folderId }) => folderId))
    for (const [folderId, stop] of this.#watched) {
      if (ids.has(folderId)) continue
      this.#watched.delete(folderId)
      await stop()
    }
    for (const { folderId, path } of wanted) {
      if (this.#watched.has(folderId)) continue
      const stop = await watchFolder(
        path,
        () => {
          if (!this.#isClosed) this.request()
        },
        log
      ).catch((error: unknown) => log(messageOf(error)))
      if (this.#isClosed) await stop?.()
      else if (stop !== undefined) this.#watched.set(folderId, stop)
    }
  }

  /** What was asked for before is cancelled with it; what is asked for from now on is not. */
  cancel(jobId: string): void {
    this.queue.cancel(jobId)
    this.#isAskedAgain = false
    this.#isRebuildAsked = false
  }

  async idle(): Promise<void> {
    while (this.queue.isRunning) await this.queue.idle()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#isAskedAgain = false
    await this.queue.close()
    for (const stop of this.#watched.values()) await stop()
    this.#watched.clear()
  }

  async *#work(control: Control): AsyncGenerator<Progress> {
    // The command line and the window may be open on one library at once, but only one of them indexes.
    const release = this.#deps.writer.acquire()
    try {
      const model = await this.#deps.model.open().catch((error: unknown) => {
        if (error instanceof EngineError) return null
        throw error
      })
      const before = this.#deps.encoder.packChanges
      const encoder = this.#deps.encoder.bound()
      try {
        yield* this.#index(model, encoder, control)
      } catch (error) {
        if (control.signal.aborted || this.#deps.encoder.packChanges === before) throw error
        // Another model answers now: what is left is its to encode, in a run of its own.
        this.#isAskedAgain = true
      }
    } finally {
      release()
    }
  }

  async *#index(model: ActiveModel | null, encoder: LibraryEncoder, control: Control): AsyncGenerator<Progress> {
    const { store, galleries, emit } = this.#deps
    const isRebuild = this.#isRebuildAsked
    this.#isRebuildAsked = false
    // What a switch could not delete: the disk was full, or it was killed.
    const dropping = dropOldSpaces(store, this.#deps.model.now, control)
    while ((await dropping.next()).done !== true) continue
    if (model !== null && (await projectEmbeddings(store, model, encoder, control.signal)) > 0) galleries.reload()
    yield* indexLibrary(
      {
        store,
        encoder,
        model,
        modelNow: () => this.#deps.model.now,
        follow(saved) {
          if ('parts' in saved) galleries.followParts(saved.itemId, saved.parts)
          else galleries.follow(saved.itemIds)
        },
        onSaved({ itemIds, folderIds }) {
          galleries.follow(itemIds)
          emit('libraryChanged', { folderIds: [...folderIds] })
        },
        onRemoved: itemIds => galleries.remove(itemIds),
        isRebuild
      },
      control
    )
  }

  #afterJob(outcome: string | null): void {
    const again = this.#isAskedAgain && !this.#isClosed && outcome !== 'error'
    this.#isAskedAgain = false
    if (again) this.request()
    else this.#isRebuildAsked = false
  }
}
