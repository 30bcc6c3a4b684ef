import type { Client } from '../../../shared/contract.ts'
import type { ExcludedAnswer, ExcludeInput, Exclusion } from '../../../shared/excluding.ts'

type Engine = Pick<Client, 'excluded' | 'exclude' | 'include' | 'on'>

/** So many entries are listed; the rest are counted. */
const LISTED = 200

/** What the person left out of the library, and what can be undone. */
export class ExcludedState {
  /** null until somebody has looked. */
  answer = $state.raw<ExcludedAnswer | null>(null)
  /** What was left out last, until it was undone or dismissed. */
  latest = $state.raw<Exclusion | null>(null)

  readonly #engine: Engine
  readonly #report: (error: unknown) => void
  readonly #onChange: () => Promise<void>
  #latestLoad = 0
  /** The job that brings something back, and the one that ended last: either may be heard of first. */
  #awaited: string | null = null
  #ended: string | null = null

  /** @param onChange  shows the library without what was left out just now, or with what is wanted again */
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
    const stops = [
      this.#engine.on('libraryChanged', again),
      this.#engine.on('jobEnded', ({ jobId }) => {
        this.#ended = jobId
        again()
        void this.#showIfBack()
      })
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  async load(): Promise<void> {
    const mine = ++this.#latestLoad
    try {
      const answer = await this.#engine.excluded({ limit: LISTED })
      if (mine === this.#latestLoad) this.answer = answer
    } catch (error) {
      this.#report(error)
    }
  }

  /** Whether it was left out; a refusal is reported. */
  async exclude(input: ExcludeInput): Promise<boolean> {
    return this.#change(async () => {
      this.latest = await this.#engine.exclude(input)
    })
  }

  /** All that is left out when no entries are named. */
  async include(excludedIds?: readonly number[]): Promise<boolean> {
    return this.#change(async () => {
      const { jobId } = await this.#engine.include(excludedIds === undefined ? {} : { excludedIds })
      this.#awaited = jobId
      // What is back cannot be brought back once more.
      if (excludedIds === undefined || this.latest?.excludedIds.some(id => excludedIds.includes(id))) this.latest = null
    })
  }

  /** Brings back what was left out last. */
  async undo(): Promise<boolean> {
    const { latest } = this
    return latest !== null && (await this.include(latest.excludedIds))
  }

  dismiss(): void {
    this.latest = null
  }

  async #change(command: () => Promise<void>): Promise<boolean> {
    try {
      await command()
    } catch (error) {
      this.#report(error)
      return false
    }
    await Promise.all([this.#onChange(), this.answer === null ? null : this.load()])
    await this.#showIfBack()
    return true
  }

  /** What was wanted back is shown when it is there, whatever the person is at. */
  async #showIfBack(): Promise<void> {
    if (this.#awaited === null || this.#awaited !== this.#ended) return
    this.#awaited = null
    await this.#onChange()
  }
}
