import type { FolderId, ItemId, Unreachable } from '../base/domain.ts'
import type { Connection } from './connection.ts'
import { everyId, type IdRange } from './id-range.ts'
import type { ItemRows } from './store.ts'

type Presence = Pick<ItemRows, 'seen' | 'missed' | 'lost' | 'unreachable' | 'unreachableBelow' | 'unreachableReasons'>

/** All that begins with the path and '/': in the order of bytes '0' comes next. '' is the whole folder. */
const below = `(@place = '' OR item.path = @place OR (item.path > @place || '/' AND item.path < @place || '0'))`

/** Which files are there now, as far as scans and readings saw. */
export function createItemPresence(connection: Connection): Presence {
  const seen = connection.prepare<[string | null, number, ItemId]>(
    `UPDATE item SET device = coalesce(?, device), unreachable_place = NULL, unreachable_reason = NULL,
       there_since = CASE WHEN missing_since IS NULL THEN there_since ELSE ? END, missing_since = NULL WHERE item_id = ?`
  )
  const missed = connection.prepare<[number | null, string, string, string | null, ItemId]>(
    `UPDATE item SET missing_since = coalesce(missing_since, ?), unreachable_place = ?, unreachable_reason = ?,
       device = coalesce(?, device) WHERE item_id = ? AND gone_since_ms IS NULL`
  )
  const lost = connection.prepare<[Unreachable & IdRange & { folderId: FolderId; device: string | null }]>(
    `UPDATE item SET unreachable_place = @place, unreachable_reason = @reason
     WHERE +folder_id = @folderId AND item_id >= @from AND item_id < @to AND gone_since_ms IS NULL AND ${below}
       AND (@device IS NULL OR device IS NULL OR device = @device)
       AND (unreachable_place IS NOT @place OR unreachable_reason IS NOT @reason)`
  )
  const places = connection.prepare<
    [number],
    { folderId: FolderId; folderPath: string; place: string; reason: string; files: number }
  >(
    `SELECT folder_id AS folderId, folder.path AS folderPath, unreachable_place AS place, unreachable_reason AS reason,
       count(*) AS files
     FROM item JOIN folder USING (folder_id) WHERE state = 'unreachable'
     GROUP BY folder_id, unreachable_place, unreachable_reason ORDER BY files DESC, folderPath, place LIMIT ?`
  )
  const total = connection.prepareValue<[], number>(`SELECT count(*) FROM item WHERE state = 'unreachable'`)
  const inFolder = connection.prepareValue<[{ place: string; folderId: FolderId }], ItemId>(
    `SELECT item_id FROM item WHERE folder_id = @folderId AND state = 'unreachable' AND ${below} ORDER BY +item_id`
  )
  const reasons = connection.prepare<[string], { itemId: ItemId; reason: string }>(
    `SELECT item_id AS itemId, unreachable_reason AS reason FROM json_each(?) JOIN item ON item_id = json_each.value
     WHERE state = 'unreachable'`
  )

  return {
    seen(scan, files) {
      connection.transaction(() => {
        for (const { itemId, device } of files) seen.run(device, scan, itemId)
      })
    },

    missed(scan, files) {
      connection.transaction(() => {
        for (const { itemId, place, reason, device, wasLookedFor } of files)
          missed.run(wasLookedFor ? scan : null, place, reason, device, itemId)
      })
    },

    lost: (folderId, { place, reason }, device, { from, to } = everyId) =>
      lost.run({ place, reason, folderId, device, from, to }).changes,

    unreachable: limit => ({ places: places.all(limit), total: total.get() ?? 0 }),
    unreachableBelow: (folderId, path) => inFolder.all({ place: path, folderId }),
    unreachableReasons: itemIds =>
      new Map(reasons.all(JSON.stringify(itemIds)).map(({ itemId, reason }) => [itemId, reason]))
  }
}
