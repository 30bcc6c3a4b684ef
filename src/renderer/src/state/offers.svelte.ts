import type { Client } from '../../../shared/contract.ts'
import type { Searches, Suggestion, Suggestions } from '../../../shared/suggesting.ts'

/** A line of the list under the bar that says what can be asked. */
export type Question =
  | { readonly kind: 'completion'; readonly suggestion: Suggestion }
  | { readonly kind: 'saved' | 'recent'; readonly text: string }
  | { readonly kind: 'example'; readonly text: string; readonly does: string }

/** Any line of the list. To forget is one too, and the last: the bar keeps the focus, so only a line is reached by its keys. */
export type Offer = Question | { readonly kind: 'forget' }

export interface Example {
  readonly text: string
  readonly does: string
}

/** As many as are looked at; all saved ones are there. */
const mostRecent = 6

/** The list under the bar: how the word at the caret can go on and, where the bar is empty, what was asked before. */
export class OffersState {
  offers = $state.raw<readonly Offer[]>([])
  /** Which line is chosen by the keyboard; -1 for none: Enter asks what the bar says. */
  active = $state(-1)
  searches = $state.raw<Searches>({ recent: [], saved: [] })

  readonly #engine: Pick<Client, 'suggest' | 'searches' | 'rememberSearch' | 'saveSearch' | 'forgetSearches'>
  readonly #report: (error: unknown) => void
  readonly #examples: readonly Example[]
  #range: Pick<Suggestions, 'start' | 'end'> = { start: 0, end: 0 }
  #latest = 0

  constructor(
    engine: Pick<Client, 'suggest' | 'searches' | 'rememberSearch' | 'saveSearch' | 'forgetSearches'>,
    report: (error: unknown) => void,
    examples: readonly Example[]
  ) {
    this.#engine = engine
    this.#report = report
    this.#examples = examples
  }

  get isOpen(): boolean {
    return this.offers.length > 0
  }

  isSaved(text: string): boolean {
    return this.searches.saved.includes(text.trim())
  }

  async load(): Promise<void> {
    await this.#do(async () => (this.searches = await this.#engine.searches({})))
  }

  /** After a keystroke, or when the caret moved. The newest wins. */
  async complete(text: string, caret: number): Promise<void> {
    const mine = ++this.#latest
    if (text.trim() === '') {
      this.close()
      return
    }
    await this.#do(async () => {
      const { suggestions, start, end } = await this.#engine.suggest({ text, caret })
      if (mine !== this.#latest) return
      this.#range = { start, end }
      this.#show(suggestions.map(suggestion => ({ kind: 'completion', suggestion })))
    })
  }

  /** What was asked before, and examples: for an empty bar, on request. */
  openEmpty(): void {
    this.#latest++
    const { saved } = this.searches
    const recent = this.searches.recent.filter(text => !saved.includes(text)).slice(0, mostRecent)
    this.#show([
      ...saved.map(text => ({ kind: 'saved', text }) as const),
      ...recent.map(text => ({ kind: 'recent', text }) as const),
      ...this.#examples.map(example => ({ kind: 'example', ...example }) as const),
      ...(recent.length === 0 ? [] : [{ kind: 'forget' } as const])
    ])
  }

  close(): void {
    this.#latest++
    this.#show([])
  }

  /** Around the list and back to the bar. */
  move(by: 1 | -1): void {
    const places = this.offers.length + 1
    this.active = ((this.active + 1 + by + places) % places) - 1
  }

  /** What the bar says once this line is taken, and where the caret stands then. */
  taken(offer: Question, text: string): { readonly text: string; readonly caret: number } {
    if (offer.kind !== 'completion') return { text: offer.text, caret: offer.text.length }
    const { start, end } = this.#range
    const { insert } = offer.suggestion
    const after = insert.endsWith(' ') ? text.slice(end).trimStart() : text.slice(end)
    return { text: text.slice(0, start) + insert + after, caret: start + insert.length }
  }

  /** A question that was meant: asked with Enter, or a hit of it was opened. */
  async remember(text: string): Promise<void> {
    if (text.trim() === '' || this.searches.recent[0] === text.trim()) return
    await this.#do(async () => {
      await this.#engine.rememberSearch({ text })
      await this.load()
    })
  }

  async save(text: string, isSaved: boolean): Promise<void> {
    await this.#do(async () => {
      await this.#engine.saveSearch({ text, isSaved })
      await this.load()
    })
  }

  async forget(): Promise<void> {
    await this.#do(async () => {
      await this.#engine.forgetSearches({})
      await this.load()
      this.openEmpty()
    })
  }

  #show(offers: readonly Offer[]): void {
    this.offers = offers
    this.active = -1
  }

  async #do(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#report(error)
    }
  }
}
