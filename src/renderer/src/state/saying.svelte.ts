import type { Client } from '../../../shared/contract.ts'
import type {
  HitVerdict,
  Said,
  SaidAnswer,
  SaidEntry,
  SayInput,
  VerdictsAnswer,
  WrittenSidecars
} from '../../../shared/saying.ts'
import type { Mark } from '../marks.ts'

type Engine = Pick<
  Client,
  'say' | 'putWords' | 'judge' | 'said' | 'verdicts' | 'takeBackVerdicts' | 'writeSidecars' | 'exportSaid' | 'on'
>

/** A question as it was answered. */
export interface AskedQuestion {
  readonly text: string
  readonly imageId?: string | undefined
}

/** Photos beside which XMP files may be written, and what would stand in them. */
export interface SidecarQuestion {
  readonly itemIds: readonly number[]
  readonly said: SaidAnswer
  /** What the writing came to; null before it. */
  readonly written: WrittenSidecars | null
}

/** So many entries are listed; the rest are counted. */
const LISTED = 200

/** What the person says of photos, notes and answers, and what can be undone. */
export class SayingState {
  /** What was said last, until it was undone or dismissed. */
  latest = $state.raw<Said | null>(null)
  /** null until somebody has looked. */
  said = $state.raw<SaidAnswer | null>(null)
  verdicts = $state.raw<VerdictsAnswer | null>(null)
  /** What the last writing of all sidecars came to. */
  written = $state.raw<WrittenSidecars | null>(null)
  /** Asked before sidecars of some photos are written; null when nothing is asked. */
  sidecars = $state.raw<SidecarQuestion | null>(null)

  readonly #engine: Engine
  readonly #report: (error: unknown) => void
  readonly #onChange: (marks: readonly Mark[]) => Promise<void>
  #latestLoad = 0

  /** @param onChange  shows it where the items are shown */
  constructor(engine: Engine, report: (error: unknown) => void, onChange: (marks: readonly Mark[]) => Promise<void>) {
    this.#engine = engine
    this.#report = report
    this.#onChange = onChange
  }

  /** Follows the engine. Returns the function that stops it. */
  listen(): () => void {
    return this.#engine.on('libraryChanged', () => {
      if (this.said !== null) void this.load()
    })
  }

  async load(): Promise<void> {
    const mine = ++this.#latestLoad
    await this.#try(async () => {
      const [said, verdicts] = await Promise.all([
        this.#engine.said({ limit: LISTED }),
        this.#engine.verdicts({ limit: LISTED })
      ])
      if (mine === this.#latestLoad) Object.assign(this, { said, verdicts })
    })
  }

  /** Whether it was taken; a refusal is reported. */
  async say(input: SayInput): Promise<boolean> {
    return this.#try(async () => {
      const said = await this.#engine.say(input)
      if (said.items > 0) this.latest = said
      const { isFavourite } = input
      await this.#onChange(isFavourite === undefined ? [] : input.itemIds.map(itemId => ({ itemId, isFavourite })))
    })
  }

  /** Takes back what was said last. */
  async undo(): Promise<boolean> {
    const { latest } = this
    if (latest === null) return false
    return this.#try(async () => {
      await this.#engine.putWords({ words: latest.before })
      this.latest = null
      await this.#onChange(
        latest.before.flatMap(one => ('itemId' in one ? { itemId: one.itemId, isFavourite: one.isFavourite } : []))
      )
      if (this.said !== null) await this.load()
    })
  }

  dismiss(): void {
    this.latest = null
  }

  /** Takes all of it back that was said of one content, also where its file is gone. */
  async takeBackWords({ contentHash, items }: Pick<SaidEntry, 'contentHash' | 'items'>): Promise<boolean> {
    const nothing = { caption: null, addedTags: [], removedTags: [], isFavourite: false }
    const itemIds = items.map(({ itemId }) => itemId)
    return this.#try(async () => {
      this.latest = await this.#engine.putWords({
        words: itemIds.length === 0 ? [{ contentHash, ...nothing }] : itemIds.map(itemId => ({ itemId, ...nothing }))
      })
      await this.#onChange(itemIds.map(itemId => ({ itemId, isFavourite: false })))
      await this.load()
    })
  }

  /** null takes back what was said of them for this question. */
  async judge(question: AskedQuestion, itemIds: readonly number[], verdict: HitVerdict | null): Promise<boolean> {
    return this.#try(async () => {
      await this.#engine.judge({ ...question, itemIds, verdict })
      await this.#onChange(itemIds.map(itemId => ({ itemId, said: verdict ?? undefined })))
    })
  }

  /** Of all photos of which something was said. */
  async writeSidecars(): Promise<boolean> {
    return this.#try(async () => {
      this.written = await this.#engine.writeSidecars({})
    })
  }

  /** Shows what would be written beside these photos. */
  async askSidecars(itemIds: readonly number[]): Promise<boolean> {
    return this.#try(async () => {
      this.sidecars = { itemIds, said: await this.#engine.said({ itemIds, limit: itemIds.length }), written: null }
    })
  }

  /** Writes what was shown. */
  async writeAsked(): Promise<boolean> {
    const asked = this.sidecars
    if (asked === null) return false
    return this.#try(async () => {
      const written = await this.#engine.writeSidecars({ itemIds: asked.itemIds })
      if (this.sidecars === asked) this.sidecars = { ...asked, written }
    })
  }

  /** Everything that was said, as a text to save; null when it was refused, which is reported. */
  async exported(): Promise<string | null> {
    let text: string | null = null
    await this.#try(async () => {
      text = `${JSON.stringify(await this.#engine.exportSaid({}), null, 2)}\n`
    })
    return text
  }

  async takeBackVerdict(verdictId: number): Promise<boolean> {
    return this.#try(async () => {
      await this.#engine.takeBackVerdicts({ verdictIds: [verdictId] })
      await this.load()
    })
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      this.#report(error)
      return false
    }
  }
}
