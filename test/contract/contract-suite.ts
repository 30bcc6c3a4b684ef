import { createHash } from 'node:crypto'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { EventName } from '../../src/shared/contract.ts'
import type { OpenedImage, SearchQuery, SearchResult } from '../../src/shared/searching.ts'
import { EngineError } from '../../src/shared/errors.ts'
import type { CarriedEngine } from '../../src/main/hosts/common/carry.ts'
import { createClient } from '../../src/renderer/src/client.ts'
import type { Transport } from '../../src/renderer/src/transport.ts'

export interface Carried {
  readonly transport: Transport
  readonly close: () => Promise<void>
}

/** An engine with the face that hosts carry, small enough to see through, and what it was asked. */
export interface SmallEngine extends CarriedEngine {
  /** Calls that wait to be cancelled, and how many were. */
  readonly waiting: { begun: number; cancelled: number }
  /** Searches with a limit wait until they are let answer. */
  readonly searches: Map<string, () => void>
  emit(name: EventName, payload: unknown): void
  listeners(): number
}

/** What each method does here is said by the stories below. */
export function smallEngine(): SmallEngine {
  const listeners = new Map<string, Set<(payload: never) => void>>()
  const waiting = { begun: 0, cancelled: 0 }
  const searches = new Map<string, () => void>()
  const methods: Readonly<Record<string, (input: never, signal: AbortSignal) => unknown>> = {
    search: async ({ text, limit }: SearchQuery): Promise<SearchResult> => {
      if (limit !== undefined) await new Promise<void>(resolve => searches.set(text, resolve))
      return {
        hits: [],
        tokens: [{ kind: 'words', label: text, start: 0, end: text.length }],
        notices: [],
        hasEvidence: true,
        tookMs: 0
      }
    },
    openImage: ({ bytes }: { bytes: Uint8Array }): OpenedImage => ({
      imageId: createHash('sha256').update(bytes).digest('hex'),
      ...{ widthPx: bytes.length, heightPx: 1, thumbnail: bytes.toReversed(), itemId: null }
    }),
    item: ({ itemId }: { itemId: number }) => {
      throw new EngineError('not-found', 'There is no such item. “Nothing” was changed.', { itemId, kind: 'photo' })
    },
    library: () => {
      throw new TypeError('a bug')
    },
    browse: (_input: never, signal: AbortSignal) =>
      new Promise((_resolve, reject) => {
        waiting.begun++
        signal.addEventListener('abort', () => {
          waiting.cancelled++
          reject(new EngineError('cancelled', 'Cancelled.'))
        })
      }),
    activateModel: () => null,
    exclude: ({ itemIds }: { itemIds: readonly number[] }) => ({ excludedIds: itemIds, files: itemIds.length }),
    forgetModelEmbeddings: ({ packId }: { packId: string }) => ({ freedBytes: packId.length })
  }
  return {
    waiting,
    searches,
    call: (method, input, options) =>
      new Promise(resolve => {
        const run = Object.hasOwn(methods, method) ? methods[method] : undefined
        if (run === undefined) throw new EngineError('not-found', `There is no method ${method}.`)
        resolve(run(input as never, options?.signal ?? new AbortController().signal))
      }),
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => set.delete(listener)
    },
    emit(name, payload) {
      for (const listener of listeners.get(name) ?? []) listener(payload as never)
    },
    listeners: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
    media: (itemId, size) =>
      Promise.resolve(
        itemId === 7 ? { type: 'image/jpeg', bytes: Uint8Array.of(size === 'photo' ? 1 : 2, 0xff) } : null
      ),
    pathOf: () => undefined,
    close: () => Promise.resolve()
  }
}

/**
 * What every carrier of calls must do, whatever lies between page and engine.
 * @param open  carries this engine to a page, and is closed after each story
 */
export function contractSuite(name: string, open: (engine: SmallEngine) => Promise<Carried>): void {
  const start = async () => {
    const engine = smallEngine()
    const { transport, close } = await open(engine)
    onTestFinished(close)
    return { engine, transport, client: createClient(transport) }
  }
  const refusal = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => 'not refused',
      (error: unknown) => error
    )

  describe(`the contract over ${name}`, () => {
    test('results come back as they were', async () => {
      const { client } = await start()
      const text = 'the day we found the hedgehog 🦔 \u2028 “exactly” \\ \0'
      const { tokens } = await client.search({ text })
      expect(tokens).toEqual([{ kind: 'words', label: text, start: 0, end: text.length }])
      expect(await client.activateModel({ packId: null })).toBeNull()
      expect(await client.forgetModelEmbeddings({ packId: 'abc' })).toEqual({ freedBytes: 3 })
      expect(await client.exclude({ itemIds: [7, 8] })).toEqual({ excludedIds: [7, 8], files: 2 })
    })

    test('bytes arrive exactly, both ways', async () => {
      const { client } = await start()
      const bytes = Uint8Array.from({ length: 100_003 }, (_, i) => (i * 31) % 256)
      const opened = await client.openImage({ bytes })
      expect(opened.imageId).toBe(createHash('sha256').update(bytes).digest('hex'))
      expect(Buffer.compare(opened.thumbnail, bytes.toReversed())).toBe(0)
      expect((await client.openImage({ bytes: bytes.subarray(10, 13) })).widthPx).toBe(3)
    })

    test('a refusal keeps its code, its message and its detail', async () => {
      const { client } = await start()
      const error = await refusal(client.item({ itemId: 5 }))
      expect(error).toBeInstanceOf(EngineError)
      expect(error).toMatchObject({
        code: 'not-found',
        message: 'There is no such item. “Nothing” was changed.',
        detail: { itemId: 5, kind: 'photo' }
      })
    })

    test('anything else that is thrown is internal', async () => {
      const { client } = await start()
      expect(await refusal(client.library({}))).toMatchObject({
        name: 'EngineError',
        code: 'internal',
        message: 'a bug'
      })
    })

    test('an unknown method is refused, also one that every object has', async () => {
      const { transport } = await start()
      for (const method of ['nowhere', 'toString', '__proto__']) {
        const reply = await transport.call(method, {}, undefined)
        expect(reply, method).toMatchObject({ error: { code: 'not-found' } })
      }
    })

    test('calls at the same time get their own answers, though the first comes last', async () => {
      const { client, engine } = await start()
      const ask = async (text: string): Promise<string | undefined> =>
        (await client.search({ text, limit: 1 })).tokens[0]?.label
      const asked = { slow: ask('slow'), quick: ask('quick'), middle: ask('middle') }
      await expect.poll(() => engine.searches.size).toBe(3)
      for (const text of ['quick', 'middle', 'slow'] as const) {
        engine.searches.get(text)?.()
        expect(await asked[text]).toBe(text)
      }
    })

    test('cancelling rejects at once, and stops the work in the engine', async () => {
      const { client, engine } = await start()
      const controller = new AbortController()
      const call = refusal(client.browse({}, { signal: controller.signal }))
      await expect.poll(() => engine.waiting.begun).toBe(1)
      controller.abort()
      expect(await call).toMatchObject({ name: 'EngineError', code: 'cancelled' })
      await expect.poll(() => engine.waiting.cancelled).toBe(1)
    })

    test('a call that was cancelled before it began does not begin', async () => {
      const { client, engine } = await start()
      expect(await refusal(client.browse({}, { signal: AbortSignal.abort() }))).toMatchObject({ code: 'cancelled' })
      await client.activateModel({ packId: null })
      expect(engine.waiting.begun).toBe(0)
    })

    test('cancelling after the answer changes nothing', async () => {
      const { client } = await start()
      const controller = new AbortController()
      await client.search({ text: 'a' }, { signal: controller.signal })
      controller.abort()
      expect((await client.search({ text: 'b' })).tokens[0]?.label).toBe('b')
    })

    test('events arrive in order, each at those who listen to it, until they stop', async () => {
      const { client, engine } = await start()
      const models: unknown[] = []
      const folders: unknown[] = []
      const stop = client.on('modelChanged', payload => models.push(payload))
      client.on('libraryChanged', payload => folders.push(payload))
      await expect.poll(() => engine.listeners()).toBeGreaterThanOrEqual(1)
      for (let i = 0; i < 50; i++) engine.emit('libraryChanged', { folderIds: [i] })
      engine.emit('modelChanged', { packId: 'a\nb\u2028c' })
      await expect.poll(() => models).toEqual([{ packId: 'a\nb\u2028c' }])
      expect(folders).toEqual(Array.from({ length: 50 }, (_, i) => ({ folderIds: [i] })))

      stop()
      engine.emit('modelChanged', { packId: 'later' })
      engine.emit('libraryChanged', { folderIds: [99] })
      await expect.poll(() => folders).toHaveLength(51)
      expect(models).toHaveLength(1)
    })

    test('a listener that throws silences no other, and the carrier goes on', async () => {
      const { client, engine } = await start()
      const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
      onTestFinished(() => logged.mockRestore())
      const heard: unknown[] = []
      client.on('modelChanged', () => {
        throw new Error('a bug of the page')
      })
      client.on('modelChanged', payload => heard.push(payload))
      await expect.poll(() => engine.listeners()).toBeGreaterThanOrEqual(1)
      engine.emit('modelChanged', { packId: 'a' })
      engine.emit('modelChanged', { packId: 'b' })
      await expect.poll(() => heard).toEqual([{ packId: 'a' }, { packId: 'b' }])
      expect(logged).toHaveBeenCalledTimes(2)
    })

    test('when the carrier is closed the engine has no listeners left, and waiting calls are cancelled', async () => {
      const engine = smallEngine()
      const { transport, close } = await open(engine)
      const client = createClient(transport)
      const stop = client.on('modelChanged', () => undefined)
      const call = refusal(client.browse({}))
      await expect.poll(() => engine.waiting.begun).toBe(1)
      void call
      stop()
      await close()
      await expect.poll(() => engine.listeners()).toBe(0)
      await expect.poll(() => engine.waiting.cancelled).toBe(1)
    })
  })
}
