import { expect, test } from 'vitest'
import type { ModelOffer, ModelStatus } from '../../../src/shared/models.ts'
import { EngineError } from '../../../src/shared/errors.ts'
import { ModelsState } from '../../../src/renderer/src/state/models.svelte.ts'

const model = (packId: string, isActive: boolean): ModelStatus => ({
  ...{ packId, name: packId, folder: `/models/${packId}`, licence: 'MIT', languages: ['en'], sizeBytes: 1 },
  ...{ isActive, state: isActive ? 'active' : 'installed', isShipped: false, encoded: 1, total: 1 },
  ...{ embeddingBytes: 1, sharedBytes: 0, speed: null, quality: null, hasCommonSpace: true }
})

const offer = (offerId: string, isInstalled: boolean): ModelOffer => ({
  ...{ offerId, name: offerId, source: 'https://example.org', sizeBytes: 1, licence: 'MIT', languages: [] },
  ...{ precision: 'fp32', speed: 'fast', quality: null, note: '', isInstalled }
})

/** Two models, the first in use; every command is remembered, and those on `b` are refused. */
function opened() {
  const asked: string[] = []
  const troubles: unknown[] = []
  const listeners = new Map<string, () => void>()
  let active = 'a'
  const done = <T>(what: string, packId: string, value: T): Promise<T> => {
    asked.push(`${what} ${packId}`)
    return packId === 'b' ? Promise.reject(new EngineError('busy', 'It is in use.')) : Promise.resolve(value)
  }
  const state = new ModelsState(
    {
      models: () => Promise.resolve([model('a', active === 'a'), model('c', active === 'c')]),
      offers: () => Promise.resolve([offer('c', true), offer('d', false)]),
      settings: () =>
        Promise.resolve({ encoderThreads: null, watchFolders: true, hubUrl: null, isOffline: true, language: null }),
      activateModel: ({ packId }) => {
        active = packId ?? ''
        return done('use', packId ?? '', null)
      },
      installModel: ({ offerId, hasConsent }) => done(`install (${hasConsent})`, offerId, { jobId: 'j' }),
      removeModel: ({ packId }) => done('remove', packId, { folder: '', freedBytes: 1 }),
      addModel: ({ folder }) => done('add', folder, { ...model('e', false), notes: ['The 8-bit weights were taken.'] }),
      forgetModelEmbeddings: ({ packId }) => done('forget', packId, { freedBytes: 1 }),
      on: (name, listener) => {
        listeners.set(name, listener as () => void)
        return () => listeners.delete(name)
      }
    },
    error => troubles.push(error)
  )
  return { state, asked, troubles, tell: (name: string) => listeners.get(name)?.(), listeners }
}

test('what can be installed is what is not here yet, and being offline is known', async () => {
  const { state } = opened()
  await state.load()
  expect(state.offers.map(({ offerId }) => offerId)).toEqual(['d'])
  expect(state.isOffline).toBe(true)
})

test('what is done shows at once; what is refused is said, and everything stays', async () => {
  const { state, asked, troubles } = opened()
  await state.use('c')
  expect(state.models?.map(({ isActive }) => isActive)).toEqual([false, true])
  await state.install('d')
  await state.remove('b')
  expect(asked).toEqual(['use c', 'install (true) d', 'remove b'])
  expect(troubles).toMatchObject([{ message: 'It is in use.' }])
  expect(state.isBusy).toBe(false)
})

test('a folder that is taken says what was chosen otherwise; a refused path is not taken', async () => {
  const { state } = opened()
  expect(await state.add('/some/clip')).toBe(true)
  expect(state.notes).toEqual(['The 8-bit weights were taken.'])
  expect(await state.add('b')).toBe(false)
  expect(state.notes).toEqual([])
})

test('it follows the engine once somebody has looked, and stops when told to', async () => {
  const { state, tell, listeners } = opened()
  const stop = state.listen()
  tell('modelChanged')
  expect(state.models).toBeNull()
  await state.load()
  state.models = []
  tell('jobEnded')
  await expect.poll(() => state.models?.length).toBe(2)
  stop()
  expect(listeners.size).toBe(0)
})
