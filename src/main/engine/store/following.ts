import type { ItemId } from '../base/domain.ts'
import type { Connection } from './connection.ts'

/** Own words and verdicts on answers go on to the content that takes the place of theirs. */
export interface Following {
  /** Before the item's new content is written. @param after  null where it could not be read */
  follow(item: { readonly itemId: ItemId; readonly contentHash: string | null }, after: string | null): void
  /** Whether what was said of the item's content goes on to this one: not where it is another file's, which was copied over it. */
  isFollowed(itemId: ItemId, after: string): boolean
}

/**
 * A photo that was edited, a note that was written on: what was said goes with the file. The content of which it was said keeps it
 * too, for when it is there again; contents between that one and the file's own keep nothing, since a note has a new content
 * each time it is saved.
 *
 * @param onChange  called before a change is committed
 */
export function createFollowing(connection: Connection, onChange: () => void): Following {
  const copies = [
    `INSERT OR IGNORE INTO own_words (content_hash, caption, added_tags, removed_tags, is_favourite, said_ms, carried_from)
     SELECT @after, caption, added_tags, removed_tags, is_favourite, said_ms, coalesce(carried_from, @before)
     FROM own_words WHERE content_hash = @before`,
    `INSERT OR IGNORE INTO hit_verdict (question, content_hash, text, verdict, said_ms, carried_from)
     SELECT question, @after, text, verdict, said_ms, coalesce(carried_from, @before)
     FROM hit_verdict WHERE content_hash = @before`
  ].map(sql => connection.prepare<[{ before: string; after: string }]>(sql))
  // Of what was carried here, and is said of the next content or of the first.
  const removals = [
    `DELETE FROM own_words WHERE content_hash = @before AND EXISTS (SELECT 1 FROM own_words AS other
       WHERE other.content_hash IN (@after, own_words.carried_from) AND other.said_ms = own_words.said_ms)`,
    `DELETE FROM hit_verdict WHERE content_hash = @before AND EXISTS (SELECT 1 FROM hit_verdict AS other
       WHERE other.question = hit_verdict.question AND other.content_hash IN (@after, hit_verdict.carried_from)
         AND other.said_ms = hit_verdict.said_ms)`
  ].map(sql => connection.prepare<[{ before: string; after: string }]>(`${sql} AND carried_from IS NOT NULL`))
  const otherWith = connection.prepareValue<[string, ItemId], 1>(
    'SELECT 1 FROM item WHERE content_hash = ? AND item_id <> ? LIMIT 1'
  )
  const otherThere = connection.prepareValue<[string, ItemId], 1>(
    'SELECT 1 FROM item WHERE content_hash = ? AND item_id <> ? AND gone_since_ms IS NULL LIMIT 1'
  )
  const isFollowed = (itemId: ItemId, after: string): boolean => otherThere.get(after, itemId) === undefined

  return {
    isFollowed,
    follow({ itemId, contentHash: before }, after) {
      if (before === null || after === null || before === after) return
      const one = { before, after }
      const copied = isFollowed(itemId, after) ? copies.reduce((sum, copy) => sum + copy.run(one).changes, 0) : 0
      const isShared = otherWith.get(before, itemId) !== undefined
      const removed = isShared ? 0 : removals.reduce((sum, remove) => sum + remove.run(one).changes, 0)
      if (copied + removed > 0) connection.beforeCommit(onChange)
    }
  }
}
