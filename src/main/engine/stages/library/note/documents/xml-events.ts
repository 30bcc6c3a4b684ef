import { Parser } from 'htmlparser2'
import { Refusal, type Deadline } from '../refusal.ts'

/** What stands in an XML file, in its order. Names are without prefix: `text:p` is `p`. */
export interface XmlHandlers {
  open?(name: string, attributes: ReadonlyMap<string, string>): void
  close?(name: string): void
  text?(text: string): void
}

const chunk = 1 << 16
/** Documents of programs have a few dozen; the parser's time grows with the square of them. */
export const deepest = 1000

/** What is said of an XML file that is nested deeper than that. */
export function tooDeep(): Refusal {
  return new Refusal('corrupt', 'This document is damaged: its parts are nested too deeply.')
}

/**
 * Reads XML from beginning to end, without keeping it. Entities other than XML's five and numbers stay as they are written,
 * so no declaration of a document makes it larger; what is not well-formed is read as far as it makes sense.
 * @param bytes  undefined for a part that the document does not have: nothing stands in it
 * @throws Refusal corrupt when elements are nested a thousand deep
 */
export async function readXml(bytes: Uint8Array | undefined, handlers: XmlHandlers, deadline: Deadline): Promise<void> {
  const xml = decodeXml(bytes ?? new Uint8Array())
  let depth = 0
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (++depth > deepest) throw tooDeep()
        const local = Object.entries(attributes).map(([key, value]) => [localName(key), value] as const)
        handlers.open?.(localName(name), new Map(local))
      },
      onclosetag(name) {
        depth--
        handlers.close?.(localName(name))
      },
      ontext: text => handlers.text?.(text)
    },
    { xmlMode: true, decodeEntities: true }
  )
  for (let at = 0; at < xml.length; at += chunk) {
    parser.write(xml.slice(at, at + chunk))
    await deadline.giveWay()
  }
  parser.end()
}

/** UTF-8, or UTF-16 by its mark: parts of documents are written by programs. */
export function decodeXml(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder().decode(bytes)
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/** The text of each element with one of these names, in order; what is inside another such element belongs to that one. */
export async function textsIn(
  bytes: Uint8Array | undefined,
  names: readonly string[],
  deadline: Deadline
): Promise<{ readonly name: string; readonly text: string }[]> {
  const found: { name: string; text: string }[] = []
  let open: { name: string; text: string; depth: number } | null = null
  await readXml(
    bytes,
    {
      open(name) {
        if (open !== null) open.depth++
        else if (names.includes(name)) open = { name, text: '', depth: 0 }
      },
      text(text) {
        if (open !== null) open.text += text
      },
      close() {
        if (open === null) return
        if (open.depth-- > 0) return
        found.push({ name: open.name, text: open.text.trim() })
        open = null
      }
    },
    deadline
  )
  return found
}
