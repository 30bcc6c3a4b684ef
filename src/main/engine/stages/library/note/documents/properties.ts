import type { ItemDate } from '../../../../base/domain.ts'
import { parseDate } from '../dates.ts'
import type { Deadline } from '../refusal.ts'
import { textsIn } from './xml-events.ts'

/** What a document says of itself, by the names of its elements. */
export interface Properties {
  all(name: string): readonly string[]
  /** Of the first of these names that the document has. */
  first(...names: readonly string[]): string | null
  date(...names: readonly string[]): ItemDate | null
}

/** @param part  XML with these elements; undefined where the document has no such part */
export async function propertiesIn(
  part: Uint8Array | undefined,
  names: readonly string[],
  deadline: Deadline
): Promise<Properties> {
  const values = await textsIn(part, names, deadline)
  const all = (name: string): string[] => values.filter(value => value.name === name).map(({ text }) => text)
  const first = (...wanted: readonly string[]): string | null => wanted.flatMap(all)[0] ?? null
  return {
    all,
    first,
    date(...wanted) {
      const written = first(...wanted)
      return written === null ? null : parseDate(written, 'document')
    }
  }
}
