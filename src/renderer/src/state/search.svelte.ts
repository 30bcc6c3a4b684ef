import type { Client } from '../../../shared/contract.ts'
import type { Hit, OpenedImage, QueryToken, SearchQuery, SearchResult } from '../../../shared/searching.ts'
import { EngineError } from '../../../shared/errors.ts'
import { marked, type Mark } from '../marks.ts'
import { inOrder, isByFilters, type Order } from '../order.ts'

/** How long the typing must rest before the meaning is searched, milliseconds. Words are searched at once. */
export const PAUSE_MS = 180
/** How long changes of the library are gathered before the same is asked again, milliseconds. */
export const REFRESH_MS = 1500
/** How many hits are asked for at first, and at most. */
const FIRST_LIMIT = 120
const MOST_LIMIT = 1000

/** A picture in the bar. */
export interface ChipImage {
  readonly imageId: string
  /** A data URL. */
  readonly thumbnailUrl: string
}

const nothingYet: SearchResult = { hits: [], tokens: [], notices: [], hasEvidence: true, tookMs: 0 }

/**
 * What the bar says, and what came back. The newest question wins: an older one is cancelled, and its answer, should it
 * still arrive, is dropped. Words answer at once; the meaning answers after a pause and replaces them.
 */
export class SearchState {
  text = $state('')
  image = $state.raw<ChipImage | null>(null)
  result = $state.raw<SearchResult>(nothingYet)
  /** The order that was chosen, for this question and those after it. */
  order = $state<Order>('best')
  /** The bar's text that `result` answers; null before the first answer. */
  answered = $state<string | null>(null)
  /** A question is on its way. */
  isSearching = $state(false)
  /** Whether `result` is the whole answer, meaning included. */
  isComplete = $state(false)
  /** What `result` answers, and how many other questions were answered before. */
  #answeredQuestion = $state.raw({ name: '', before: 0 })
  #isOldestFirst = $state(false)
  isOpeningImage = $state(false)
  /** The library has changed since the answer. */
  isOutdated = $state(false)

  readonly #engine: Pick<Client, 'search' | 'openImage'>
  readonly #report: (error: unknown) => void
  #limit = FIRST_LIMIT
  #latest = 0
  #latestImage = 0
  #running = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined
  #refreshTimer: ReturnType<typeof setTimeout> | undefined

  constructor(engine: Pick<Client, 'search' | 'openImage'>, report: (error: unknown) => void) {
    this.#engine = engine
    this.#report = report
  }

  /** In the order that is shown. What came by date is only turned round: the engine knows by which date. */
  readonly hits: readonly Hit[] = $derived.by(() => {
    const { hits } = this.result
    if (!isByFilters(hits)) return inOrder(hits, this.order)
    return this.#isOldestFirst === (this.order === 'oldest') ? hits : hits.toReversed()
  })

  /** Filters alone have no best match: the newest come first. */
  get shownOrder(): Order {
    return this.order === 'best' && !this.hasBest ? 'newest' : this.order
  }

  get hasBest(): boolean {
    return !isByFilters(this.result.hits)
  }

  /** Ranked by their likeness to a picture: the notes that belong to it stand first. */
  get isByPicture(): boolean {
    return this.result.isByPicture === true && this.shownOrder === 'best'
  }

  /** Every piece of the query but its plain words, which stay in the bar. */
  get chips(): readonly QueryToken[] {
    return this.result.tokens.filter(token => token.kind !== 'words')
  }

  /** Whether all there is has come. */
  get isAll(): boolean {
    return this.hits.length < this.#limit
  }

  /** Names the question that was answered: another name has other hits. One that comes back is another. */
  get question(): string {
    return `${this.#answeredQuestion.before} ${this.#answeredQuestion.name}`
  }

  /** Names the list that is shown: the same hits in another order are another list. */
  get asked(): string {
    return `${this.shownOrder} ${this.question}`
  }

  get isEmpty(): boolean {
    return this.text.trim() === '' && this.image === null
  }

  /** Every keystroke. */
  type(text: string): void {
    this.text = text
    this.#ask(PAUSE_MS)
  }

  /** A whole question at once: Enter, a chip removed, *search with this*, an address opened. */
  ask(text: string = this.text): void {
    this.text = text
    this.#ask(0)
  }

  clear(): void {
    this.image = null
    this.ask('')
  }

  removeImage(): void {
    this.image = null
    this.ask()
  }

  /** What is shown changes at once; where there is more than that, all is asked for, since any of it may come first now. */
  sort(order: Order): void {
    this.order = order
    if (this.isAll && !this.isSearching) return
    this.#limit = MOST_LIMIT
    void this.#again()
  }

  /** Takes the chip's own characters out of the bar, wherever they have moved to since the answer. */
  removeToken(token: QueryToken): void {
    const piece = (this.answered ?? '').slice(token.start, token.end)
    const start = this.answered === this.text ? token.start : this.text.indexOf(piece)
    if (piece === '' || start === -1) return
    const before = this.text.slice(0, start).trimEnd()
    const after = this.text.slice(start + piece.length).trimStart()
    this.ask(before === '' || after === '' ? before + after : `${before} ${after}`)
  }

  /** A picture that was dropped or pasted becomes a chip. A newer picture wins over one that is still being opened. */
  async openImage(bytes: Uint8Array): Promise<void> {
    this.isOpeningImage = true
    const mine = ++this.#latestImage
    try {
      const opened = await this.#engine.openImage({ bytes })
      if (mine !== this.#latestImage) return
      this.image = { imageId: opened.imageId, thumbnailUrl: jpegUrl(opened) }
      this.ask()
    } catch (error) {
      if (mine === this.#latestImage) this.#report(error)
    } finally {
      if (mine === this.#latestImage) this.isOpeningImage = false
    }
  }

  /** The list was scrolled to its end: asks for more of the same, which leaves what is shown in its place. */
  more(): void {
    if (!this.isComplete || this.isSearching || this.hits.length < this.#limit || this.#limit >= MOST_LIMIT) return
    this.#limit = Math.min(this.#limit * 2, MOST_LIMIT)
    void this.#again()
  }

  /**
   * The library has changed: asks the same again, after a while, so that a job's many changes cost few questions. Where the
   * person is at work in the results (`mayReplace` is false by then) they stay, and the page offers the new ones.
   */
  libraryChanged(mayReplace: () => boolean): void {
    if (this.#refreshTimer !== undefined) return
    this.#refreshTimer = setTimeout(() => {
      this.#refreshTimer = undefined
      if (!mayReplace()) this.isOutdated = true
      else if (!this.isSearching) void this.#again()
    }, REFRESH_MS)
  }

  /** Shows what was just said of hits, each in its place: their order is that of the next answer. */
  mark(marks: readonly Mark[]): void {
    if (marks.length > 0) this.result = { ...this.result, hits: marked(this.result.hits, marks) }
  }

  /** Asks the same again. What is shown stays until the new answer is there. */
  async refresh(): Promise<void> {
    await this.#again()
  }

  #ask(pauseMs: number): void {
    this.#limit = this.order === 'best' ? FIRST_LIMIT : MOST_LIMIT
    const mine = this.#begin()
    this.isComplete = false
    if (!this.isEmpty && this.image === null) void this.#send(this.#firstWords(), mine)
    this.#timer = setTimeout(() => void this.#send(this.#query(), mine), this.isEmpty ? 0 : pauseMs)
  }

  #again(): Promise<void> {
    return this.#send(this.#query(), this.#begin())
  }

  #begin(): number {
    clearTimeout(this.#timer)
    // What has changed until now is in the answer.
    clearTimeout(this.#refreshTimer)
    this.#refreshTimer = undefined
    this.#running.abort()
    this.#running = new AbortController()
    this.isSearching = true
    this.isOutdated = false
    return ++this.#latest
  }

  #query(): SearchQuery {
    return {
      text: this.text,
      limit: this.#limit,
      withStacks: true,
      ...(this.image === null ? {} : { imageId: this.image.imageId }),
      ...(this.order === 'oldest' ? { oldestFirst: true } : {})
    }
  }

  /** Every keystroke asks this: no more than a screen or two, whatever the whole answer will be. */
  #firstWords(): SearchQuery {
    return { ...this.#query(), limit: FIRST_LIMIT, wordsOnly: true }
  }

  async #send(query: SearchQuery, mine: number): Promise<void> {
    try {
      const result = await this.#engine.search(query, { signal: this.#running.signal })
      if (mine === this.#latest) this.#take(query, result)
    } catch (error) {
      if (mine !== this.#latest || (error instanceof EngineError && error.code === 'cancelled')) return
      // The words of the same question may still answer; the meaning is the last that is asked.
      if (query.wordsOnly !== true) this.isSearching = false
      this.#report(error)
    }
  }

  #take(query: SearchQuery, result: SearchResult): void {
    if (query.wordsOnly === true) {
      if (this.isComplete) return
      // No word matches: the older hits stay until the meaning has answered, so that the page does not blink.
      const hits = result.hits.length === 0 ? this.hits : result.hits
      this.result = { ...result, hits, notices: this.result.notices }
    } else {
      this.result = result
      this.isComplete = true
      this.isSearching = false
    }
    this.answered = query.text
    const name = `${query.imageId ?? ''} ${query.text}`
    const { name: last, before } = this.#answeredQuestion
    if (name !== last) this.#answeredQuestion = { name, before: before + 1 }
    this.#isOldestFirst = query.oldestFirst === true
    // By date the whole of it is wanted: any year of it may be gone to.
    if (this.isComplete && this.shownOrder !== 'best' && !this.isAll && this.#limit < MOST_LIMIT) {
      this.#limit = MOST_LIMIT
      void this.#again()
    }
  }
}

function jpegUrl({ thumbnail }: OpenedImage): string {
  let binary = ''
  for (const byte of thumbnail) binary += String.fromCharCode(byte)
  return `data:image/jpeg;base64,${btoa(binary)}`
}
