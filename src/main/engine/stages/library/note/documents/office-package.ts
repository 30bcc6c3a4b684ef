import { posix } from 'node:path'
import { tagsOf } from '../front-matter.ts'
import { Refusal, type Deadline } from '../refusal.ts'
import { readZip } from '../zip.ts'
import type { SaidOfDocument } from './gathered.ts'
import { propertiesIn } from './properties.ts'
import { readXml } from './xml-events.ts'

/** The XML parts of a presentation or a spreadsheet, by name. @throws Refusal corrupt when it has none of the folder */
export function partsOf(bytes: Uint8Array, folder: string, maxInflatedBytes: number): ReadonlyMap<string, Uint8Array> {
  const files = readZip(bytes, name => /\.(?:xml|rels)$/i.test(name), maxInflatedBytes)
  if (![...files.keys()].some(name => name.startsWith(`${folder}/`)))
    throw new Refusal('corrupt', 'This document is damaged: the parts that hold its text are missing.')
  return files
}

/** Parts that another one names, by the number that it gives them: `rId3` → `ppt/slides/slide1.xml`. */
export async function relationsOf(
  files: ReadonlyMap<string, Uint8Array>,
  part: string,
  deadline: Deadline
): Promise<ReadonlyMap<string, { readonly type: string; readonly part: string }>> {
  const folder = posix.dirname(part)
  const found = new Map<string, { type: string; part: string }>()
  await readXml(
    files.get(`${folder}/_rels/${posix.basename(part)}.rels`),
    {
      open(name, attributes) {
        const [id, target, type = ''] = [attributes.get('Id'), attributes.get('Target'), attributes.get('Type')]
        if (name !== 'Relationship' || id === undefined || target === undefined) return
        const at = target.startsWith('/') ? target.slice(1) : posix.normalize(`${folder}/${target}`)
        found.set(id, { type: type.slice(type.lastIndexOf('/') + 1), part: at })
      }
    },
    deadline
  )
  return found
}

/** Title, date and keywords of the core properties (ECMA-376, part 2, chapter 11). */
export async function coreProperties(
  files: ReadonlyMap<string, Uint8Array>,
  deadline: Deadline
): Promise<SaidOfDocument> {
  const names = ['title', 'created', 'modified', 'keywords']
  const said = await propertiesIn(files.get('docProps/core.xml'), names, deadline)
  const keywords = said.first('keywords') ?? ''
  return {
    title: said.first('title'),
    date: said.date('created', 'modified'),
    tags: tagsOf([{ text: keywords.replaceAll(';', ',') }])
  }
}
