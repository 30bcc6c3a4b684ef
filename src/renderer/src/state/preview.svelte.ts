import type { Client, Hit, ItemDetail, ItemSummary } from '../../../main/engine/contract.ts'

/** What is open: the summary is there at once, the rest follows. */
export interface Opened {
  readonly item: ItemSummary
  /** How it was found; null when it was reached from another item. */
  readonly hit: Hit | null
  readonly detail: ItemDetail | null
}

/** The item that is looked at closely, and the items through which it was reached. */
export class PreviewState {
  opened = $state.raw<Opened | null>(null)
  /** Where *back* goes, newest last. */
  trail = $state.raw<readonly Opened[]>([])

  readonly #engine: Pick<Client, 'item'>
  readonly #report: (error: unknown) => void
  #latest = 0

  constructor(engine: Pick<Client, 'item'>, report: (error: unknown) => void) {
    this.#engine = engine
    this.#report = report
  }

  /** From the results. */
  async show(hit: Hit): Promise<void> {
    this.trail = []
    await this.#open({ item: hit, hit, detail: null })
  }

  /** From the item that is open: one of its notes or photos. */
  async follow(item: ItemSummary): Promise<void> {
    if (this.opened !== null) this.trail = [...this.trail, this.opened]
    await this.#open({ item, hit: null, detail: null })
  }

  back(): void {
    const before = this.trail.at(-1)
    if (before === undefined) return
    this.trail = this.trail.slice(0, -1)
    this.#latest++
    this.opened = before
  }

  close(): void {
    this.#latest++
    this.opened = null
    this.trail = []
  }

  async #open(opened: Opened): Promise<void> {
    const mine = ++this.#latest
    this.opened = opened
    try {
      const detail = await this.#engine.item({ itemId: opened.item.itemId })
      if (mine === this.#latest) this.opened = { ...opened, detail }
    } catch (error) {
      if (mine === this.#latest) this.#report(error)
    }
  }
}
