import type { ModelStatus } from '../../../../shared/models.ts'
import type { Store } from '../../store/store.ts'

/** Fewer say nothing: the first ones wait for the process to start and for the model to be laid out in memory. */
const fewestPhotos = 20

/** The setting: what was measured last, by model key. */
const remembered = 'speeds'

type Speeds = Readonly<Record<string, NonNullable<ModelStatus['speed']>>>

/** How many photos a second a run encodes, from its first file on; the time that it was paused does not count. */
export class SpeedMeter {
  readonly #startedMs = performance.now()
  #pausedMs = 0
  #photos = 0

  /** The same control, with an ear for pauses. */
  follow<C extends { pace(): Promise<void> }>(control: C): C {
    const pace = async (): Promise<void> => {
      const askedMs = performance.now()
      try {
        await control.pace()
      } finally {
        this.#pausedMs += performance.now() - askedMs
      }
    }
    return { ...control, pace }
  }

  /** So far, without pauses. */
  get seconds(): number {
    return (performance.now() - this.#startedMs - this.#pausedMs) / 1000
  }

  add(photos: number): void {
    this.#photos += photos
  }

  /** Keeps it in place of what was measured before, when there were enough photos. */
  remember(store: Pick<Store, 'settings'>, modelKey: string): void {
    const { seconds } = this
    if (this.#photos < fewestPhotos || seconds <= 0) return
    const speed = { photosPerSecond: Math.round((this.#photos / seconds) * 100) / 100, measuredMs: Date.now() }
    store.settings.set(remembered, { ...speeds(store), [modelKey]: speed })
  }
}

/** null while no run was long enough. */
export function speedOf(store: Pick<Store, 'settings'>, modelKey: string): ModelStatus['speed'] {
  return speeds(store)[modelKey] ?? null
}

function speeds(store: Pick<Store, 'settings'>): Speeds {
  return (store.settings.get(remembered) as Speeds | undefined) ?? {}
}
