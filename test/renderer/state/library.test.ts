import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Client, EventName, Events } from '../../../src/shared/contract.ts'
import type { FailedItem } from '../../../src/shared/items.ts'
import type { LibraryStatus } from '../../../src/shared/library.ts'
import type { Settings } from '../../../src/shared/settings.ts'
import { EngineError } from '../../../src/shared/errors.ts'
import { LibraryState, REFRESH_MS } from '../../../src/renderer/src/state/library.svelte.ts'

/** A small library in memory that keeps the counts true and tells of changes, as the engine does. */
class SmallLibrary {
  readonly asked: string[] = []
  /** What a change of the settings is refused with. */
  refusal: EngineError | null = null
  #settings: Settings = {
    encoderThreads: null,
    watchFolders: true,
    hubUrl: null,
    isOffline: false,
    language: null
  }
  readonly #listeners: { name: EventName; listener: (payload: never) => void }[] = []
  #paths: string[] = []
  #failed: FailedItem[] = [
    { itemId: 5, folderId: 1, path: '/p/broken.jpg', code: 'corrupt', reason: 'It ends too early.' }
  ]

  readonly client: Pick<
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
  > = {
    library: () => {
      this.asked.push('library')
      return Promise.resolve(this.#status())
    },
    failures: ({ limit }) => Promise.resolve(this.#failed.slice(0, limit)),
    settings: () => Promise.resolve(this.#settings),
    changeSettings: change => {
      if (this.refusal !== null) return Promise.reject(this.refusal)
      this.#settings = { ...this.#settings, ...change }
      return Promise.resolve(this.#settings)
    },
    addFolder: ({ path }) => {
      if (this.#paths.includes(path)) return Promise.reject(new EngineError('bad-input', 'It is chosen already.'))
      this.#paths.push(path)
      return Promise.resolve({ folderId: this.#paths.length, jobId: 'j' })
    },
    removeFolder: ({ folderId }) => {
      this.#paths = this.#paths.filter((_, n) => n !== folderId - 1)
      return Promise.resolve(null)
    },
    rebuildLibrary: () => {
      this.asked.push('rebuild')
      return Promise.resolve({ jobId: 'j' })
    },
    indexLibrary: () => {
      this.asked.push('index')
      return Promise.resolve({ jobId: 'j' })
    },
    retryFailed: ({ itemIds }) => {
      this.#failed = itemIds === undefined ? [] : this.#failed.filter(({ itemId }) => !itemIds.includes(itemId))
      return Promise.resolve({ jobId: 'j' })
    },
    on: (name, listener) => {
      const entry = { name, listener: listener as (payload: never) => void }
      this.#listeners.push(entry)
      return () => void this.#listeners.splice(this.#listeners.indexOf(entry), 1)
    }
  }

  tell<E extends EventName>(name: E, payload: Events[E]): void {
    for (const entry of this.#listeners) if (entry.name === name) entry.listener(payload as never)
  }

  get listeners(): number {
    return this.#listeners.length
  }

  #status(): LibraryStatus {
    const counts = {
      eligible: 10,
      indexed: 10 - this.#failed.length,
      failed: this.#failed.length,
      waiting: 0,
      unreachable: 0,
      excluded: 0
    }
    const folders = this.#paths.map((path, n) => ({
      ...counts,
      folderId: n + 1,
      path,
      addedMs: 0,
      problems: [],
      isReachable: true
    }))
    const longNotes = { count: 0, encodedPassages: 2000 }
    const sizes = { databaseBytes: 0, thumbnailBytes: 0, rebuildSeconds: null, longNotes }
    return { ...counts, folders, photos: 9, notes: 1, unencoded: 0, model: null, ...sizes }
  }
}

let small: SmallLibrary
let library: LibraryState
let reported: unknown[]

beforeEach(() => {
  vi.useFakeTimers()
  small = new SmallLibrary()
  reported = []
  library = new LibraryState(small.client, error => reported.push(error))
})
afterEach(() => vi.useRealTimers())

test('an added folder shows at once; adding it again is refused with the engine’s words', async () => {
  expect(await library.add('/photos')).toBe(true)
  expect(library.status?.folders.map(({ path }) => path)).toEqual(['/photos'])
  expect(await library.add('/photos')).toBe(false)
  expect(reported).toMatchObject([{ code: 'bad-input', message: 'It is chosen already.' }])
  expect(await library.remove(1)).toBe(true)
  expect(library.status?.folders).toEqual([])
})

test('failures are listed until they are retried', async () => {
  await library.load()
  expect(library.failures.map(({ reason }) => reason)).toEqual(['It ends too early.'])
  await library.retry([99])
  expect(library.failures).toHaveLength(1)
  await library.retry()
  expect(library.failures).toHaveLength(0)
  expect(library.status?.failed).toBe(0)
})

test('a job’s many events cost one look a second; its end is looked at right away', async () => {
  const stop = library.listen()
  for (let n = 0; n < 50; n++) small.tell('libraryChanged', { folderIds: [1] })
  expect(small.asked).toEqual([])
  await vi.advanceTimersByTimeAsync(REFRESH_MS)
  expect(small.asked).toEqual(['library'])
  small.tell('modelChanged', { packId: null })
  expect(small.asked).toEqual(['library', 'library'])
  small.tell('libraryChanged', { folderIds: [1] })
  stop()
  await vi.advanceTimersByTimeAsync(REFRESH_MS)
  expect(small.asked).toHaveLength(2)
  expect(small.listeners).toBe(0)
})

test('a check for changes starts the engine’s own', async () => {
  expect(await library.check()).toBe(true)
  expect(small.asked[0]).toBe('index')
})

test('the language is the engine’s to keep; what was refused is shown as it is', async () => {
  expect(await library.speak('de')).toBe(true)
  small.refusal = new EngineError('busy', 'Not now.')
  expect(await library.speak(null)).toBe(false)
  expect(library.language).toBe('de')
  expect(reported).toMatchObject([{ message: 'Not now.' }])
})

test('watching is switched off and on; what was refused is shown as it is', async () => {
  await library.load()
  expect(library.isWatched).toBe(true)
  expect(await library.watch(false)).toBe(true)
  expect(library.isWatched).toBe(false)
  small.refusal = new EngineError('busy', 'Not now.')
  expect(await library.watch(true)).toBe(false)
  expect(library.isWatched).toBe(false)
  expect(reported).toMatchObject([{ message: 'Not now.' }])
})
