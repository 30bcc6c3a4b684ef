import type { ItemId, PairVerdict } from '../base/domain.ts'
import type { Connection } from './connection.ts'
import type { KeptVerdict, PairVerdictRows } from './store.ts'

interface Row {
  photo_id: ItemId
  note_id: ItemId | null
  text: string
  verdict: PairVerdict['verdict']
}

/** @param onChange  called before a change is committed */
export function createPairVerdicts(connection: Connection, onChange: () => void): PairVerdictRows {
  const all = connection.prepare<[], Row>(
    `SELECT photo_id, note_id, text, verdict FROM pair_verdict JOIN item ON item_id = photo_id
     WHERE gone_since_ms IS NULL ORDER BY photo_id, text_folded`
  )
  // A note that is gone is no reason to lose what was said.
  const set = connection.prepare<[ItemId, string, ItemId | null, string, PairVerdict['verdict'], number]>(
    `INSERT INTO pair_verdict (photo_id, text_folded, note_id, text, verdict, said_ms)
     VALUES (?, ?, (SELECT item_id FROM item WHERE item_id = ?), ?, ?, ?)
     ON CONFLICT (photo_id, text_folded) DO UPDATE
     SET note_id = excluded.note_id, text = excluded.text, verdict = excluded.verdict, said_ms = excluded.said_ms`
  )
  const remove = connection.prepare<[ItemId, string]>('DELETE FROM pair_verdict WHERE photo_id = ? AND text_folded = ?')
  // The photo's own verdict is the last word on its content, also on that of deleted photos.
  const unkeep = [
    'DELETE FROM kept_verdict WHERE text_folded = ? AND content_hash = (SELECT content_hash FROM item WHERE item_id = ?)',
    `DELETE FROM pair_verdict WHERE text_folded = ? AND photo_id IN (SELECT item_id FROM item
       WHERE content_hash = (SELECT content_hash FROM item WHERE item_id = ?) AND gone_since_ms IS NOT NULL)`
  ].map(sql => connection.prepare<[string, ItemId]>(sql))

  const kept = connection.prepare<[], KeptVerdict>(
    `SELECT content_hash AS contentHash, text_folded AS textFolded, text, verdict, said_ms AS saidMs
     FROM pair_verdict JOIN item ON item_id = photo_id WHERE content_hash IS NOT NULL
     UNION SELECT content_hash, text_folded, text, verdict, said_ms FROM kept_verdict ORDER BY 1, 2`
  )
  const keep = connection.prepare<[KeptVerdict]>(
    `INSERT OR REPLACE INTO kept_verdict (content_hash, text_folded, text, verdict, said_ms)
     VALUES (@contentHash, @textFolded, @text, @verdict, @saidMs)`
  )
  const change = connection.changing(onChange)

  return {
    all: () =>
      all.all().map(row => ({ photoId: row.photo_id, noteId: row.note_id, text: row.text, verdict: row.verdict })),
    set: ({ photoId, noteId, text, verdict }, textFolded, nowMs) =>
      change(() => {
        for (const statement of unkeep) statement.run(textFolded, photoId)
        set.run(photoId, textFolded, noteId, text, verdict, nowMs)
      }),
    remove: (photoId, textFolded) =>
      change(() => {
        for (const statement of unkeep) statement.run(textFolded, photoId)
        remove.run(photoId, textFolded)
      }),
    kept: () => kept.all(),
    keep: verdicts => change(() => verdicts.forEach(verdict => keep.run(verdict)))
  }
}
