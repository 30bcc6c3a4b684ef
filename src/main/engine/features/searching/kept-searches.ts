import { config } from '../../base/config.ts'
import type { Searches } from '../../../../shared/suggesting.ts'
import { EngineError } from '../../../../shared/errors.ts'
import type { SettingRows } from '../../store/store.ts'

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
    // A pasted page is no question that somebody asks again.
    if (question === '' || question.length > config.longestQuestion) return
    const { recent, saved } = this.list()
    const [last = ''] = recent
    const others = recent.filter(one => one !== question).slice(last !== '' && question.startsWith(last) ? 1 : 0)
    this.#keep({ recent: [question, ...others].slice(0, mostRecent), saved })
  }

  /** @throws EngineError bad-input for a text that is longer than a question */
  save(text: string, isSaved: boolean): void {
    const question = text.trim()
    if (isSaved && question.length > config.longestQuestion)
      throw new EngineError(
        'bad-input',
        `A question of more than ${config.longestQuestion.toLocaleString('en')} characters cannot be saved. Nothing was changed. Shorten it first.`
      )
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
