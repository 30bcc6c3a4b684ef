import { readMarkdown } from '../markdown.ts'
import type { NoteSource } from '../note-source.ts'
import { Refusal, type Deadline } from '../refusal.ts'

/**
 * A Jupyter notebook, read as the Markdown that it is: cells of prose as they are, cells of code as blocks of code. What the
 * code printed is left out.
 * @see https://nbformat.readthedocs.io, format 4; cells of format 3 lie in worksheets
 */
export async function readNotebook(json: string, deadline: Deadline): Promise<NoteSource> {
  const notebook = parse(json)
  const worksheets = listOf(notebook.worksheets).flatMap(sheet => listOf(fieldsOf(sheet).cells))
  const parts = [...listOf(notebook.cells), ...worksheets].map(cell => {
    const { cell_type: type, source, input, level } = fieldsOf(cell)
    const text = textOf(source ?? input)
    if (type === 'markdown' || type === 'raw') return text
    if (type === 'heading') return `${'#'.repeat(Math.min(Math.max(Number(level) || 1, 1), 6))} ${text}`
    return text.trim() === '' ? '' : `~~~~\n${text}\n~~~~`
  })
  const read = await readMarkdown(parts.join('\n\n'), deadline)
  const { title } = fieldsOf(notebook.metadata)
  return typeof title === 'string' && read.title === null ? { ...read, title } : read
}

function parse(json: string): Readonly<Record<string, unknown>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    throw new Refusal('corrupt', 'This notebook is damaged: it is not valid JSON.')
  }
  const fields = fieldsOf(parsed)
  if (!Array.isArray(fields.cells) && !Array.isArray(fields.worksheets))
    throw new Refusal('wrong-content', 'The name says that this is a notebook, but it has no cells.')
  return fields
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A text, or its lines with their ends. */
function textOf(source: unknown): string {
  return typeof source === 'string'
    ? source
    : listOf(source)
        .filter(line => typeof line === 'string')
        .join('')
}
