import type { Connection } from './connection.ts'
import { keptSettings } from './kept.ts'
import type { SettingRows } from './store.ts'

/** @param onKept  called before a change of what is kept beside the database is committed */
export function createSettings(connection: Connection, onKept: () => void): SettingRows {
  const get = connection.prepareValue<[string], string>('SELECT value FROM setting WHERE name = ?')
  const set = connection.prepare<[string, string]>(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value'
  )
  const remove = connection.prepare<[string]>('DELETE FROM setting WHERE name = ?')

  return {
    get(name) {
      const value = get.get(name)
      return value === undefined ? undefined : (JSON.parse(value) as unknown)
    },
    set(name, value) {
      connection.transaction(() => {
        if (keptSettings.some(kept => kept === name)) connection.beforeCommit(onKept)
        if (value === undefined) remove.run(name)
        else set.run(name, JSON.stringify(value))
      })
    }
  }
}
