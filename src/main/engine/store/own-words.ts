import type { OwnWords } from '../../../shared/items.ts'
import type { ItemId, ItemKind } from '../base/domain.ts'
import { photoTexts } from '../base/photo-texts.ts'
import type { Connection } from './connection.ts'
import { createForgetting } from './embeddings.ts'
import { fold } from './paths.ts'
import type { KeptWords, OwnWordRows } from './store.ts'
import { createWordIndex } from './word-index.ts'

interface Row {
  content_hash: string
  caption: string
  added_tags: string
  removed_tags: string
  is_favourite: 0 | 1
  said_ms: number
}

const columns = 'content_hash, caption, added_tags, removed_tags, is_favourite, said_ms'

/** @param onChange  called before a change is committed */
export function createOwnWords(connection: Connection, onChange: () => void): OwnWordRows {
  const get = connection.prepare<[string], Row>(`SELECT ${columns} FROM own_words WHERE content_hash = ?`)
  const all = connection.prepare<[], Row>(`SELECT ${columns} FROM own_words ORDER BY said_ms DESC, content_hash`)
  const set = connection.prepare<[Row]>(
    `INSERT OR REPLACE INTO own_words (${columns})
     VALUES (@content_hash, @caption, @added_tags, @removed_tags, @is_favourite, @said_ms)`
  )
  const remove = connection.prepare<[string]>('DELETE FROM own_words WHERE content_hash = ?')
  const itemsWith = connection.prepareValue<[string], ItemId>(
    'SELECT item_id FROM item WHERE content_hash = ? AND is_searchable = 1 ORDER BY item_id'
  )
  const fileTags = connection.prepareValue<[string], string>(
    `SELECT value FROM item, json_each(coalesce(file_tags,
       (SELECT json_group_array(name ORDER BY position) FROM tag WHERE tag.item_id = item.item_id)))
     WHERE content_hash = ? AND is_searchable = 1 ORDER BY item_id, key`
  )
  const merging = createMerging(connection)

  const save = ({ contentHash, ...words }: KeptWords): void => {
    if (isNothing(words)) remove.run(contentHash)
    else
      set.run({
        content_hash: contentHash,
        caption: words.caption ?? '',
        added_tags: JSON.stringify(words.addedTags),
        removed_tags: JSON.stringify(words.removedTags),
        is_favourite: words.isFavourite ? 1 : 0,
        said_ms: words.saidMs
      })
  }
  const change = connection.changing(onChange)

  return {
    get(contentHash) {
      const row = get.get(contentHash)
      return row && wordsOf(row)
    },
    set: (contentHash, words, nowMs) =>
      change(() => {
        save({ contentHash, ...words, saidMs: nowMs })
        return itemsWith.all(contentHash).filter(itemId => merging.settle(itemId))
      }),
    kept: () => all.all().map(row => ({ contentHash: row.content_hash, ...wordsOf(row), saidMs: row.said_ms })),
    keep: words =>
      change(() => {
        for (const one of words) save(one)
      }),
    fileTags: contentHash => fileTags.all(contentHash)
  }
}

function isNothing({ caption, addedTags, removedTags, isFavourite }: OwnWords): boolean {
  return caption === null && addedTags.length === 0 && removedTags.length === 0 && !isFavourite
}

function wordsOf(row: Row): OwnWords {
  return {
    caption: row.caption === '' ? null : row.caption,
    addedTags: JSON.parse(row.added_tags) as string[],
    removedTags: JSON.parse(row.removed_tags) as string[],
    isFavourite: row.is_favourite === 1
  }
}

interface ToMerge {
  kind: ItemKind
  title: string | null
  description: string | null
  file_tags: string | null
  tags: string
  caption: string | null
  added_tags: string | null
  removed_tags: string | null
}

/** Puts the words of a file and those of the person together in the tables of what is found. */
export function createMerging(connection: Connection): {
  /** After the file's own were written, and before the word index is. */
  merge(itemId: ItemId): void
  /** After something else was said: merges, brings the word index up to date and forgets embeddings of other texts. @returns whether there is a text to encode, or one less */
  settle(itemId: ItemId): boolean
} {
  const read = connection.prepare<[ItemId], ToMerge>(
    `SELECT kind, title, description, file_tags, nullif(caption, '') AS caption, added_tags, removed_tags,
       (SELECT json_group_array(name ORDER BY position) FROM tag WHERE tag.item_id = item.item_id) AS tags
     FROM item LEFT JOIN photo USING (item_id) LEFT JOIN own_words USING (content_hash) WHERE item.item_id = ?`
  )
  const clearTags = connection.prepare<[ItemId]>('DELETE FROM tag WHERE item_id = ?')
  const saveTag = connection.prepare<[ItemId, number, string, string]>(
    'INSERT INTO tag (item_id, position, name, folded) VALUES (?, ?, ?, ?)'
  )
  const keepFileTags = connection.prepare<[string | null, ItemId]>('UPDATE item SET file_tags = ? WHERE item_id = ?')
  const texts = connection.prepare<[ItemId], { part: number; text: string }>(
    'SELECT part, text FROM photo_text WHERE item_id = ? ORDER BY part'
  )
  const clearTexts = connection.prepare<[ItemId]>('DELETE FROM photo_text WHERE item_id = ?')
  const saveText = connection.prepare<[ItemId, number, string]>(
    'INSERT INTO photo_text (item_id, part, text) VALUES (?, ?, ?)'
  )
  const words = createWordIndex(connection)
  const forgetting = createForgetting(connection)

  function merge(itemId: ItemId): void {
    const row = read.get(itemId)
    if (row === undefined) return
    const now = JSON.parse(row.tags) as string[]
    const ofFile = row.file_tags === null ? now : (JSON.parse(row.file_tags) as string[])
    const merged = mergedTags(ofFile, {
      addedTags: JSON.parse(row.added_tags ?? '[]') as string[],
      removedTags: JSON.parse(row.removed_tags ?? '[]') as string[]
    })
    if (!isSame(merged, now)) {
      clearTags.run(itemId)
      merged.forEach((tag, position) => saveTag.run(itemId, position, tag, fold(tag)))
    }
    const kept = isSame(merged, ofFile) ? null : JSON.stringify(ofFile)
    if (kept !== row.file_tags) keepFileTags.run(kept, itemId)
    if (row.kind !== 'photo') return
    clearTexts.run(itemId)
    for (const { part, text } of photoTexts({ ...row, keywords: merged })) saveText.run(itemId, part, text)
  }

  return {
    merge,
    settle(itemId) {
      const before = texts.all(itemId)
      merge(itemId)
      words.replaceHead(itemId)
      const after = new Map(texts.all(itemId).map(({ part, text }) => [part, text]))
      const stale = before.filter(({ part, text }) => after.get(part) !== text)
      for (const { part } of stale) forgetting.part(itemId, part)
      const known = new Map(before.map(({ part, text }) => [part, text]))
      // A new text was encoded by no model yet; whoever saves its embedding says so again.
      const isNew = [...after].some(([part, text]) => known.get(part) !== text)
      if (isNew) forgetting.models(itemId)
      return isNew || stale.length > 0
    }
  }
}

/** The file's tags without those that were taken out, then the person's own; each once, whatever its case. */
export function mergedTags(
  ofFile: readonly string[],
  own: Pick<OwnWords, 'addedTags' | 'removedTags'>
): readonly string[] {
  if (own.addedTags.length + own.removedTags.length === 0) return ofFile
  const removed = new Set(own.removedTags.map(fold))
  const kept = ofFile.filter(tag => !removed.has(fold(tag)))
  const known = new Set(kept.map(fold))
  return [...kept, ...own.addedTags.filter(tag => !known.has(fold(tag)))]
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i])
}

/**
 * What was said of a content goes on to the content that takes its place in a file: a photo that was edited, a note that was
 * written on. The first content keeps it too, for when it is there again; that of a note only while another file has it, since a
 * note has a new content each time it is saved.
 *
 * @param onChange  called before a change is committed
 */
export function createFollowing(
  connection: Connection,
  onChange: () => void
): (before: { readonly contentHash: string | null; readonly kind: ItemKind }, after: string | null) => void {
  const copies = [
    `INSERT OR IGNORE INTO own_words (${columns})
     SELECT @after, caption, added_tags, removed_tags, is_favourite, said_ms FROM own_words WHERE content_hash = @before`,
    `INSERT OR IGNORE INTO hit_verdict (question, content_hash, text, verdict, said_ms)
     SELECT question, @after, text, verdict, said_ms FROM hit_verdict WHERE content_hash = @before`
  ].map(sql => connection.prepare<[{ before: string; after: string }]>(sql))
  // The item itself still has its first content.
  const isShared = connection.prepareValue<[string], 1>('SELECT 1 FROM item WHERE content_hash = ? LIMIT 1 OFFSET 1')
  const removals = ['own_words', 'hit_verdict'].map(table =>
    connection.prepare<[string]>(`DELETE FROM ${table} WHERE content_hash = ?`)
  )
  return ({ contentHash: before, kind }, after) => {
    if (before === null || after === null || before === after) return
    const copied = copies.reduce((sum, copy) => sum + copy.run({ before, after }).changes, 0)
    if (copied === 0) return
    connection.beforeCommit(onChange)
    if (kind === 'note' && isShared.get(before) === undefined) for (const removal of removals) removal.run(before)
  }
}
