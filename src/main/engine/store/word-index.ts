import type { ItemId } from '../base/domain.ts'
import type { Connection } from './connection.ts'
import { createRowTexts, headPart, type Field } from './row-texts.ts'
import { indexed, indexedName } from './word-terms.ts'

/** Writes the word index from the tables that hold the texts. Deleting an item or its folder needs no call: a trigger does it. */
export interface WordIndex {
  /** After the texts of a row were written: a passage, or the head. */
  write(itemId: ItemId, part: number): void
  /** After a rename. */
  replaceHead(itemId: ItemId): void
  remove(itemId: ItemId, part: number): void
  removeAll(itemId: ItemId): void
  /** A row as it is, from its texts. */
  rewrite(row: { readonly word_id: number; readonly item_id: ItemId; readonly part: number }): void
}

export function createWordIndex(connection: Connection): WordIndex {
  const rowTexts = createRowTexts(connection)
  const removeAll = connection.prepare<[ItemId]>('DELETE FROM word_row WHERE item_id = ?')
  const removeOne = connection.prepare<[ItemId, number]>('DELETE FROM word_row WHERE item_id = ? AND part = ?')
  const addRow = connection.prepare<[ItemId, number]>('INSERT INTO word_row (item_id, part) VALUES (?, ?)')
  const addWords = connection.prepare<[Record<'id', number> & Record<Field, string>]>(
    `INSERT INTO word_index (rowid, title, name, description, keywords, text)
     VALUES (@id, @title, @name, @description, @keywords, @text)`
  )

  const removeWords = connection.prepare<[number]>('DELETE FROM word_index WHERE rowid = ?')

  function add(itemId: ItemId, part: number): void {
    fill(addRow.run(itemId, part).rowid, itemId, part)
  }

  function fill(id: number, itemId: ItemId, part: number): void {
    const columns = { id, title: '', name: '', description: '', keywords: '', text: '' }
    for (const { field, text } of rowTexts(itemId, part))
      columns[field] = field === 'name' ? indexedName(text) : indexed(text)
    addWords.run(columns)
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
    removeAll: itemId => void removeAll.run(itemId),
    rewrite({ word_id: id, item_id: itemId, part }) {
      removeWords.run(id)
      fill(id, itemId, part)
    }
  }
}
