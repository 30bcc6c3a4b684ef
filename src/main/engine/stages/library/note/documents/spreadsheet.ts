import type { PackageLimits } from '../limits.ts'
import type { NoteSource } from '../note-source.ts'
import type { Deadline } from '../refusal.ts'
import { Gathered } from './gathered.ts'
import { coreProperties, partsOf, relationsOf } from './office-package.ts'
import { readXml, type XmlHandlers } from './xml-events.ts'

/**
 * An Excel workbook: the names of its sheets as headings, and a paragraph for each row with the values that it shows; the
 * comments at the end. Formulas are left out.
 * @see ECMA-376, part 1, chapter 18
 */
export async function readSpreadsheet(
  bytes: Uint8Array,
  limits: PackageLimits,
  deadline: Deadline
): Promise<NoteSource> {
  const files = partsOf(bytes, 'xl', limits.maxInflatedBytes)
  const strings = new StringsReader()
  await readXml(files.get('xl/sharedStrings.xml'), strings, deadline)
  const gathered = new Gathered()
  for (const { name, part } of await sheetsOf(files, deadline)) {
    const xml = files.get(part)
    if (xml === undefined) continue
    gathered.add(name, 2)
    await readXml(xml, new RowReader(strings.found, row => gathered.add(row)), deadline)
  }
  for (const [name, xml] of files)
    if (/^xl\/(?:comments\d*|(?:comments|threadedComments)\/[^/]+)\.xml$/.test(name)) {
      const comments = new StringsReader(['text'])
      await readXml(xml, comments, deadline)
      for (const comment of comments.found) gathered.add(comment)
    }
  return gathered.source(await coreProperties(files, deadline))
}

async function sheetsOf(
  files: ReadonlyMap<string, Uint8Array>,
  deadline: Deadline
): Promise<{ readonly name: string; readonly part: string }[]> {
  const relations = await relationsOf(files, 'xl/workbook.xml', deadline)
  const sheets: { name: string; part: string }[] = []
  await readXml(
    files.get('xl/workbook.xml'),
    {
      open(name, attributes) {
        const part = relations.get(attributes.get('id') ?? '')?.part
        if (name === 'sheet' && part !== undefined) sheets.push({ name: attributes.get('name') ?? '', part })
      }
    },
    deadline
  )
  if (sheets.length > 0) return sheets
  return [...files.keys()].filter(name => /^xl\/worksheets\/[^/]+\.xml$/.test(name)).map(part => ({ name: '', part }))
}

/** Whole texts, which a workbook may keep in pieces of one formatting each. Readings of Japanese words are left out. */
class StringsReader implements XmlHandlers {
  readonly found: string[] = []
  readonly #names: readonly string[]
  #text = ''
  #isPhonetic = false
  #isText = false

  constructor(names: readonly string[] = ['si']) {
    this.#names = names
  }

  open(name: string): void {
    if (this.#names.includes(name)) this.#text = ''
    if (name === 'rPh') this.#isPhonetic = true
    this.#isText = name === 't' || this.#names.includes(name)
  }

  text(text: string): void {
    if (this.#isText && !this.#isPhonetic) this.#text += text
  }

  close(name: string): void {
    this.#isText = false
    if (name === 'rPh') this.#isPhonetic = false
    if (this.#names.includes(name)) this.found.push(this.#text)
  }
}

class RowReader implements XmlHandlers {
  readonly #strings: readonly string[]
  readonly #add: (row: string) => void
  #row: string[] = []
  #type = 'n'
  #value: string | null = null

  constructor(strings: readonly string[], add: (row: string) => void) {
    this.#strings = strings
    this.#add = add
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    if (name === 'c') this.#type = attributes.get('t') ?? 'n'
    if (name === 'v' || name === 't') this.#value ??= ''
  }

  text(text: string): void {
    if (this.#value !== null) this.#value += text
  }

  close(name: string): void {
    if (name === 'v' || name === 't') {
      const value = this.#value ?? ''
      this.#value = null
      if (this.#type === 's') this.#row.push(this.#strings[Number(value)] ?? '')
      else if (this.#type !== 'b' && this.#type !== 'e') this.#row.push(value)
    } else if (name === 'row') {
      this.#add(this.#row.filter(cell => cell.trim() !== '').join(', '))
      this.#row = []
    }
  }
}
