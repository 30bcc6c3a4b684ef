import type { Client } from '../../../shared/contract.ts'
import { StrangerError } from '../contact.ts'

/** How often a lost engine is looked for, milliseconds. */
export const LOOK_EVERY_MS = 3000

/** Whether the engine can be reached. Once lost it is looked for until it answers again. */
export class ConnectionState {
  isLost = $state(false)
  /** Something answers, but cannot prove that it is the Reverie which admitted this page. */
  isStranger = $state(false)
  isLooking = $state(false)

  readonly #engine: Pick<Client, 'library'>
  readonly #onRestored: () => void
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(engine: Pick<Client, 'library'>, onRestored: () => void) {
    this.#engine = engine
    this.#onRestored = onRestored
  }

  lost(error?: unknown): void {
    this.isStranger = error instanceof StrangerError
    if (this.isLost) return
    this.isLost = true
    this.#later()
  }

  async retry(): Promise<void> {
    if (this.isLooking) return
    clearTimeout(this.#timer)
    this.isLooking = true
    try {
      await this.#engine.library({})
      this.isLost = false
    } catch (error) {
      // Still lost, and said so on the page: it goes on looking.
      this.isStranger = error instanceof StrangerError
      this.#later()
    } finally {
      this.isLooking = false
    }
    if (!this.isLost) this.#onRestored()
  }

  #later(): void {
    this.#timer = setTimeout(() => void this.retry(), LOOK_EVERY_MS)
  }
}
