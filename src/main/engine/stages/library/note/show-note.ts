import { createHash } from 'node:crypto'
import type { PlacedBlock } from '../../../base/domain.ts'
import { decodeText } from './encoding.ts'
import { noteLimits } from './limits.ts'
import { readBounded } from './read-note.ts'
import { Deadline } from './refusal.ts'
import { showMarkdown } from './show-markdown.ts'

/** A note that is larger, or has more parts, is shown as its passages: a window need not hold a book as a page. */
export const showLimits = { maxTextBytes: 1_000_000, maxNodes: 40_000, maxMs: 10_000 } as const

/**
 * A Markdown file as it is to be shown.
 * @param contentHash  sha256 of the content that is known, hex
 * @returns null when the file has another content now, is not there, or cannot be shown within the limits
 */
export async function showNote(path: string, contentHash: string): Promise<readonly PlacedBlock[] | null> {
  try {
    const bytes = await readBounded(path, 'markdown', { ...noteLimits, maxTextBytes: showLimits.maxTextBytes })
    if (createHash('sha256').update(bytes).digest('hex') !== contentHash) return null
    return await showMarkdown(decodeText(bytes), new Deadline(showLimits.maxMs), showLimits.maxNodes)
  } catch {
    // What was read of it before is shown instead: whatever is wrong with the file now is for the next reading to say.
    return null
  }
}
