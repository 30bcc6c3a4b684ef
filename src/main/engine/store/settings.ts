import type { Connection } from './connection.ts'
import { isDecision } from './decisions.ts'
import type { SettingRows } from './store.ts'

/** @param onDecision  called before a change of a decision of the person is committed */
export function createSettings(connection: Connection, onDecision: () => void): SettingRows {
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
        if (isDecision(name)) connection.beforeCommit(onDecision)
        if (value === undefined) remove.run(name)
        else set.run(name, JSON.stringify(value))
      })
    }
  }
}
