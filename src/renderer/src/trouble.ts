import { EngineError, messageOf } from '../../shared/errors.ts'
import { words } from './words/chosen.ts'

interface Trouble {
  readonly message: string
  /** In the page's own language, before an English sentence of the engine. */
  readonly lead: string | null
  /** Of the message, where the engine worded it. */
  readonly lang: 'en' | undefined
}

/**
 * What a failed call means to the person: nothing (it was cancelled by a newer one), that the engine cannot be reached, or a
 * sentence. A refused call brings its own sentence, in English; another language says first what its code says.
 */
export function troubleOf(error: unknown): null | 'connection' | Trouble {
  if (error instanceof EngineError) {
    if (error.code === 'cancelled') return null
    if (error.code === 'internal') return inside(error.message)
    return { message: error.message, lead: words.alerts.refused(error.code), lang: 'en' }
  }
  // What `fetch` throws when nobody answers.
  if (error instanceof TypeError) return 'connection'
  return inside(messageOf(error))
}

const inside = (message: string): Trouble => ({ message: words.alerts.internal(message), lead: null, lang: undefined })
