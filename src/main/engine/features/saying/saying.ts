import type { PutWords, Said, SayInput } from '../../../../shared/saying.ts'
import type { ModelInUse } from '../../base/active-model.ts'
import type { ItemId } from '../../base/domain.ts'
import { detailsOf, EngineError } from '../../../../shared/errors.ts'
import type { Store } from '../../store/store.ts'
import type { EncoderProcess } from '../../workers/encoder-process.ts'
import { completeTexts } from '../projecting/complete-texts.ts'
import { putWords, say, type Change } from './own-words.ts'

interface Deps {
  readonly store: Store
  readonly model: ModelInUse
  /** The one of the questions: it runs anyway, and what a person says is as short as a question. */
  readonly encoder: Pick<EncoderProcess, 'bound'>
  readonly galleries: { follow(itemIds: Iterable<ItemId>): void }
  /** Tells the page that the library is different now. */
  readonly changed: () => void
  readonly log: (text: string) => void
}

/**
 * What the person says of photos and notes. Words find it as soon as it is said; the meaning of it is encoded afterwards, and by
 * the next indexing run where the program ended before.
 */
export class Saying {
  readonly #deps: Deps
  readonly #ending = new AbortController()
  #encoding: Promise<void> = Promise.resolve()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** @throws EngineError as `say` of own-words.ts */
  say(input: SayInput): Said {
    return this.#follow(say(input, this.#deps.store, Date.now()))
  }

  /** @throws EngineError as `putWords` of own-words.ts */
  put(words: readonly PutWords[]): Said {
    return this.#follow(putWords(words, this.#deps.store, Date.now()))
  }

  /** Waits until the meaning of what was said is encoded. */
  async idle(): Promise<void> {
    let encoding: Promise<void> | null = null
    while (encoding !== this.#encoding) {
      encoding = this.#encoding
      await encoding
    }
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.idle()
  }

  #follow({ said, toEncode }: Change): Said {
    const { galleries, changed } = this.#deps
    // What was encoded of the texts before is forgotten.
    galleries.follow(toEncode)
    if (toEncode.length > 0) this.#encoding = this.#encoding.then(() => this.#encode(toEncode))
    if (said.items > 0) changed()
    return said
  }

  /** Never throws: what is not encoded now is encoded by the next indexing run. */
  async #encode(itemIds: readonly ItemId[]): Promise<void> {
    const { store, model, encoder, galleries, log } = this.#deps
    const { signal } = this.#ending
    try {
      const active = signal.aborted ? null : await model.open()
      if (active === null) return
      galleries.follow(await completeTexts(itemIds, store, active, encoder.bound(), signal))
    } catch (error) {
      if (!signal.aborted && !(error instanceof EngineError)) log(detailsOf(error))
    }
  }
}
