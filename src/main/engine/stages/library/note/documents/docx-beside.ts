import type { Deadline } from '../refusal.ts'
import { readXml, type XmlHandlers } from './xml-events.ts'

/** Parts with text, in the order in which it is told. */
const parts = [/^word\/document\d*\.xml$/, /^word\/header\d*\.xml$/, /^word\/footer\d*\.xml$/, /^word\/comments\.xml$/]

/**
 * Paragraphs of a Word document that are not among what was read of its main flow: text boxes, headers and footers, comments,
 * fields, equations, readings of Japanese words, and what is said of pictures. Deleted text is left out.
 * @param flow  what was read, which is not told twice
 * @see ECMA-376, part 1, chapter 17
 */
export async function textBesideFlow(
  files: ReadonlyMap<string, Uint8Array>,
  flow: string,
  deadline: Deadline
): Promise<string[]> {
  const known = new Set<string>()
  const found: string[] = []
  const bare = (text: string): string => text.replace(/\s+/g, '')
  const bareFlow = bare(flow)
  let at = 0
  /** Both are in one order nearly everywhere, so it is looked for from the last place on. */
  const isInFlow = (key: string): boolean => {
    const next = bareFlow.indexOf(key, at)
    if (next < 0) return bareFlow.includes(key)
    at = next + key.length
    return true
  }
  const add = (text: string): void => {
    const key = bare(text)
    if (key === '' || known.has(key) || isInFlow(key)) return
    known.add(key)
    found.push(text)
  }
  for (const pattern of parts)
    for (const [name, xml] of files) if (pattern.test(name)) await readXml(xml, new ParagraphReader(add), deadline)
  return found
}

class ParagraphReader implements XmlHandlers {
  readonly #add: (paragraph: string) => void
  /** Paragraphs that are open: those of a text box stand in another one. */
  readonly #open: string[] = []
  #isText = false
  #skippedDepth = 0

  constructor(add: (paragraph: string) => void) {
    this.#add = add
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    // The fallback is the same again, for older programs.
    if (this.#skippedDepth > 0 || name === 'Fallback' || name === 'del' || name === 'moveFrom') this.#skippedDepth++
    else if (name === 'p') this.#open.push('')
    else if (name === 't') this.#isText = true
    else if (name === 'tab' || name === 'br' || name === 'cr') this.#append(' ')
    else if (name === 'rt') this.#append('(')
    else if (name === 'docPr')
      for (const said of [attributes.get('descr'), attributes.get('title')]) if (said !== undefined) this.#add(said)
  }

  text(text: string): void {
    if (this.#isText && this.#skippedDepth === 0) this.#append(text)
  }

  close(name: string): void {
    if (this.#skippedDepth > 0) {
      this.#skippedDepth--
      return
    }
    if (name === 't') this.#isText = false
    else if (name === 'rt') this.#append(')')
    else if (name === 'p') this.#add(this.#open.pop() ?? '')
  }

  #append(text: string): void {
    const last = this.#open.length - 1
    if (last >= 0) this.#open[last] = `${this.#open[last] ?? ''}${text}`
  }
}
