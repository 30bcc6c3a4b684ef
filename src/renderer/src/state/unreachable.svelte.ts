import type { Client } from '../../../shared/contract.ts'
import type { Forgetting, UnreachableAnswer } from '../../../shared/unreachable.ts'

type Engine = Pick<Client, 'unreachable' | 'forgetUnreachable' | 'recallForgotten' | 'on'>

/** So many places are listed; files of the rest are counted. */
const LISTED = 200

/** What cannot be reached now, and what the person forgot of it. */
export class UnreachableState {
  /** null until somebody has looked. */
  answer = $state.raw<UnreachableAnswer | null>(null)
  /** What was forgotten last, until it was undone or the panel was opened anew. */
  latest = $state.raw<Forgetting | null>(null)

  readonly #engine: Engine
  readonly #report: (error: unknown) => void
  readonly #onChange: () => Promise<void>
  #latestLoad = 0

  /** @param onChange  shows the library without what was forgotten just now, or with it again */
  constructor(engine: Engine, report: (error: unknown) => void, onChange: () => Promise<void>) {
    this.#engine = engine
    this.#report = report
    this.#onChange = onChange
  }

  /** Follows the engine. Returns the function that stops it. */
  listen(): () => void {
    const again = (): void => {
      if (this.answer !== null) void this.load()
    }
    const stops = [this.#engine.on('libraryChanged', again), this.#engine.on('jobEnded', again)]
    return () => {
      for (const stop of stops) stop()
    }
  }

  async load(): Promise<void> {
    const mine = ++this.#latestLoad
    try {
      const answer = await this.#engine.unreachable({ limit: LISTED })
      if (mine === this.#latestLoad) this.answer = answer
    } catch (error) {
      this.#report(error)
    }
  }

  /** All that cannot be reached when no place is named. */
  async forget(path?: string): Promise<void> {
    await this.#change(async () => {
      this.latest = await this.#engine.forgetUnreachable(path === undefined ? {} : { paths: [path] })
    })
  }

  /** Brings back what was forgotten last. */
  async undo(): Promise<void> {
    const { latest } = this
    if (latest === null) return
    await this.#change(async () => {
      await this.#engine.recallForgotten({ forgottenMs: latest.forgottenMs })
      this.latest = null
    })
  }

  async #change(command: () => Promise<void>): Promise<void> {
    try {
      await command()
    } catch (error) {
      this.#report(error)
    }
    await Promise.all([this.#onChange(), this.load()])
  }
}
