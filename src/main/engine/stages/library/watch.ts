import type ParcelWatcher from '@parcel/watcher'
import { readdirSync, statSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { basename, relative, sep } from 'node:path'
import { isMarker, isSidecar, isSkippedFolder, kindByName } from './eligible.ts'
import { messageOf } from '../../../../shared/errors.ts'

export interface WatchTimes {
  /** A change is told when nothing has happened for this long … */
  readonly quietMs: number
  /** … or this long after the first one, when it never gets quiet. */
  readonly longestMs: number
  /** How often we look whether the folder itself is still there, and the same. */
  readonly presenceMs: number
  /** How often a look is asked for where nothing can be watched. */
  readonly fallbackMs: number
}

const ordinaryTimes: WatchTimes = { quietMs: 2000, longestMs: 30_000, presenceMs: 10_000, fallbackMs: 600_000 }

type Watcher = Pick<typeof ParcelWatcher, 'subscribe'>

/** Loaded when it is needed: its native part is missing on some platforms, and that must not keep the app from starting. */
const loadWatcher = (): Promise<Watcher> => import('@parcel/watcher')

/** What costs most to watch and is never ours is not watched at all; the rest of what scan skips is dropped when it is told. */
const neverWatched = [/(^|[\\/])\.(?!nomedia$|noindex$)[^\\/]/, /(^|[\\/])node_modules([\\/]|$)/]

/**
 * Tells that something in a folder may have changed, without saying what: `scan` and `compare` find that out. Survives
 * the folder disappearing and coming back, both of which it tells. Links to folders are not watched behind the link.
 *
 * @param onChange  called when it has been quiet for a while after a change
 * @param onError  gets a sentence for a person: why changes are not noticed at once. The watch goes on as well as it can
 * @returns stops watching
 */
export async function watchFolder(
  folder: string,
  onChange: () => void,
  onError: (message: string) => void,
  times: WatchTimes = ordinaryTimes,
  load: () => Promise<Watcher> = loadWatcher
): Promise<() => Promise<void>> {
  let watcher: Watcher
  try {
    watcher = await load()
  } catch (error) {
    onError(
      `Changes in ${folder} are not noticed at once on this computer, because its file watcher cannot be loaded (${firstLine(error)}). ` +
        `Reverie looks for changes every ${Math.max(1, Math.round(times.fallbackMs / 60_000))} minutes and whenever you ask for it.`
    )
    const timer = setInterval(onChange, times.fallbackMs)
    timer.unref()
    return () => {
      clearInterval(timer)
      return Promise.resolve()
    }
  }
  const watch = new FolderWatch(folder, watcher, onChange, onError, times)
  await watch.start()
  return () => watch.stop()
}

class FolderWatch {
  readonly #folder: string
  readonly #watcher: Watcher
  readonly #onError: (message: string) => void
  readonly #patience: Patience
  readonly #presenceMs: number
  #presence: NodeJS.Timeout | null = null
  /** Which folder is watched: not another that came under the same name. '' while none is. */
  #identity = ''
  #unsubscribe: (() => Promise<void>) | null = null
  /** Some folder is not watched all the way down. */
  #isPartial = false
  #isStopped = false
  #turn: Promise<void> = Promise.resolve()
  /** What was told last: the same trouble every ten seconds helps nobody. */
  #trouble = ''

  constructor(
    folder: string,
    watcher: Watcher,
    onChange: () => void,
    onError: (message: string) => void,
    times: WatchTimes
  ) {
    this.#folder = folder
    this.#watcher = watcher
    this.#onError = onError
    this.#patience = new Patience(times, () => {
      if (!this.#isPartial) onChange()
      else
        this.#turn = this.#turn
          .then(() => this.#watchAgain())
          .then(() => {
            if (!this.#isStopped) onChange()
          })
    })
    this.#presenceMs = times.presenceMs
  }

  async start(): Promise<void> {
    this.#identity = await identify(this.#folder)
    await this.#subscribe()
    this.#presence = setInterval(() => {
      this.#turn = this.#turn.then(() => this.#follow())
    }, this.#presenceMs)
    this.#presence.unref()
  }

  async stop(): Promise<void> {
    if (this.#presence !== null) clearInterval(this.#presence)
    this.#isStopped = true
    this.#patience.stop()
    await this.#turn
    await this.#unsubscribe?.()
    this.#unsubscribe = null
  }

  /** Inotify forgets a folder that was deleted and does not see a disk being mounted over it, so we look ourselves. */
  async #follow(): Promise<void> {
    const identity = await identify(this.#folder)
    if (identity === this.#identity) {
      if (identity !== '' && this.#unsubscribe === null) await this.#subscribe()
      return
    }
    this.#identity = identity
    await this.#watchAgain()
    this.#patience.note()
  }

  async #watchAgain(): Promise<void> {
    this.#isPartial = false
    await this.#unsubscribe?.()
    this.#unsubscribe = null
    if (!this.#isStopped) await this.#subscribe()
  }

  async #subscribe(): Promise<void> {
    if (this.#identity === '') return
    try {
      // Events carry real paths on macOS, whatever path was subscribed.
      const root = await realpath(this.#folder)
      const subscription = await this.#watcher.subscribe(
        root,
        (error, events) => {
          if (error !== null) {
            this.#tell(error)
            return
          }
          const ours = events.filter(({ path, type }) => isOurs(root, path, type))
          if (ours.length === 0) return
          // On Linux, of a folder that comes with folders in it only the first level is watched, and of one that is renamed
          // the rest is told by its former name.
          if (ours.some(({ path, type }) => type === 'create' && hasFolder(path))) this.#isPartial = true
          this.#patience.note()
        },
        { ignore: neverWatched }
      )
      // A folder that is gone has no watch to end; that is all that can fail here.
      this.#unsubscribe = () => subscription.unsubscribe().catch(() => undefined)
      this.#trouble = ''
    } catch (error) {
      this.#tell(error)
    }
  }

  #tell(error: unknown): void {
    const message = sentenceFor(this.#folder, error)
    if (message !== this.#trouble) this.#onError(message)
    this.#trouble = message
  }
}

/** Waits until it is quiet, but not for ever. */
class Patience {
  readonly #times: WatchTimes
  readonly #onChange: () => void
  #sinceMs: number | null = null
  #timer: NodeJS.Timeout | null = null
  #isStopped = false

  constructor(times: WatchTimes, onChange: () => void) {
    this.#times = times
    this.#onChange = onChange
  }

  note(): void {
    // The watcher may still tell what it had collected when it was told to stop.
    if (this.#isStopped) return
    this.#sinceMs ??= performance.now()
    const leftMs = this.#sinceMs + this.#times.longestMs - performance.now()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => {
        this.#forget()
        this.#onChange()
      },
      Math.max(0, Math.min(this.#times.quietMs, leftMs))
    )
    this.#timer.unref()
  }

  stop(): void {
    this.#isStopped = true
    this.#forget()
  }

  #forget(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#sinceMs = null
  }
}

/** Whether `scan` would care. A name that is gone may have been a folder's, so its extension says nothing. */
function isOurs(root: string, path: string, type: 'create' | 'update' | 'delete'): boolean {
  const parts = relative(root, path).split(sep)
  const name = parts.pop() ?? ''
  let parent = basename(root)
  for (const part of parts) {
    if (isSkippedFolder(part, parent)) return false
    parent = part
  }
  if (isMarker(name)) return true
  if (isSkippedFolder(name, parent)) return false
  if (kindByName(name) !== null || isSidecar(name) || type === 'delete') return true
  // A new folder may have any name.
  return type === 'create' && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** Whether this is a folder with one in it. */
function hasFolder(path: string): boolean {
  try {
    return readdirSync(path, { withFileTypes: true }).some(entry => entry.isDirectory())
  } catch {
    return false // a file, or gone already
  }
}

async function identify(folder: string): Promise<string> {
  return stat(folder).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => ''
  )
}

function sentenceFor(folder: string, error: unknown): string {
  const reason = firstLine(error)
  const start = `Changes in ${folder} are not noticed at once: `
  const end = ' Everything else works, and Reverie looks for changes whenever you ask for it.'
  if (/no space left|ENOSPC/i.test(reason))
    return `${start}it has more folders than this system lets one user watch (fs.inotify.max_user_watches). Raise that limit, or choose fewer folders.${end}`
  if (/too many open files|EMFILE/i.test(reason))
    return `${start}too many programs of yours watch files already (fs.inotify.max_user_instances). Raise that limit, or close some of them.${end}`
  return `${start}the file watcher failed (${reason}).${end}`
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? ''
}
