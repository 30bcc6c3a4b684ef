import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { ModelInspector } from '../../src/main/engine/workers/model-inspector.ts'
import type { DescribeOutput } from '../../src/main/engine/workers/encoder-api.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'

const moody = nodeWorkers({ encoder: resolve(import.meta.dirname, 'moody-encoder.ts'), trainer: '' })
const inspector = new ModelInspector(moody, { silenceMs: 4000, wholeMs: 8000 })
afterEach(() => inspector.close())

const about = { id: 'a', name: 'A', licence: 'MIT', languages: [] }
const describe = (folder: string, signal?: AbortSignal): Promise<DescribeOutput> =>
  inspector.describe({ folder, about }, signal)

test('a model that crashes or hangs the process that looks at it costs nobody else anything', async () => {
  const asked = ['crash', 'hang', 'slow', 'good'].map(folder => describe(folder).catch((error: unknown) => error))
  const [crashed, hung, slow, good] = await Promise.all(asked)
  expect(crashed).toMatchObject({ code: 'model-broken', message: expect.stringContaining('ended (') as string })
  expect(hung).toMatchObject({ message: expect.stringContaining('more than 4 seconds without an answer') as string })
  expect(slow).toMatchObject({ message: expect.stringContaining('took more than 8 seconds.') as string })
  expect(good).toEqual({ manifest: 'good', notes: [] })
  await expect(inspector.tryPack('crash')).rejects.toMatchObject({ code: 'model-broken' })
  await inspector.tryPack('good')
})

test('a model is not refused because the engine itself stood still while it was looked at', async () => {
  const asked = describe('good')
  await stat(import.meta.filename)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6000)
  expect(await asked).toEqual({ manifest: 'good', notes: [] })
})

test('cancelling rejects at once', async () => {
  const controller = new AbortController()
  const asked = describe('slow', controller.signal)
  controller.abort()
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
  await expect(describe('good', controller.signal)).rejects.toMatchObject({ code: 'cancelled' })
})

test('closing ends what is under way', async () => {
  const asked = describe('slow').catch((error: unknown) => error)
  inspector.close()
  expect(await asked).toMatchObject({ name: 'EngineError' })
})
