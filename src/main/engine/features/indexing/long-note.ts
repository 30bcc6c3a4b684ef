import type { LongNote } from '../../../../shared/items.ts'
import { config } from '../../base/config.ts'
import { noteLimits } from '../../stages/library/note/limits.ts'

/** What is said of a note that is too long to be encoded as a whole; null for others. @param passages  that were read of it */
export function longNote(passages: number): LongNote | null {
  if (passages <= config.encodedPassages) return null
  return { encodedPassages: config.encodedPassages, isCut: passages >= noteLimits.maxPassages }
}
