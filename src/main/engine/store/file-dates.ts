import type { ItemId } from '../base/domain.ts'
import type { Connection } from './connection.ts'

/**
 * The date of an item that has no date but its file's own follows the time of the file, as reading the file again would have it.
 * Photos have no offset from UTC; notes have that of this machine.
 */
export function createFileDates(connection: Connection): (itemId: ItemId) => void {
  const modified = connection.prepareValue<[ItemId], number>(
    "SELECT modified_ms FROM item WHERE item_id = ? AND date_source = 'file'"
  )
  const save = connection.prepare<[{ itemId: ItemId; localMs: number; offsetMinutes: number }]>(
    `UPDATE item SET date_local_ms = @localMs, date_offset_minutes = iif(date_offset_minutes IS NULL, NULL, @offsetMinutes)
     WHERE item_id = @itemId AND date_local_ms <> @localMs`
  )
  return itemId => {
    const modifiedMs = modified.get(itemId)
    if (modifiedMs === undefined) return
    const offsetMinutes = -new Date(modifiedMs).getTimezoneOffset()
    save.run({ itemId, localMs: modifiedMs + offsetMinutes * 60_000, offsetMinutes })
  }
}
