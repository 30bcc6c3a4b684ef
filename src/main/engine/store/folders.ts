import { isAbsolute, normalize, parse } from 'node:path'
import type { ScanProblem } from '../base/domain.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { Connection } from './connection.ts'
import { foldPath, pathWithin } from './paths.ts'
import type { FolderRows, StoredFolder } from './store.ts'

interface Row {
  folder_id: number
  path: string
  added_ms: number
  is_reachable: number
  problems: string
  scans: number
}

/** @param onChange  given all chosen folders before a change of them is committed */
export function createFolders(connection: Connection, onChange: (paths: readonly string[]) => void): FolderRows {
  const all = connection.prepare<[], Row>(
    'SELECT folder_id, path, added_ms, is_reachable, problems, scans FROM folder ORDER BY folder_id'
  )
  const has = connection.prepareValue<[number], 1>('SELECT 1 FROM folder WHERE folder_id = ?')
  const insert = connection.prepare<[string, string, number]>(
    'INSERT INTO folder (path, path_folded, added_ms) VALUES (?, ?, ?)'
  )
  const remove = connection.prepare<[number]>('DELETE FROM folder WHERE folder_id = ?')
  const saveScan = connection.prepare<[number, string, number | null, number]>(
    'UPDATE folder SET is_reachable = ?, problems = ?, scans = coalesce(?, scans) WHERE folder_id = ?'
  )
  const remember = (): void => onChange(all.all().map(row => row.path))

  const rows: FolderRows = {
    all: () => all.all().map(storedFolder),
    has: folderId => has.get(folderId) === 1,

    add(given, nowMs) {
      const path = tidy(given)
      return connection.transaction(() => {
        const chosen = rows.all()
        const same = chosen.find(folder => pathWithin(folder.path, path) === '')
        if (same !== undefined) return same
        for (const folder of chosen) refuseNesting(folder.path, path)
        const { rowid } = insert.run(path, foldPath(path), nowMs)
        connection.beforeCommit(remember)
        return { folderId: rowid, path, addedMs: nowMs, problems: [], isReachable: true, scans: 0 }
      })
    },

    remove(folderId) {
      connection.transaction(() => {
        remove.run(folderId)
        connection.beforeCommit(remember)
      })
    },

    saveScan(folderId, { isReachable, problems, scans }) {
      saveScan.run(isReachable ? 1 : 0, JSON.stringify(problems), scans ?? null, folderId)
    }
  }
  return rows
}

function storedFolder(row: Row): StoredFolder {
  return {
    folderId: row.folder_id,
    path: row.path,
    addedMs: row.added_ms,
    problems: JSON.parse(row.problems) as ScanProblem[],
    isReachable: row.is_reachable === 1,
    scans: row.scans
  }
}

/** Without `.`, `..` and a separator at the end. */
function tidy(given: string): string {
  if (!isAbsolute(given)) {
    throw new EngineError(
      'bad-input',
      `The folder “${given}” is not a whole path. Nothing was changed. Choose a folder by its whole path.`
    )
  }
  const path = normalize(given)
  return path === parse(path).root ? path : path.replace(/[/\\]$/, '')
}

function refuseNesting(chosen: string, path: string): void {
  if (pathWithin(chosen, path) !== undefined) {
    throw new EngineError(
      'bad-input',
      `The folder ${path} is inside ${chosen}, which is in the library already: its photos and notes are found as it is. Nothing was changed.`,
      { path, chosen }
    )
  }
  if (pathWithin(path, chosen) !== undefined) {
    throw new EngineError(
      'bad-input',
      `The folder ${path} contains ${chosen}, which is in the library already. Nothing was changed. ` +
        `To have all of it, remove ${chosen} from the library first; its files are not touched.`,
      { path, chosen }
    )
  }
}
