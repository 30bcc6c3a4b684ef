import type { Client, Output } from '../../../shared/contract.ts'

/** Choosing a folder of the machine that the engine runs on: the usual places first, then one level at a time. */
export class BrowseState {
  place = $state.raw<Output<'browse'> | null>(null)
  isLoading = $state(false)

  readonly #engine: Pick<Client, 'browse'>
  readonly #report: (error: unknown) => void
  #latest = 0

  constructor(engine: Pick<Client, 'browse'>, report: (error: unknown) => void) {
    this.#engine = engine
    this.#report = report
  }

  /** Goes to a folder; to the usual places when `path` is null. Where it cannot look it stays where it is. */
  async go(path: string | null): Promise<void> {
    const mine = ++this.#latest
    this.isLoading = true
    try {
      const place = await this.#engine.browse(path === null ? {} : { path })
      if (mine === this.#latest) this.place = place
    } catch (error) {
      if (mine === this.#latest) this.#report(error)
    } finally {
      if (mine === this.#latest) this.isLoading = false
    }
  }
}
