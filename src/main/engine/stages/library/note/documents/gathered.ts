import type { ItemDate } from '../../../../base/domain.ts'
import { extractText } from '../extracted.ts'
import type { FoundLink, NoteSource } from '../note-source.ts'
import { Refusal } from '../refusal.ts'
import { cleanTitle } from '../titles.ts'

/** A short first line is what the writer called the document. UTF-16 units. */
const longestTitleLine = 80

/** What a document says of itself; what it does not say may be left out. */
export interface SaidOfDocument {
  readonly title?: string | null
  readonly date?: ItemDate | null
  readonly tags?: readonly string[]
}

/** Collects paragraphs and links in reading order, for documents whose file is no text that a person reads. */
export class Gathered {
  readonly #found: { readonly headingLevel: number; readonly text: string }[] = []
  readonly #links: { readonly link: Omit<FoundLink, 'start'>; readonly before: number }[] = []

  /** @param headingLevel  1…6, or 0 where the paragraph is no heading */
  add(text: string, headingLevel = 0): void {
    const clean = text.replace(/\s+/g, ' ').trim()
    if (clean !== '') this.#found.push({ headingLevel: Math.min(headingLevel, 6), text: clean })
  }

  /** Stands where the next paragraph begins. */
  link(link: Omit<FoundLink, 'start'>): void {
    this.#links.push({ link, before: this.#found.length })
  }

  /**
   * A title that the document does not state is its first line where that is short, or its first heading.
   * @throws Refusal no-text when nothing was found
   */
  source({ title = null, date = null, tags = [] }: SaidOfDocument = {}): NoteSource {
    const { text, blocks } = extractText(this.#found)
    if (blocks.length === 0)
      throw new Refusal('no-text', 'This document holds no text, only pictures or nothing at all.')
    const heading = this.#found.find(({ headingLevel }) => headingLevel > 0)?.text
    const firstLine = this.#found[0]?.text ?? ''
    return {
      text,
      blocks,
      links: this.#links.map(({ link, before }) => ({
        ...link,
        start: blocks[before]?.pieces[0]?.start ?? text.length
      })),
      title: cleanTitle(title) ?? cleanTitle(firstLine.length <= longestTitleLine ? firstLine : heading),
      date,
      tags
    }
  }
}
