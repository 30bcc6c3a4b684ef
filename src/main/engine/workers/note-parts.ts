import { config } from '../base/config.ts'
import type { NoteLink, NoteReading, Passage } from '../base/domain.ts'

/** What of a note goes into one message. */
export interface NotePart {
  readonly passages: readonly Passage[]
  readonly links: readonly NoteLink[]
}

/**
 * A note in messages of a bounded size: reading a message of 30 MB would block the engine for as long as it takes. The first
 * has what is known of the whole note; the engine has no use for the text that passages were cut from.
 */
export function* inParts(reading: NoteReading): Generator<NotePart & { readonly isLast: boolean }> {
  const { passages, links } = reading
  const [most, mostLinks] = [config.messagePassages, config.messageLinks]
  for (let i = 0; ; i++) {
    const isLast = passages.length <= (i + 1) * most && links.length <= (i + 1) * mostLinks
    yield {
      passages: passages.slice(i * most, (i + 1) * most),
      links: links.slice(i * mostLinks, (i + 1) * mostLinks),
      isLast
    }
    if (isLast) return
  }
}

/** Whole again. */
export function joined(first: NoteReading, more: readonly NotePart[]): NoteReading {
  return {
    ...first,
    passages: [first, ...more].flatMap(({ passages }) => passages),
    links: [first, ...more].flatMap(({ links }) => links)
  }
}
