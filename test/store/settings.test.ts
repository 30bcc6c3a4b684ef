import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'

test('a setting is any JSON value, and undefined removes it', () => {
  const { settings } = openMemoryStore()
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (name, value) => {
      settings.set(`test ${name}`, value)
      expect(settings.get(`test ${name}`)).toEqual(JSON.parse(JSON.stringify(value)))
      settings.set(`test ${name}`, undefined)
      expect(settings.get(`test ${name}`)).toBeUndefined()
    })
  )
})

test('a nested piece of work that fails is undone by itself; the outer one decides about the rest', () => {
  const store = openMemoryStore()
  store.transaction(() => {
    store.settings.set('outer', 1)
    expect(() =>
      store.transaction(() => {
        store.settings.set('inner', 1)
        throw new Error('stopped')
      })
    ).toThrow('stopped')
  })
  expect([store.settings.get('outer'), store.settings.get('inner')]).toEqual([1, undefined])
  expect(store.sizes().databaseBytes).toBeGreaterThan(0)
})
