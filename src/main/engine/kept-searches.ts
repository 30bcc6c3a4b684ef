import type { Searches } from './contract/suggesting.ts'
import type { SettingRows } from './store/store.ts'

const mostRecent = 20
const mostSaved = 200
const name = 'searches'

/** Questions that were asked, on this machine only: the last ones, and those that the person saved. */
export class KeptSearches {
  readonly #settings: SettingRows

  constructor(settings: SettingRows) {
    this.#settings = settings
  }

  list(): Searches {
    const kept = this.#settings.get(name) as Partial<Searches> | undefined
    return { recent: kept?.recent ?? [], saved: kept?.saved ?? [] }
  }

  /** Puts a question on top of the recent ones. A question that the last one only began with takes its place. */
  remember(text: string): void {
    const question = text.trim()
    if (question === '') return
    const { recent, saved } = this.list()
    const [last = ''] = recent
    const others = recent.filter(one => one !== question).slice(last !== '' && question.startsWith(last) ? 1 : 0)
    this.#keep({ recent: [question, ...others].slice(0, mostRecent), saved })
  }

  save(text: string, isSaved: boolean): void {
    const question = text.trim()
    const { recent, saved } = this.list()
    const others = saved.filter(one => one !== question)
    this.#keep({ recent, saved: isSaved && question !== '' ? [...others, question].slice(-mostSaved) : others })
  }

  /** Forgets what was asked; saved questions stay. */
  forget(): void {
    this.#keep({ recent: [], saved: this.list().saved })
  }

  #keep(searches: Searches): void {
    this.#settings.set(name, searches)
  }
}
