import type { OwnWords } from '../../../shared/items.ts'
import type { ItemId, ItemKind } from '../base/domain.ts'
import { photoTexts } from '../base/photo-texts.ts'
import type { Connection } from './connection.ts'
import { createForgetting } from './embeddings.ts'
import { createFollowing } from './following.ts'
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
  carried_from: string | null
}

const columns = 'content_hash, caption, added_tags, removed_tags, is_favourite, said_ms, carried_from'

/** @param onChange  called before a change is committed */
export function createOwnWords(connection: Connection, onChange: () => void): OwnWordRows {
  const get = connection.prepare<[string], Row>(`SELECT ${columns} FROM own_words WHERE content_hash = ?`)
  const all = connection.prepare<[], Row>(`SELECT ${columns} FROM own_words ORDER BY said_ms DESC, content_hash`)
  const set = connection.prepare<[Row]>(
    `INSERT OR REPLACE INTO own_words (${columns})
     VALUES (@content_hash, @caption, @added_tags, @removed_tags, @is_favourite, @said_ms, @carried_from)`
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
  const following = createFollowing(connection, onChange)
  // What its file was when it was said before has no say any more, unless another file is that still.
  const supersede = connection.prepare<[string]>(
    `DELETE FROM own_words WHERE content_hash = (SELECT carried_from FROM own_words WHERE content_hash = ?)
       AND NOT EXISTS (SELECT 1 FROM item WHERE item.content_hash = own_words.content_hash)`
  )

  const save = ({ contentHash, ...words }: KeptWords): void => {
    if (isNothing(words)) remove.run(contentHash)
    else
      set.run({
        content_hash: contentHash,
        caption: words.caption ?? '',
        added_tags: JSON.stringify(words.addedTags),
        removed_tags: JSON.stringify(words.removedTags),
        is_favourite: words.isFavourite ? 1 : 0,
        said_ms: words.saidMs,
        carried_from: words.carriedFrom
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
        supersede.run(contentHash)
        save({ contentHash, ...words, saidMs: nowMs, carriedFrom: null })
        return itemsWith.all(contentHash).filter(itemId => merging.settle(itemId))
      }),
    after(item, contentHash) {
      const [now, before] = [contentHash, item.contentHash].map(hash => (hash === null ? undefined : get.get(hash)))
      const row = now ?? (following.isFollowed(item.itemId, contentHash) ? before : undefined)
      return row && wordsOf(row)
    },
    kept: () =>
      all.all().map(row => ({
        contentHash: row.content_hash,
        ...wordsOf(row),
        saidMs: row.said_ms,
        carriedFrom: row.carried_from
      })),
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
