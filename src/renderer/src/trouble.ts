import { EngineError } from '../../main/engine/errors.ts'
import { words } from './words/chosen.ts'

/**
 * What a failed call means to the person: nothing (it was cancelled by a newer one), that the engine cannot be reached, or a
 * sentence. A refused call brings its own sentence.
 */
export function troubleOf(error: unknown): null | 'connection' | { readonly message: string } {
  if (error instanceof EngineError) {
    if (error.code === 'cancelled') return null
    return { message: error.code === 'internal' ? words.alerts.internal(error.message) : error.message }
  }
  // What `fetch` throws when nobody answers.
  if (error instanceof TypeError) return 'connection'
  return { message: words.alerts.internal(error instanceof Error ? error.message : String(error)) }
}
