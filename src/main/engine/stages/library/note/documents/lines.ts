import { isPictureName, localTarget } from '../local-target.ts'
import type { Gathered } from './gathered.ts'

/** What a paragraph says without its marks. Links and pictures in it are told to `paragraphs`. */
type Readable = (paragraph: string, paragraphs: LineParagraphs) => string

/** Marks are looked for within so many characters: what is longer is no paragraph of a person. */
const longest = 10_000

/** Lines that follow each other are a paragraph: an empty one, a heading or anything else that stands alone ends it. */
export class LineParagraphs {
  readonly #gathered: Gathered
  readonly #readable: Readable
  #lines: string[] = []

  constructor(gathered: Gathered, readable: Readable) {
    this.#gathered = gathered
    this.#readable = readable
  }

  add(line: string): void {
    this.#lines.push(line.trim())
  }

  /** The last line that was added, taken away: it turned out to be a heading. */
  takeLast(): string | undefined {
    return this.#lines.pop()
  }

  end(): void {
    const paragraph = this.#lines.join(' ')
    this.#lines = []
    for (let at = 0; at < paragraph.length;) {
      const cut = at + longest < paragraph.length ? paragraph.lastIndexOf(' ', at + longest) : paragraph.length
      const end = cut > at ? cut : at + longest
      this.#gathered.add(this.#readable(paragraph.slice(at, end), this))
      at = end
    }
  }

  heading(text: string, level: number): void {
    this.end()
    this.#gathered.add(this.#readable(text, this), level)
  }

  /** A picture or a file that is named here. @param text  what is said of it */
  reference(address: string, text: string, isShown: boolean): void {
    const target = localTarget(address.replace(/^file:(?!\/\/)/i, ''))
    if (target !== null)
      this.#gathered.link({ kind: isShown && isPictureName(target) ? 'embed' : 'link', target, text: text.trim() })
  }
}
