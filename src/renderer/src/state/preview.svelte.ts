import type { Client } from '../../../shared/contract.ts'
import type { Hit } from '../../../shared/searching.ts'
import type { ItemDetail, ItemSummary } from '../../../shared/items.ts'
import type { NoteText } from '../../../shared/notes.ts'
import type { Mark } from '../marks.ts'
import { foldStacks } from '../../../shared/stacks.ts'

/** What is open: the summary is there at once, the rest follows. */
export interface Opened {
  readonly item: ItemSummary
  /** How it was found; null when it was reached from another item. */
  readonly hit: Hit | null
  /** What was asked when it was found: its words are marked. '' when it was reached from another item. */
  readonly question: string
  readonly detail: ItemDetail | null
  /** Of a note, as it is shown; null until it is known. */
  readonly text: NoteText | null
  /** Photos that are like this photo, the most alike first; null until they are known. */
  readonly similar: readonly ItemSummary[] | null
}

/** A photo is looked at for this long before photos like it are asked for: who leafs through asks for nothing, milliseconds. */
export const SIMILAR_AFTER_MS = 300
/** Two rows of three beside the photo; of those that show the same only the best. */
const SIMILAR = 6
/** Enough of them where most are of one burst. */
const SIMILAR_ASKED = 24

/** The item that is looked at closely, and the items through which it was reached. */
export class PreviewState {
  opened = $state.raw<Opened | null>(null)
  /** Where *back* goes, newest last. */
  trail = $state.raw<readonly Opened[]>([])

  readonly #engine: Pick<Client, 'item' | 'noteText' | 'search'>
  readonly #report: (error: unknown) => void
  /** Ends what is still asked about the item that is left. */
  #leaving = new AbortController()

  constructor(engine: Pick<Client, 'item' | 'noteText' | 'search'>, report: (error: unknown) => void) {
    this.#engine = engine
    this.#report = report
  }

  /** From the results. @param question  what the results answer */
  async show(hit: Hit, question = ''): Promise<void> {
    this.trail = []
    await this.#open({ item: hit, hit, question, detail: null, text: null, similar: null })
  }

  /** From the item that is open: one of its notes or photos, or a photo like it. */
  async follow(item: ItemSummary): Promise<void> {
    if (this.opened !== null) this.trail = [...this.trail, this.opened]
    await this.#open({ item, hit: null, question: '', detail: null, text: null, similar: null })
  }

  async back(): Promise<void> {
    const before = this.trail.at(-1)
    if (before === undefined) return
    this.trail = this.trail.slice(0, -1)
    await this.#open(before)
  }

  /** Something was said of items: what is known of the open one is asked again. @param marks  what a tile shows of it */
  async look(marks: readonly Mark[]): Promise<void> {
    const { opened } = this
    if (opened === null) return
    const { itemId } = opened.item
    try {
      const detail = await this.#engine.item(asked(opened))
      if (this.opened?.item.itemId !== itemId) return
      const mark = marks.find(one => one.itemId === itemId) ?? {}
      const { hit, item } = this.opened
      this.opened = { ...this.opened, item: { ...item, ...mark }, hit: hit && { ...hit, ...mark }, detail }
    } catch (error) {
      this.#report(error)
    }
  }

  close(): void {
    this.#leaving.abort()
    this.opened = null
    this.trail = []
  }

  /** Shows it as far as it is known, and asks for the rest. */
  async #open(opened: Opened): Promise<void> {
    this.#leaving.abort()
    this.#leaving = new AbortController()
    const { signal } = this.#leaving
    this.opened = opened
    try {
      const [detail, text] = [this.#detailOf(opened, signal), this.#textOf(opened, signal)]
      // What is asked first may fail first.
      text.catch(() => undefined)
      await this.#show(opened, await detail, text, signal)
    } catch (error) {
      if (!signal.aborted) this.#report(error)
    }
  }

  async #detailOf(opened: Opened, signal: AbortSignal): Promise<ItemDetail> {
    return opened.detail ?? (await this.#engine.item(asked(opened), { signal }))
  }

  async #textOf(
    { item: { itemId, kind }, hit, question, text }: Opened,
    signal: AbortSignal
  ): Promise<NoteText | null> {
    if (text !== null || kind !== 'note') return text
    const part = hit === null ? null : foundPart(hit)
    return this.#engine.noteText({ itemId, text: question, ...(part === null ? {} : { part }) }, { signal })
  }

  async #show(before: Opened, detail: ItemDetail, asked: Promise<NoteText | null>, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    this.opened = { ...before, detail }
    const text = await asked
    signal.throwIfAborted()
    const opened = { ...before, detail, text }
    this.opened = opened
    if (opened.similar !== null || detail.kind !== 'photo' || detail.status !== 'indexed') return
    await pause(SIMILAR_AFTER_MS)
    signal.throwIfAborted()
    const alike = `like:${detail.itemId} type:photo`
    const { hits } = await this.#engine.search({ text: alike, limit: SIMILAR_ASKED, withStacks: true }, { signal })
    signal.throwIfAborted()
    // Less sure ones are left out: of some photos there are no others.
    const similar = foldStacks(hits.filter(hit => hit.isRelevant)).map(([best]) => best)
    this.opened = { ...opened, similar: similar.slice(0, SIMILAR) }
  }
}

/** The words of the question are marked in what is known of the item. */
function asked({ item: { itemId }, question }: Opened): { itemId: number; text?: string } {
  return question === '' ? { itemId } : { itemId, text: question }
}

/** The passage that was found; null where only filters, a title or a link led to the note. */
function foundPart({ snippet, reasons }: Hit): number | null {
  const isFound =
    snippet !== null &&
    (snippet.marks.length > 0 || reasons.some(({ kind }) => kind === 'meaning' || kind === 'picture'))
  return isFound ? snippet.part : null
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
