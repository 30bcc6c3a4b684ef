import type { NoteSource } from '../note-source.ts'
import { Refusal, type Deadline } from '../refusal.ts'
import { Gathered } from './gathered.ts'
import { propertiesIn } from './properties.ts'
import { readXml } from './xml-events.ts'

/** An outline: each line with its note. @see OPML 2.0, http://opml.org/spec2.opml */
export async function readOutline(bytes: Uint8Array, deadline: Deadline): Promise<NoteSource> {
  const gathered = new Gathered()
  const names = new Set<string>()
  await readXml(
    bytes,
    {
      open(name, attributes) {
        names.add(name)
        if (name !== 'outline') return
        gathered.add(attributes.get('text') ?? attributes.get('title') ?? '')
        gathered.add(attributes.get('_note') ?? '')
      }
    },
    deadline
  )
  if (!names.has('opml'))
    throw new Refusal('wrong-content', 'The name says that this is an outline, but its content is something else.')
  const said = await propertiesIn(bytes, ['title', 'dateCreated', 'dateModified'], deadline)
  return gathered.source({ title: said.first('title'), date: said.date('dateCreated', 'dateModified') })
}
