import type { PackageLimits } from '../limits.ts'
import type { NoteSource } from '../note-source.ts'
import type { Deadline } from '../refusal.ts'
import { Gathered } from './gathered.ts'
import { coreProperties, partsOf, relationsOf } from './office-package.ts'
import { readXml, type XmlHandlers } from './xml-events.ts'

/** Numbers, dates and footers that stand on every slide. */
const furniture = new Set(['sldNum', 'dt', 'ftr', 'hdr', 'sldImg'])

/**
 * A PowerPoint presentation: the slides in their order with their titles as headings, texts of shapes, tables, diagrams and
 * pictures, and the speaker's notes below each.
 * @see ECMA-376, part 1, chapter 19
 */
export async function readPresentation(
  bytes: Uint8Array,
  limits: PackageLimits,
  deadline: Deadline
): Promise<NoteSource> {
  const files = partsOf(bytes, 'ppt', limits.maxInflatedBytes)
  const gathered = new Gathered()
  const read = async (part: string | undefined): Promise<void> => {
    const xml = part === undefined ? undefined : files.get(part)
    if (xml !== undefined) await readXml(xml, new SlideReader(gathered), deadline)
  }
  for (const slide of await slidesOf(files, deadline)) {
    await read(slide)
    const related = [...(await relationsOf(files, slide, deadline)).values()]
    for (const { type, part } of related) if (/^(?:notesSlide|diagramData|comments)$/.test(type)) await read(part)
  }
  return gathered.source(await coreProperties(files, deadline))
}

/** As the presentation lists them; by their numbers where it lists none. */
async function slidesOf(files: ReadonlyMap<string, Uint8Array>, deadline: Deadline): Promise<string[]> {
  const relations = await relationsOf(files, 'ppt/presentation.xml', deadline)
  const listed: string[] = []
  await readXml(
    files.get('ppt/presentation.xml'),
    {
      open(name, attributes) {
        // Two attributes are called `id` but for their prefix; the relation's is the one that is known.
        const part = name === 'sldId' ? [...attributes.values()].map(id => relations.get(id)?.part) : []
        listed.push(...part.filter(found => found !== undefined))
      }
    },
    deadline
  )
  if (listed.length > 0) return listed
  const numberOf = (name: string): number => Number(/(\d+)\.xml$/.exec(name)?.[1])
  return [...files.keys()]
    .filter(name => /^ppt\/slides\/slide\d+\.xml$/.test(name))
    .sort((a, b) => numberOf(a) - numberOf(b))
}

class SlideReader implements XmlHandlers {
  readonly #gathered: Gathered
  #shape: { kind: 'title' | 'furniture' | 'other' } = { kind: 'other' }
  #paragraph = ''
  #isText = false

  constructor(gathered: Gathered) {
    this.#gathered = gathered
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    if (name === 'sp') this.#shape = { kind: 'other' }
    else if (name === 'ph') {
      const type = attributes.get('type') ?? ''
      this.#shape.kind = /^(?:ctrT|t)itle$/.test(type) ? 'title' : furniture.has(type) ? 'furniture' : 'other'
    } else if (name === 'cNvPr') this.#gathered.add(attributes.get('descr') ?? '')
    else if (name === 't' || name === 'text') this.#isText = true
    else if (name === 'br' || name === 'tab') this.#paragraph += ' '
  }

  text(text: string): void {
    if (this.#isText) this.#paragraph += text
  }

  close(name: string): void {
    if (name === 't' || name === 'text') this.#isText = false
    if (name === 'sp') this.#shape = { kind: 'other' }
    // Comments of older versions are one text each, without paragraphs.
    if (name !== 'p' && name !== 'text') return
    if (this.#shape.kind !== 'furniture') this.#gathered.add(this.#paragraph, this.#shape.kind === 'title' ? 2 : 0)
    this.#paragraph = ''
  }
}
