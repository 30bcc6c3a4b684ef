import { isRecord, recordsOf } from '../../metadata/json-record.ts'
import { readMarkdown } from '../markdown.ts'
import type { NoteSource } from '../note-source.ts'
import { Refusal, type Deadline } from '../refusal.ts'
import { parseJson } from './json.ts'

/**
 * A Jupyter notebook, read as the Markdown that it is: cells of prose as they are, cells of code as blocks of code. What the
 * code printed is left out.
 * @see https://nbformat.readthedocs.io, format 4; cells of format 3 lie in worksheets
 */
export async function readNotebook(json: string, deadline: Deadline): Promise<NoteSource> {
  const notebook = parse(json)
  const worksheets = recordsOf(notebook.worksheets).flatMap(({ cells }) => recordsOf(cells))
  const parts = [...recordsOf(notebook.cells), ...worksheets].map(({ cell_type: type, source, input, level }) => {
    const text = joined(source ?? input)
    if (type === 'markdown' || type === 'raw') return text
    if (type === 'heading') return `${'#'.repeat(Math.min(Math.max(Number(level) || 1, 1), 6))} ${text}`
    return text.trim() === '' ? '' : `~~~~\n${text}\n~~~~`
  })
  const read = await readMarkdown(parts.join('\n\n'), deadline)
  const { title } = isRecord(notebook.metadata) ? notebook.metadata : {}
  return typeof title === 'string' && read.title === null ? { ...read, title } : read
}

function parse(json: string): Readonly<Record<string, unknown>> {
  const notebook = parseJson(json, 'notebook')
  if (!isRecord(notebook) || !(Array.isArray(notebook.cells) || Array.isArray(notebook.worksheets)))
    throw new Refusal('wrong-content', 'The name says that this is a notebook, but it has no cells.')
  return notebook
}

/** A text, or its lines with their ends. */
function joined(source: unknown): string {
  if (typeof source === 'string') return source
  return Array.isArray(source) ? source.filter(line => typeof line === 'string').join('') : ''
}
