import type { Client } from '../../../shared/contract.ts'
import type { FailedItem } from '../../../shared/items.ts'
import type { LibraryStatus } from '../../../shared/library.ts'
import type { PageLanguage, Settings } from '../../../shared/settings.ts'

type Engine = Pick<
  Client,
  | 'library'
  | 'failures'
  | 'settings'
  | 'addFolder'
  | 'removeFolder'
  | 'indexLibrary'
  | 'retryFailed'
  | 'rebuildLibrary'
  | 'changeSettings'
  | 'on'
>

/** While a job runs the counts are asked for again no more often than this, milliseconds. */
export const REFRESH_MS = 1000
/** So many failures are listed; the rest are counted. */
const LISTED_FAILURES = 200

/** The chosen folders, their counts and their failures, kept true by the engine's events. */
export class LibraryState {
  /** null until the engine has answered once. */
  status = $state.raw<LibraryStatus | null>(null)
  failures = $state.raw<readonly FailedItem[]>([])
  /** Whether the folders are watched for changes while the app is open. */
  isWatched = $state(true)
  /** That the page speaks by choice; null: the system's. */
  language = $state<PageLanguage | null>(null)

  readonly #engine: Engine
  readonly #report: (error: unknown) => void
  #latest = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(engine: Engine, report: (error: unknown) => void) {
    this.#engine = engine
    this.#report = report
  }

  /** Follows the engine. Returns the function that stops it. */
  listen(): () => void {
    const stops = [
      this.#engine.on('libraryChanged', () => this.#soon()),
      this.#engine.on('jobProgress', () => this.#soon()),
      this.#engine.on('jobEnded', () => void this.load()),
      this.#engine.on('modelChanged', () => void this.load())
    ]
    return () => {
      for (const stop of stops) stop()
      clearTimeout(this.#timer)
    }
  }

  async load(): Promise<void> {
    const mine = ++this.#latest
    try {
      const [status, failures, settings] = await Promise.all([
        this.#engine.library({}),
        this.#engine.failures({ limit: LISTED_FAILURES }),
        this.#engine.settings({})
      ])
      if (mine !== this.#latest) return
      this.status = status
      this.failures = failures
      this.isWatched = settings.watchFolders
      this.language = settings.language
    } catch (error) {
      this.#report(error)
    }
  }

  /** Whether the folder was added; a refusal is reported. */
  async add(path: string): Promise<boolean> {
    return this.#change(() => this.#engine.addFolder({ path }))
  }

  async remove(folderId: number): Promise<boolean> {
    return this.#change(() => this.#engine.removeFolder({ folderId }))
  }

  async check(): Promise<boolean> {
    return this.#change(() => this.#engine.indexLibrary({}))
  }

  /** All that failed when no items are named. */
  async retry(itemIds?: readonly number[]): Promise<boolean> {
    return this.#change(() => this.#engine.retryFailed(itemIds === undefined ? {} : { itemIds }))
  }

  async rebuild(): Promise<boolean> {
    return this.#change(() => this.#engine.rebuildLibrary({}))
  }

  async watch(isWatched: boolean): Promise<boolean> {
    this.isWatched = isWatched
    return this.#set({ watchFolders: isWatched })
  }

  /** Whether it was kept: the page speaks it once it is read anew. */
  readonly speak = async (language: PageLanguage | null): Promise<boolean> => {
    this.language = language
    return this.#set({ language })
  }

  /** What was refused is shown as it is. */
  async #set(change: Partial<Settings>): Promise<boolean> {
    if (await this.#change(() => this.#engine.changeSettings(change))) return true
    await this.load()
    return false
  }

  async #change(command: () => Promise<unknown>): Promise<boolean> {
    try {
      await command()
    } catch (error) {
      this.#report(error)
      return false
    }
    await this.load()
    return true
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.load()
    }, REFRESH_MS)
  }
}
