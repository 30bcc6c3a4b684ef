import { diskTrouble } from '../base/disk-trouble.ts'
import { EngineError } from '../../../shared/errors.ts'

/** What the next try may not meet: a dropped connection, a server that is busy. */
export class PassingTrouble extends Error {
  override readonly name = 'PassingTrouble'
  /** How long the server asks to be left alone. */
  readonly waitMs: number

  constructor(message: string, waitMs = 0) {
    super(message)
    this.waitMs = waitMs
  }
}

export const unharmed = 'Your library and the models that are installed are unharmed.'

/** What arrived, or was announced, is not what it has to be. */
export function untrusted(what: string): EngineError {
  return new EngineError('model-broken', `${what} Nothing of it is used. ${unharmed}`)
}

export function networkTrouble(what: string, whatToDo: string): EngineError {
  return new EngineError('network', `${what} ${unharmed} ${whatToDo}`)
}

/** Says what a full disk means for a download; what else the disk refuses is said as everywhere. */
export function fetchTrouble(error: unknown, folder: string): unknown {
  const told = diskTrouble(error, folder)
  if (told === error || !(told instanceof EngineError) || told.code !== 'disk-full') return told
  return new EngineError(
    'disk-full',
    `The disk of ${folder} is full. What was fetched is kept. ${unharmed} Free some space and install the model again: it goes on where it stopped.`
  )
}

/** Waits before each further try: .5, 1, 2 and 4 s, or what the server asks for. */
const waitsMs = [500, 1000, 2000, 4000] as const
/** A server that asks for more is not waited for. */
const longestWaitMs = 30_000

export interface Patience {
  readonly signal: AbortSignal
  /** Multiplies every wait; 0 in tests. */
  readonly waitFactor: number
}

/** Whoever has got on by so much has all tries again: a large file may take many connections. */
const progressBytes = 2 ** 20

/** Counts what failed in a row, and waits a little longer each time. */
export class Tries {
  readonly #patience: Patience
  #failed = 0
  #arrivedBytes = 0

  constructor(patience: Patience) {
    this.#patience = patience
  }

  arrived(bytes: number): void {
    this.#arrivedBytes += bytes
    if (this.#arrivedBytes < progressBytes) return
    this.#failed = this.#arrivedBytes = 0
  }

  /** Returns when it is time for the next try. @throws the error when it does not pass by waiting, or has not */
  async waitAfter(error: unknown): Promise<void> {
    const { signal, waitFactor } = this.#patience
    signal.throwIfAborted()
    if (!(error instanceof PassingTrouble)) throw error
    const usualMs = waitsMs[this.#failed++]
    if (usualMs === undefined || error.waitMs > longestWaitMs)
      throw networkTrouble(
        error.message,
        'What was fetched is kept: look at the connection and install the model again, and it goes on where it stopped.'
      )
    await pause(Math.max(usualMs, error.waitMs) * waitFactor, signal)
  }
}

/** @throws EngineError network when the trouble does not pass within a few tries */
export async function withPatience<T>(patience: Patience, attempt: () => Promise<T>): Promise<T> {
  const tries = new Tries(patience)
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      await tries.waitAfter(error)
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal.addEventListener('abort', stop, { once: true })
  })
}
