import type { Connection } from './connection.ts'
import type { SettingRows } from './store.ts'

export function createSettings(connection: Connection): SettingRows {
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
      if (value === undefined) remove.run(name)
      else set.run(name, JSON.stringify(value))
    }
  }
}
