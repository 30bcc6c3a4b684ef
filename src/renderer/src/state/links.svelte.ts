import type { Client } from '../../../shared/contract.ts'
import type { AnswerLinksInput, OutsideLinksAnswer } from '../../../shared/outside-links.ts'

type Engine = Pick<Client, 'outsideLinks' | 'answerOutsideLinks' | 'on'>

/** So many links are listed; the rest are counted. */
const LISTED = 200

/** Links that lead out of the library, and what the person said of them. */
export class LinksState {
  /** null until somebody has looked. */
  answer = $state.raw<OutsideLinksAnswer | null>(null)
  readonly #engine: Engine
  readonly #report: (error: unknown) => void
  readonly #onChange: () => Promise<void>
  #latest = 0

  /** @param onChange  shows the library without what was left out just now */
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
    const mine = ++this.#latest
    try {
      const answer = await this.#engine.outsideLinks({ limit: LISTED })
      if (mine === this.#latest) this.answer = answer
    } catch (error) {
      this.#report(error)
    }
  }

  /** A refusal is reported. */
  async say(linkId: string, answer: AnswerLinksInput['answer']): Promise<void> {
    try {
      await this.#engine.answerOutsideLinks({ linkIds: [linkId], answer })
    } catch (error) {
      this.#report(error)
    }
    await Promise.all([this.load(), this.#onChange()])
  }
}
