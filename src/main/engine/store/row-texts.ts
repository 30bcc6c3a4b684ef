import type { ItemId, WordEvidence } from '../base/domain.ts'
import type { Connection } from './connection.ts'

export type Field = WordEvidence['fields'][number]['field']

/** A row of the word index as people read it, in NFC. */
export type RowTexts = readonly { readonly field: Field; readonly text: string }[]

/** The part of the row that holds title, file name, description and keywords. */
export const headPart = -1

const keywordSeparator = ', '

/** Reads the texts of a row of the word index from the tables that hold them; only those that are not empty. */
export function createRowTexts(connection: Connection): (itemId: ItemId, part: number) => RowTexts {
  const head = connection.prepare<
    [ItemId],
    { path: string; title: string | null; description: string | null; caption: string | null; keywords: string | null }
  >(
    `SELECT path, title, description, caption,
       (SELECT group_concat(name, '${keywordSeparator}' ORDER BY position) FROM tag WHERE tag.item_id = item.item_id) AS keywords
     FROM item LEFT JOIN photo USING (item_id) LEFT JOIN own_words USING (content_hash) WHERE item.item_id = ?`
  )
  const passage = connection.prepareValue<[ItemId, number], string>(
    'SELECT text FROM passage WHERE item_id = ? AND part = ?'
  )
  return (itemId, part) => {
    if (part !== headPart) return texts({ text: passage.get(itemId, part) })
    const row = head.get(itemId)
    return row === undefined
      ? []
      : texts({
          title: row.title,
          name: row.path,
          description: describing(row.caption ?? '', row.description ?? ''),
          keywords: row.keywords
        })
  }
}

/** The person's own caption before what the file says, unless that says it already. */
function describing(caption: string, description: string): string {
  if (caption === '' || description.includes(caption)) return description
  return description === '' ? caption : `${caption}\n\n${description}`
}

function texts(fields: Partial<Record<Field, string | null | undefined>>): RowTexts {
  return Object.entries(fields)
    .filter((entry): entry is [Field, string] => typeof entry[1] === 'string' && entry[1] !== '')
    .map(([field, text]) => ({ field, text: text.normalize('NFC') }))
}
