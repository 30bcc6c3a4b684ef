import { isRecord, recordsOf, textOf } from '../../metadata/json-record.ts'
import { readMarkdown } from '../markdown.ts'
import type { NoteSource } from '../note-source.ts'
import type { Deadline } from '../refusal.ts'
import { parseJson } from './json.ts'

/**
 * A canvas: its cards, the names of its groups and what stands at its arrows, from left to right; the files on it as what
 * it shows. It is called as its file is.
 * @see JSON Canvas 1.0, https://jsoncanvas.org/spec/1.0/
 */
export async function readCanvas(json: string, deadline: Deadline): Promise<NoteSource> {
  const canvas = parseJson(json, 'canvas')
  const { nodes, edges } = isRecord(canvas) ? canvas : {}
  const parts = recordsOf(nodes)
    .toSorted((a, b) => (numberOf(a.x) ?? 0) - (numberOf(b.x) ?? 0))
    .map(({ type, text, file, label }) => {
      if (type === 'file') return typeof file === 'string' ? `![[${file}]]` : ''
      return textOf(type === 'group' ? label : text) ?? ''
    })
  const read = await readMarkdown(
    [...parts, ...recordsOf(edges).map(({ label }) => textOf(label) ?? '')].join('\n\n'),
    deadline
  )
  return { ...read, title: null }
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
