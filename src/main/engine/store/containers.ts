import type { FolderId, ItemId } from '../base/domain.ts'
import type { Steps } from '../base/give-way.ts'
import type { Connection } from './connection.ts'

/** A file that holds many notes, as a scan found it. The path is relative to the chosen folder. */
interface StoredContainer {
  readonly path: string
  readonly sizeBytes: number
  readonly modifiedMs: number
}

/** A note in such a file: its name there, and what a file of its own would have. */
interface StoredContainedNote {
  readonly name: string
  readonly sizeBytes: number
  readonly modifiedMs: number
  /** sha256, hex. */
  readonly contentHash: string
}

/** What is in files that hold many notes. */
export interface ContainerRows {
  isKnown(folderId: FolderId, path: string): boolean
  /** Whether its notes were listed when it had this size and time. */
  isAsKnown(folderId: FolderId, container: StoredContainer): boolean
  /** Whether an item is a note in such a file. */
  holds(itemId: ItemId): boolean
  /** In the order of the file. */
  notes(folderId: FolderId, path: string): readonly StoredContainedNote[]
  hashOf(folderId: FolderId, path: string, name: string): string | undefined
  /** Lists its notes anew, in steps of a transaction each: it is as known from the last one on. */
  saveInSteps(folderId: FolderId, container: StoredContainer, notes: readonly StoredContainedNote[]): Steps<void>
  /** Forgets those that are not there any more. */
  forget(folderId: FolderId, isGone: (path: string) => boolean): void
}

/** A size of no file, until all notes are listed: a kill between two steps is made good by the next scan. */
const ofNoFile = -1
const stepRows = 1000

export function createContainers(connection: Connection): ContainerRows {
  const at = connection.prepare<[FolderId, string], { sizeBytes: number; modifiedMs: number }>(
    'SELECT size_bytes AS sizeBytes, modified_ms AS modifiedMs FROM container WHERE folder_id = ? AND path = ?'
  )
  const notes = connection.prepare<[FolderId, string], StoredContainedNote>(
    `SELECT name, size_bytes AS sizeBytes, modified_ms AS modifiedMs, content_hash AS contentHash FROM contained_note
     WHERE folder_id = ? AND path = ? ORDER BY position`
  )
  const hash = connection.prepareValue<[FolderId, string, string], string>(
    'SELECT content_hash FROM contained_note WHERE folder_id = ? AND path = ? AND name = ?'
  )
  const holds = connection.prepareValue<[ItemId], ItemId>(
    `SELECT item_id FROM item JOIN container USING (folder_id)
     WHERE item_id = ? AND substr(item.path, 1, length(container.path) + 1) = container.path || '/'`
  )
  const paths = connection.prepareValue<[FolderId], string>('SELECT path FROM container WHERE folder_id = ?')
  const remove = connection.prepare<[FolderId, string]>('DELETE FROM container WHERE folder_id = ? AND path = ?')
  const insert = connection.prepare<[FolderId, string, number, number]>('INSERT INTO container VALUES (?, ?, ?, ?)')
  const finish = connection.prepare<[number, number, FolderId, string]>(
    'UPDATE container SET size_bytes = ?, modified_ms = ? WHERE folder_id = ? AND path = ?'
  )
  const insertNote = connection.prepare<[FolderId, string, string, number, number, number, string]>(
    'INSERT INTO contained_note VALUES (?, ?, ?, ?, ?, ?, ?)'
  )
  return {
    isKnown: (folderId, path) => at.get(folderId, path) !== undefined,
    isAsKnown(folderId, { path, sizeBytes, modifiedMs }) {
      const known = at.get(folderId, path)
      return known?.sizeBytes === sizeBytes && known.modifiedMs === modifiedMs
    },
    holds: itemId => holds.get(itemId) !== undefined,
    notes: (folderId, path) => notes.all(folderId, path),
    hashOf: (folderId, path, name) => hash.get(folderId, path, name),
    *saveInSteps(folderId, { path, sizeBytes, modifiedMs }, listed) {
      connection.transaction(() => {
        remove.run(folderId, path)
        insert.run(folderId, path, ofNoFile, 0)
      })
      for (let from = 0; from < listed.length; from += stepRows) {
        yield
        connection.transaction(() => {
          for (const [i, note] of listed.slice(from, from + stepRows).entries())
            insertNote.run(folderId, path, note.name, from + i, note.sizeBytes, note.modifiedMs, note.contentHash)
        })
      }
      finish.run(sizeBytes, modifiedMs, folderId, path)
    },
    forget(folderId, isGone) {
      const gone = paths.all(folderId).filter(isGone)
      if (gone.length === 0) return
      connection.transaction(() => {
        for (const path of gone) remove.run(folderId, path)
      })
    }
  }
}
