import type { Client } from '../../../shared/contract.ts'
import type { Leftovers, SettledLeftovers } from '../../../shared/leftovers.ts'

type Engine = Pick<Client, 'leftovers' | 'settleLeftovers'>

/** What ONNX Runtime left on this machine, offered once to be deleted. */
export class LeftoversState {
  /** null when there is nothing to ask. */
  offered = $state.raw<Leftovers | null>(null)
  /** What was deleted, until it was dismissed. */
  settled = $state.raw<SettledLeftovers | null>(null)
  readonly #engine: Engine
  readonly #report: (error: unknown) => void

  constructor(engine: Engine, report: (error: unknown) => void) {
    this.#engine = engine
    this.#report = report
  }

  async load(): Promise<void> {
    try {
      const found = await this.#engine.leftovers({})
      this.offered = found.isSettled || found.paths.length === 0 ? null : found
    } catch (error) {
      this.#report(error)
    }
  }

  /** With consent the files are deleted; with or without, nobody is asked again. */
  async settle(hasConsent: boolean): Promise<void> {
    try {
      const settled = await this.#engine.settleLeftovers({ hasConsent })
      this.offered = null
      this.settled = hasConsent ? settled : null
    } catch (error) {
      this.#report(error)
    }
  }

  dismiss(): void {
    this.settled = null
  }
}
