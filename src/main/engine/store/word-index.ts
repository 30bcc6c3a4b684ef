import type { ItemId } from '../base/domain.ts'
import type { Connection } from './connection.ts'
import { createRowTexts, headPart, type Field } from './row-texts.ts'
import { indexed, indexedName } from './word-terms.ts'

/** Writes the word index from the tables that hold the texts. Deleting an item or its folder needs no call: a trigger does it. */
export interface WordIndex {
  /** After the texts of a row were written: a passage, or the head. The row is a new one, with a word_id of its own. */
  write(itemId: ItemId, part: number): void
  /** After a rename. */
  replaceHead(itemId: ItemId): void
  remove(itemId: ItemId, part: number): void
  removeAll(itemId: ItemId): void
}

/** The texts of a row as the index sees them. */
export function createIndexedColumns(connection: Connection): (itemId: ItemId, part: number) => Record<Field, string> {
  const rowTexts = createRowTexts(connection)
  return (itemId, part) => {
    const columns = { title: '', name: '', description: '', keywords: '', text: '' }
    for (const { field, text } of rowTexts(itemId, part))
      columns[field] = field === 'name' ? indexedName(text) : indexed(text)
    return columns
  }
}

export function createWordIndex(connection: Connection): WordIndex {
  const columnsOf = createIndexedColumns(connection)
  const removeAll = connection.prepare<[ItemId]>('DELETE FROM word_row WHERE item_id = ?')
  const removeOne = connection.prepare<[ItemId, number]>('DELETE FROM word_row WHERE item_id = ? AND part = ?')
  const addRow = connection.prepare<[ItemId, number]>('INSERT INTO word_row (item_id, part) VALUES (?, ?)')
  const addWords = connection.prepare<[Record<'id', number> & Record<Field, string>]>(
    `INSERT INTO word_index (rowid, title, name, description, keywords, text)
     VALUES (@id, @title, @name, @description, @keywords, @text)`
  )

  function add(itemId: ItemId, part: number): void {
    addWords.run({ ...columnsOf(itemId, part), id: addRow.run(itemId, part).rowid })
  }

  return {
    write(itemId, part) {
      removeOne.run(itemId, part)
      add(itemId, part)
    },
    replaceHead(itemId) {
      // Nothing to replace in an item that is not searchable.
      if (removeOne.run(itemId, headPart).changes > 0) add(itemId, headPart)
    },
    remove: (itemId, part) => void removeOne.run(itemId, part),
    removeAll: itemId => void removeAll.run(itemId)
  }
}
