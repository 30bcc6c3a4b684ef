import { LivedTime } from './lived-time.ts'

/** What is judged: when the worker was last heard of, by any clock; a new value is a new word from it. */
interface Heard {
  lastHeardMs(): number
}

/** Whether a worker is silent, judged by the time in which the engine could have heard it. */
export class Silence {
  readonly #silenceMs: number
  readonly #lived: LivedTime
  #heardMs: number
  #sinceMs = 0

  constructor(silenceMs: number, everyMs: number, nowMs: number, heardMs: number) {
    this.#silenceMs = silenceMs
    this.#lived = new LivedTime(everyMs, nowMs)
    this.#heardMs = heardMs
  }

  /** For how long the engine has listened so far. */
  get listenedMs(): number {
    return this.#lived.livedMs
  }

  /** To be called about every `everyMs`. A look that comes late judges nobody: what was sent meanwhile is read first. */
  look(nowMs: number, heardMs: number): boolean {
    const livedMs = this.#lived.look(nowMs)
    this.hear(heardMs)
    return !this.#lived.wasLate && livedMs - this.#sinceMs >= this.#silenceMs
  }

  /** Takes note of a word. @returns whether there was a new one */
  hear(heardMs: number): boolean {
    if (heardMs === this.#heardMs) return false
    this.#heardMs = heardMs
    this.#sinceMs = this.#lived.livedMs
    return true
  }
}

interface WatchOptions {
  readonly silenceMs: number
  readonly onSilent: () => void
  /** Called at each look with how long the engine has listened. */
  readonly onLook?: (listenedMs: number) => void
}

/**
 * Looks after a worker until it is stopped. Node runs timers before it reads what has arrived, so a verdict waits for the
 * reading that follows: a word that lies in the pipe already counts.
 * @returns stops watching
 */
export function watchSilence(connection: Heard, { silenceMs, onSilent, onLook }: WatchOptions): () => void {
  const everyMs = Math.min(1000, silenceMs / 4)
  const silence = new Silence(silenceMs, everyMs, performance.now(), connection.lastHeardMs())
  const timer = setInterval(() => {
    const isSilent = silence.look(performance.now(), connection.lastHeardMs())
    onLook?.(silence.listenedMs)
    if (isSilent)
      setImmediate(() => {
        if (!silence.hear(connection.lastHeardMs())) onSilent()
      })
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
