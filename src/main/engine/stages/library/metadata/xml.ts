/** An element. Names are spelled as `namespace local`, so prefixes do not matter. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Character data directly inside, joined. */
  readonly text: string
}

interface OpenElement {
  readonly tag: string
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: XmlElement[]
  readonly namespaces: ReadonlyMap<string, string>
  text: string
}

const maxDepth = 64
const maxElements = 50_000

/**
 * Reads the XML of metadata. Strict where it is dangerous: a document type declaration is refused, so no entity can be
 * declared and none is expanded beyond the five of XML and character numbers. Forgiving where it is harmless: what stands
 * before the first element or after the last is skipped.
 *
 * @returns the root element, or null when this is not well-formed
 */
export function parseXml(source: string): XmlElement | null {
  const token =
    /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>|<|[^<]+/g
  const stack: OpenElement[] = []
  let elements = 0
  for (const match of source.matchAll(token)) {
    const whole = match[0]
    const [cdata, closing, opening, rest = ''] = match.slice(1) as (string | undefined)[]
    const top = stack[stack.length - 1]
    if (cdata !== undefined) {
      if (top !== undefined) top.text += cdata
    } else if (closing !== undefined) {
      if (top?.tag !== closing) return null
      const done = finish(top)
      stack.pop()
      const parent = stack[stack.length - 1]
      if (parent === undefined) return done
      parent.children.push(done)
    } else if (opening !== undefined) {
      if (++elements > maxElements || stack.length >= maxDepth) return null
      const isEmpty = rest.endsWith('/')
      const element = open(opening, isEmpty ? rest.slice(0, -1) : rest, top)
      if (!isEmpty) stack.push(element)
      else if (top === undefined) return finish(element)
      else top.children.push(finish(element))
    } else if (whole === '<') {
      return null // also where `<!DOCTYPE` ends up
    } else if (top !== undefined && !whole.startsWith('<')) {
      top.text += unescape(whole)
    }
  }
  return null
}

function open(tag: string, rest: string, parent: OpenElement | undefined): OpenElement {
  const written: [string, string][] = []
  const namespaces = new Map(parent?.namespaces)
  for (const match of rest.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    const name = match[1] ?? ''
    const value = unescape(match[2] ?? match[3] ?? '')
    if (name === 'xmlns') namespaces.set('', value)
    else if (name.startsWith('xmlns:')) namespaces.set(name.slice(6), value)
    else written.push([name, value])
  }
  const attributes = new Map(written.map(([name, value]) => [expand(name, namespaces, ''), value]))
  const defaultNamespace = namespaces.get('') ?? ''
  return { tag, name: expand(tag, namespaces, defaultNamespace), attributes, namespaces, children: [], text: '' }
}

function expand(name: string, namespaces: ReadonlyMap<string, string>, whenNone: string): string {
  const colon = name.indexOf(':')
  const namespace = colon < 0 ? whenNone : (namespaces.get(name.slice(0, colon)) ?? name.slice(0, colon))
  return `${namespace} ${name.slice(colon + 1)}`
}

function finish({ name, attributes, children, text }: OpenElement): XmlElement {
  return { name, attributes, children, text }
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescape(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return named[name] ?? whole
    const code = typeof decimal === 'string' ? Number(decimal) : parseInt(String(hex), 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
  })
}
