import { parseDate } from '../dates.ts'
import type { NoteSource } from '../note-source.ts'
import { Refusal, type Deadline } from '../refusal.ts'
import { Gathered } from './gathered.ts'
import { readXml, textsIn } from './xml-events.ts'

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
  const values = await textsIn(bytes, ['title', 'dateCreated', 'dateModified'], deadline)
  const first = (name: string): string | null => values.find(value => value.name === name)?.text ?? null
  const written = first('dateCreated') ?? first('dateModified')
  return gathered.source({ title: first('title'), date: written === null ? null : parseDate(written, 'document') })
}
