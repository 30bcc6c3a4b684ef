import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import type { SettingName } from '../../src/main/engine/store/store.ts'

test('a setting is any JSON value, and undefined removes it', () => {
  const { settings } = openMemoryStore()
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (anything, value) => {
      // The table takes any name; that only known ones are used is for the types.
      const name = `test ${anything}` as SettingName
      settings.set(name, value)
      expect(settings.get(name)).toEqual(JSON.parse(JSON.stringify(value)))
      settings.set(name, undefined)
      expect(settings.get(name)).toBeUndefined()
    })
  )
})

test('a nested piece of work that fails is undone by itself; the outer one decides about the rest', () => {
  const store = openMemoryStore()
  store.transaction(() => {
    store.settings.set('speeds', 1)
    expect(() =>
      store.transaction(() => {
        store.settings.set('rebuilds', 1)
        throw new Error('stopped')
      })
    ).toThrow('stopped')
  })
  expect([store.settings.get('speeds'), store.settings.get('rebuilds')]).toEqual([1, undefined])
  expect(store.sizes().databaseBytes).toBeGreaterThan(0)
})
