import type { NoteInline } from '../../../shared/notes.ts'

/** The words of a line, without what they are set in. */
export function textOf(line: readonly NoteInline[]): string {
  return line
    .map(part => {
      if ('children' in part) return textOf(part.children)
      if (part.kind === 'break') return ' '
      return part.kind === 'picture' ? '' : part.text
    })
    .join('')
}
