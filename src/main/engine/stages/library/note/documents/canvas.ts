import { readMarkdown } from '../markdown.ts'
import type { NoteSource } from '../note-source.ts'
import { Refusal, type Deadline } from '../refusal.ts'

/**
 * A canvas: its cards, the names of its groups and what stands at its arrows, from left to right; the files on it as what
 * it shows. It is called as its file is.
 * @see JSON Canvas 1.0, https://jsoncanvas.org/spec/1.0/
 */
export async function readCanvas(json: string, deadline: Deadline): Promise<NoteSource> {
  const { nodes, edges } = parse(json)
  const parts = nodes
    .toSorted((a, b) => (numberOf(a.x) ?? 0) - (numberOf(b.x) ?? 0))
    .map(({ type, text, file, label }) => {
      if (type === 'file') return typeof file === 'string' ? `![[${file}]]` : ''
      return textOf(type === 'group' ? label : text)
    })
  const read = await readMarkdown([...parts, ...edges.map(({ label }) => textOf(label))].join('\n\n'), deadline)
  return { ...read, title: null }
}

type Fields = Readonly<Record<string, unknown>>

function parse(json: string): { readonly nodes: readonly Fields[]; readonly edges: readonly Fields[] } {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    throw new Refusal('corrupt', 'This canvas is damaged: it is not valid JSON.')
  }
  const { nodes, edges } = isFields(parsed) ? parsed : {}
  const list = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : [])
  return { nodes: list(nodes), edges: list(edges) }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
