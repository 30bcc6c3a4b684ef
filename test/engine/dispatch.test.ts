import { expect, test } from 'vitest'
import { methods, type Method } from '../../src/shared/contract.ts'
import { createDispatch, type Dispatch, type Handlers } from '../../src/main/engine/api/dispatch.ts'
import { checkInput } from '../../src/main/engine/api/inputs.ts'

/** Every method answers null; the ones of interest are written out. */
function dispatchOf(given: Partial<Handlers>, log: string[] = []): Dispatch {
  const silent = Object.fromEntries(Object.keys(methods).map(name => [name, () => null]))
  return createDispatch({ ...silent, ...given } as unknown as Handlers, text => log.push(text))
}

/** Holds up whoever waits at it until it is opened. */
function gate(): { readonly passed: Promise<null>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<null>()
  return { passed: promise, open: () => resolve(null) }
}

test('commands of one share run one at a time in the order they came, queries do not wait for them', async () => {
  const order: string[] = []
  const slow = gate()
  const dispatch = dispatchOf({
    cancelJob: async ({ jobId }) => {
      if (jobId === 'first') await slow.passed
      order.push(jobId)
      return null
    },
    jobs: () => {
      order.push('query')
      return []
    }
  })
  const first = dispatch.call('cancelJob', { jobId: 'first' })
  const second = dispatch.call('cancelJob', { jobId: 'second' })
  await dispatch.call('jobs', {})
  slow.open()
  await Promise.all([first, second])
  expect(order).toEqual(['query', 'first', 'second'])
})

test('a command that is refused does not stop the ones behind it', async () => {
  const dispatch = dispatchOf({
    removeFolder: () => {
      throw new Error('no')
    }
  })
  const refused = dispatch.call('removeFolder', { folderId: 1 })
  const next = dispatch.call('addFolder', { path: '/x' })
  await expect(refused).rejects.toThrow('no')
  expect(await next).toBeNull()
})

test.each([
  ['addModel', { folder: '/models/new' }],
  ['removeFolder', { folderId: 1 }]
] as const)('while %s is held up, what does not share its state is answered', async (held, input) => {
  const way = gate()
  const order: string[] = []
  const dispatch = dispatchOf({
    [held]: async () => {
      await way.passed
      order.push(held)
      return null
    }
  })
  const slow = dispatch.call(held, input)
  const quick: readonly (readonly [Method, unknown])[] = [
    ['cancelJob', { jobId: 'x' }],
    ['pauseJob', { jobId: 'x' }],
    ['resumeJob', { jobId: 'x' }],
    ['openImage', { itemId: 1 }],
    ['changeSettings', { isOffline: true }],
    ['rememberSearch', { text: 'boats' }],
    ['saveSearch', { text: 'boats', isSaved: true }],
    ['confirmPair', { photoId: 1, text: 'a boat', verdict: 'confirmed' }]
  ]
  for (const [method, given] of quick) {
    await dispatch.call(method, given)
    order.push(method)
  }
  way.open()
  await slow
  expect(order).toEqual([...quick.map(([method]) => method), held])
})

test('different commands of one share stay in order: what is added after a removal is added after it', async () => {
  const way = gate()
  const order: string[] = []
  const dispatch = dispatchOf({
    removeFolder: async () => {
      await way.passed
      order.push('removed')
      return null
    },
    addFolder: () => {
      order.push('added')
      return { folderId: 2, jobId: 'x' }
    },
    indexLibrary: () => {
      order.push('indexed')
      return { jobId: 'x' }
    }
  })
  const calls = [
    dispatch.call('removeFolder', { folderId: 1 }),
    dispatch.call('addFolder', { path: '/x' }),
    dispatch.call('indexLibrary', {})
  ]
  await dispatch.call('cancelJob', { jobId: 'x' })
  expect(order).toEqual([])
  way.open()
  await Promise.all(calls)
  expect(order).toEqual(['removed', 'added', 'indexed'])
})

test('after closing, what runs ends, and what waits for its turn is refused', async () => {
  const way = gate()
  const dispatch = dispatchOf({
    removeFolder: async () => {
      await way.passed
      return null
    }
  })
  const running = dispatch.call('removeFolder', { folderId: 1 })
  // One round of calls later it has begun.
  await dispatch.call('cancelJob', { jobId: 'x' })
  const waiting = dispatch.call('removeFolder', { folderId: 2 })
  dispatch.close()
  way.open()
  expect(await running).toBeNull()
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  await expect(dispatch.call('jobs', {})).rejects.toMatchObject({ code: 'cancelled' })
})

test('an unknown method is refused, names of the prototype included', async () => {
  const dispatch = dispatchOf({})
  for (const name of ['', 'nothing', 'toString', '__proto__', 'constructor'])
    await expect(dispatch.call(name, {})).rejects.toMatchObject({ code: 'not-found' })
})

test('a call that was cancelled before it began does nothing', async () => {
  let ran = false
  const dispatch = dispatchOf({
    jobs: () => {
      ran = true
      return []
    }
  })
  await expect(dispatch.call('jobs', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
  expect(ran).toBe(false)
})

test('listeners hear events until they stop listening', () => {
  const dispatch = dispatchOf({})
  const heard: unknown[] = []
  const stop = dispatch.on('modelChanged', payload => heard.push(payload))
  dispatch.emit('modelChanged', { packId: 'a' })
  stop()
  dispatch.emit('modelChanged', { packId: 'b' })
  expect(heard).toEqual([{ packId: 'a' }])
})

test('a listener that throws is logged, and silences neither the others nor who tells', () => {
  const log: string[] = []
  const dispatch = dispatchOf({}, log)
  const heard: string[] = []
  dispatch.on('modelChanged', () => heard.push('first'))
  dispatch.on('modelChanged', () => {
    throw new Error('a page that is gone')
  })
  dispatch.on('modelChanged', () => heard.push('last'))
  dispatch.emit('modelChanged', { packId: 'a' })
  expect(heard).toEqual(['first', 'last'])
  expect(log).toEqual([expect.stringMatching(/modelChanged.*a page that is gone/)])
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
  ['changeSettings', { language: 'klingon' }],
  ['library', null]
] as const)('%s refuses %j', (method, input) => {
  expect(() => checkInput(method, input)).toThrow(expect.objectContaining({ code: 'bad-input' }) as Error)
})

test('what is right passes unchanged', () => {
  expect(checkInput('search', { text: 'dog', limit: 5 })).toEqual({ text: 'dog', limit: 5 })
  const bytes = Uint8Array.of(1, 2, 3)
  expect(checkInput('openImage', { bytes })).toEqual({ bytes })
})
