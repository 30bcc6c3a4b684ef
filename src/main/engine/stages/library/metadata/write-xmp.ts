import { parseXmp } from './xmp.ts'
import { parseXml } from './xml.ts'

/** What the person said of a photo, as it goes into a sidecar. */
export interface WordsForXmp {
  readonly caption: string | null
  readonly tags: readonly string[]
  readonly isFavourite: boolean
}

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const dc = 'http://purl.org/dc/elements/1.1/'
const xmp = 'http://ns.adobe.com/xap/1.0/'
/** Ours: says what of the others is the person's own, so that it can be changed and taken back. */
const own = 'urn:reverie:own-words:1'
/** Longer ones hold editing histories; they are not read either. */
const maxLength = 2 * 1024 * 1024

/**
 * Puts the person's words into an XMP sidecar. What others wrote stays, character by character, but for `dc:description` and
 * `dc:subject`: they are written anew with all that they held and the person's words beside it, because a property may stand in a
 * packet once. What Reverie wrote before is replaced. A rating is written (5, of a favourite) only where there is none.
 *
 * @param before  the whole sidecar; null where there is none
 * @returns the new sidecar, equal to `before` where it says the same already; null where `before` cannot be merged: it is no
 *   XMP, longer than 2 Mi characters, or has those two properties in a form that no program writes
 */
export function mergeXmp(before: string | null, words: WordsForXmp): string | null {
  if (before === null) return hasWords(words) ? newPacket(block(words, nothing, 'rdf', '')) : null
  if (before.length > maxLength || parseXmp(new TextEncoder().encode(before)) === null) return null
  const found = outline(before)
  if (found === null) return null
  if (!hasWords(words) && !found.isOurs) return before
  // From the end, so that offsets before stay true.
  const cuts = [...found.cuts].sort((a, b) => b.start - a.start)
  let merged = before
  const at =
    found.end - cuts.filter(({ end }) => end <= found.end).reduce((sum, { start, end }) => sum + end - start, 0)
  for (const { start, end } of cuts) merged = merged.slice(0, start) + merged.slice(end)
  const whole = merged.slice(0, at) + block(words, othersOf(found), found.prefix, found.about) + merged.slice(at)
  return parseXmp(new TextEncoder().encode(whole)) === null ? null : whole
}

function hasWords({ caption, tags, isFavourite }: WordsForXmp): boolean {
  return caption !== null || tags.length > 0 || isFavourite
}

interface Range {
  readonly start: number
  readonly end: number
}

interface Outline {
  /** What is taken out: `dc:description`, `dc:subject`, and our whole description. */
  readonly cuts: readonly Range[]
  readonly descriptions: readonly string[]
  readonly subjects: readonly string[]
  readonly ourCaption: string | null
  readonly ourTags: readonly string[]
  readonly hasRating: boolean
  readonly isOurs: boolean
  /** Where `</rdf:RDF>` begins. */
  readonly end: number
  /** Of `rdf:RDF`. */
  readonly prefix: string
  /** What the first description is about, as it is written. */
  readonly about: string
}

interface Open {
  readonly name: string
  readonly start: number
  readonly attributes: string
  readonly namespaces: ReadonlyMap<string, string>
}

const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>|[^<]+/g

/** Finds by offset what a merge has to touch. Well-formed, since the packet was parsed before. null where it has no rdf:RDF. */
function outline(source: string): Outline | null {
  const stack: Open[] = []
  const cuts: (Range & { readonly name: string; readonly isInOurs: boolean })[] = []
  const whole: { name: string; text: string }[] = []
  let hasRating = false
  let end = -1
  let prefix = ''
  let about: string | null = null
  let isOurs = false
  let isAsAttribute = false

  const close = (open: Open, upTo: number): void => {
    const parent = stack.at(-1)
    const isProperty = parent?.name === `${rdf} Description` && stack.at(-2)?.name === `${rdf} RDF`
    if (open.name === `${rdf} RDF`) end = source.lastIndexOf('<', upTo - 1)
    if (open.name === `${rdf} Description` && parent?.name === `${rdf} RDF` && isOursAt(open)) {
      isOurs = true
      // With the white space that was written around it.
      const start = source[open.start - 1] === ' ' ? open.start - 1 : open.start
      const after = source.startsWith('\n ', upTo) ? upTo + 2 : upTo
      cuts.push({ start, end: after, name: open.name, isInOurs: false })
    } else if (isProperty) {
      const text = source.slice(open.start, upTo)
      const isInOurs = isOursAt(parent)
      whole.push({ name: open.name, text })
      if (open.name === `${xmp} Rating` && !isInOurs) hasRating = true
      if (open.name === `${dc} description` || open.name === `${dc} subject`)
        cuts.push({ start: open.start, end: upTo, name: open.name, isInOurs })
    }
  }
  for (const match of source.matchAll(token)) {
    const [text, closing, opening, rest = ''] = match as unknown as [string, string?, string?, string?]
    if (closing !== undefined) {
      const open = stack.pop()
      if (open !== undefined) close(open, match.index + text.length)
    } else if (opening !== undefined) {
      const namespaces = new Map(stack.at(-1)?.namespaces)
      for (const [, name = '', quoted = ''] of rest.matchAll(/xmlns:([^\s=]+)\s*=\s*("[^"]*"|'[^']*')/g))
        namespaces.set(name, quoted.slice(1, -1))
      const open = {
        name: expanded(opening, namespaces),
        start: match.index,
        attributes: rest,
        namespaces
      }
      if (open.name === `${rdf} RDF`) prefix = opening.slice(0, opening.indexOf(':'))
      if (open.name === `${rdf} Description` && stack.at(-1)?.name === `${rdf} RDF`) {
        const names = attributesOf(open)
        about ??= names.get(`${rdf} about`) ?? ''
        if (names.has(`${xmp} Rating`) && !isOursAt(open)) hasRating = true
        if (names.has(`${dc} description`) || names.has(`${dc} subject`)) isAsAttribute = true
      }
      if (rest.endsWith('/')) close(open, match.index + text.length)
      else stack.push(open)
    }
  }
  if (end < 0 || prefix === '' || isAsAttribute) return null
  const textsOf = (name: string): string[] => whole.filter(one => one.name === name).map(one => one.text)
  return {
    // What stands in our description goes with it.
    cuts: cuts.filter(({ isInOurs }) => !isInOurs),
    descriptions: textsOf(`${dc} description`),
    subjects: textsOf(`${dc} subject`),
    ourCaption: membersOf(textsOf(`${own} caption`))[0]?.text ?? null,
    ourTags: membersOf(textsOf(`${own} tags`)).map(({ text }) => text),
    ...{ hasRating, isOurs, end, prefix, about: about ?? '' }
  }
}

/** Our description is known by what it declares. */
function isOursAt({ attributes }: Open): boolean {
  return attributes.includes(`"${own}"`)
}

function expanded(tag: string, namespaces: ReadonlyMap<string, string>): string {
  const colon = tag.indexOf(':')
  return colon < 0 ? ` ${tag}` : `${namespaces.get(tag.slice(0, colon)) ?? ''} ${tag.slice(colon + 1)}`
}

/** Values as they are written. */
function attributesOf({ attributes, namespaces }: Open): ReadonlyMap<string, string> {
  return new Map(
    Array.from(attributes.matchAll(/([^\s=]+)\s*=\s*("[^"]*"|'[^']*')/g), ([, name = '', quoted = '']) => [
      expanded(name, namespaces),
      quoted.slice(1, -1)
    ])
  )
}

interface Member {
  readonly lang: string | null
  readonly text: string
}

/** The members of lists, or the text of simple values. Prefixes are those of any packet, so they are taken by local name. */
function membersOf(elements: readonly string[]): readonly Member[] {
  return elements.flatMap(source => {
    const root = parseXml(source.replace(/<(\/?)[^\s<>/:]+:/g, '<$1'))
    const list = root?.children.find(({ name }) => /^ (Alt|Bag|Seq)$/.test(name))
    if (root == null) return []
    if (list === undefined) return root.text.trim() === '' ? [] : [{ lang: null, text: root.text }]
    return list.children.map(({ attributes, text }) => ({
      lang: attributes.get('xml lang') ?? attributes.get(' lang') ?? null,
      text
    }))
  })
}

/** What others wrote into the two properties. */
interface Others {
  readonly description: string
  /** Descriptions in languages, beside the one for all. */
  readonly translations: readonly Member[]
  readonly tags: readonly string[]
  readonly hasRating: boolean
}

const nothing: Others = { description: '', translations: [], tags: [], hasRating: false }

function othersOf(found: Outline): Others {
  const members = membersOf(found.descriptions)
  const forAll = members.filter(({ lang }) => lang === null || lang === 'x-default').map(({ text }) => text)
  const tags = membersOf(found.subjects).map(({ text }) => text)
  const ours = new Set(found.ourTags.map(tag => tag.toLowerCase()))
  return {
    description: withoutOurs(forAll.filter(text => text.trim() !== '').join('\n\n'), found.ourCaption),
    translations: members.filter(({ lang }) => lang !== null && lang !== 'x-default'),
    tags: tags.filter(tag => !ours.has(tag.toLowerCase())),
    hasRating: found.hasRating
  }
}

/** What was there beside the caption that Reverie wrote last; all of it where somebody else has changed that. */
function withoutOurs(description: string, caption: string | null): string {
  if (caption === null) return description
  if (description === caption) return ''
  return description.startsWith(`${caption}\n\n`) ? description.slice(caption.length + 2) : description
}

/** One description with the two properties, and what of them is the person's. */
function block({ caption, tags, isFavourite }: WordsForXmp, others: Others, prefix: string, about: string): string {
  const name = (local: string): string => `${prefix}:${local}`
  const item = (text: string, lang: string | null = null): string =>
    `<${name('li')}${lang === null ? '' : ` xml:lang="${escaped(lang)}"`}>${escaped(text)}</${name('li')}>`
  const list = (property: string, kind: string, items: readonly string[]): string =>
    items.length === 0 ? '' : `   <${property}><${name(kind)}>${items.join('')}</${name(kind)}></${property}>\n`

  // What says the caption already is not said twice.
  const isSaid = caption !== null && !others.description.includes(caption)
  const description = [...(isSaid ? [caption] : []), ...(others.description === '' ? [] : [others.description])].join(
    '\n\n'
  )
  const known = new Set(others.tags.map(tag => tag.toLowerCase()))
  const added = tags.filter(tag => !known.has(tag.toLowerCase()))
  const lines = [
    list(
      'dc:description',
      'Alt',
      description === '' && others.translations.length === 0
        ? []
        : [
            ...(description === '' ? [] : [item(description, 'x-default')]),
            ...others.translations.map(({ text, lang }) => item(text, lang))
          ]
    ),
    list(
      'dc:subject',
      'Bag',
      [...others.tags, ...added].map(tag => item(tag))
    ),
    isFavourite && !others.hasRating ? '   <xmp:Rating>5</xmp:Rating>\n' : '',
    isSaid ? `   <reverie:caption>${escaped(caption)}</reverie:caption>\n` : '',
    list(
      'reverie:tags',
      'Bag',
      added.map(tag => item(tag))
    ),
    isFavourite ? '   <reverie:favourite>True</reverie:favourite>\n' : ''
  ].join('')
  return (
    ` <${name('Description')} ${name('about')}="${about}" xmlns:dc="${dc}" xmlns:xmp="${xmp}" xmlns:reverie="${own}">\n` +
    `${lines}  </${name('Description')}>\n `
  )
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** @see XMP specification part 1, 7.3.2 */
function newPacket(description: string): string {
  return (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Reverie">\n' +
    ` <rdf:RDF xmlns:rdf="${rdf}">\n ${description}</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>\n`
  )
}
