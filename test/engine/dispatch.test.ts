import { expect, test } from 'vitest'
import { methods } from '../../src/shared/contract.ts'
import { createDispatch, type Handlers } from '../../src/main/engine/api/dispatch.ts'
import { checkInput } from '../../src/main/engine/api/inputs.ts'

/** Handlers that say what they were given; the ones of interest are written out. */
function handlers(given: Partial<Handlers>): Handlers {
  const silent = Object.fromEntries(Object.keys(methods).map(name => [name, () => null]))
  return { ...silent, ...given } as unknown as Handlers
}

test('commands run one at a time in the order they came, queries do not wait for them', async () => {
  const order: string[] = []
  let finish: () => void = () => undefined
  const slow = new Promise<void>(resolve => (finish = resolve))
  const dispatch = createDispatch(
    handlers({
      cancelJob: async ({ jobId }) => {
        if (jobId === 'first') await slow
        order.push(jobId)
        return null
      },
      jobs: () => {
        order.push('query')
        return []
      }
    })
  )
  const first = dispatch.call('cancelJob', { jobId: 'first' })
  const second = dispatch.call('cancelJob', { jobId: 'second' })
  await dispatch.call('jobs', {})
  finish()
  await Promise.all([first, second])
  expect(order).toEqual(['query', 'first', 'second'])
})

test('a command that is refused does not stop the ones behind it', async () => {
  const dispatch = createDispatch(
    handlers({
      removeFolder: () => {
        throw new Error('no')
      }
    })
  )
  const refused = dispatch.call('removeFolder', { folderId: 1 })
  const next = dispatch.call('resumeJob', { jobId: 'x' })
  await expect(refused).rejects.toThrow('no')
  expect(await next).toBeNull()
})

test('an unknown method is refused, names of the prototype included', async () => {
  const dispatch = createDispatch(handlers({}))
  for (const name of ['', 'nothing', 'toString', '__proto__', 'constructor'])
    await expect(dispatch.call(name, {})).rejects.toMatchObject({ code: 'not-found' })
})

test('a call that was cancelled before it began does nothing', async () => {
  let ran = false
  const dispatch = createDispatch(
    handlers({
      jobs: () => {
        ran = true
        return []
      }
    })
  )
  await expect(dispatch.call('jobs', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
  expect(ran).toBe(false)
})

test('listeners hear events until they stop listening', () => {
  const dispatch = createDispatch(handlers({}))
  const heard: unknown[] = []
  const stop = dispatch.on('modelChanged', payload => heard.push(payload))
  dispatch.emit('modelChanged', { packId: 'a' })
  stop()
  dispatch.emit('modelChanged', { packId: 'b' })
  expect(heard).toEqual([{ packId: 'a' }])
})

test.each([
  ['search', {}],
  ['search', { text: 1 }],
  ['search', { text: '', limit: 0 }],
  ['search', { text: '', limit: 1001 }],
  ['search', { text: '', surprise: true }],
  ['item', { itemId: '1' }],
  ['item', { itemId: -1 }],
  ['addFolder', { path: 'a\0b' }],
  ['addFolder', { path: '' }],
  ['openImage', { bytes: [1, 2] }],
  ['openImage', { bytes: new Uint8Array(0) }],
  ['changeSettings', { encoderThreads: 0 }],
  ['library', null]
] as const)('%s refuses %j', (method, input) => {
  expect(() => checkInput(method, input)).toThrow(expect.objectContaining({ code: 'bad-input' }) as Error)
})

test('what is right passes unchanged', () => {
  expect(checkInput('search', { text: 'dog', limit: 5 })).toEqual({ text: 'dog', limit: 5 })
  const bytes = Uint8Array.of(1, 2, 3)
  expect(checkInput('openImage', { bytes })).toEqual({ bytes })
})
