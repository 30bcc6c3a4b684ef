import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { EngineError } from '../../src/shared/errors.ts'
import { connect, serve, type Api, type WorkerPort } from '../../src/main/engine/workers/port.ts'

interface Calculator extends Api {
  add(input: { a: number; b: number }): number
  bytes(input: Float32Array): Float32Array
  refuse(): never
  break(): never
  wait(input: object, signal: AbortSignal): Promise<string>
}

const names = ['add', 'bytes', 'refuse', 'break', 'wait'] as const
const open: (() => void)[] = []

function portOf(port: MessagePort): WorkerPort {
  return { post: message => port.postMessage(message), onMessage: listener => void port.on('message', listener) }
}

function connected(): { connection: ReturnType<typeof connect<Calculator>>; wasStopped: () => boolean } {
  const { port1, port2 } = new MessageChannel()
  let wasStopped = false
  const api: Calculator = {
    add: ({ a, b }) => a + b,
    bytes: input => input.map(value => value * 2),
    refuse: () => {
      throw new EngineError('model-missing', 'No model.')
    },
    break: () => {
      throw new TypeError('a bug')
    },
    wait: (_, signal) =>
      new Promise(resolve =>
        signal.addEventListener('abort', () => {
          wasStopped = true
          resolve('stopped')
        })
      )
  }
  const stop = serve(portOf(port1), api, 20)
  open.push(stop, () => port1.close())
  return { connection: connect<Calculator>(portOf(port2), names), wasStopped: () => wasStopped }
}

afterEach(() => {
  for (const close of open.splice(0)) close()
})

test('a call is answered from the other side, typed arrays byte for byte', async () => {
  const { connection } = connected()
  expect(await connection.remote.add({ a: 2, b: 3 })).toBe(5)
  expect(await connection.remote.bytes(Float32Array.of(0.5, -1))).toEqual(Float32Array.of(1, -2))
})

test('a refusal keeps its code, a bug stays a bug', async () => {
  const { connection } = connected()
  await expect(connection.remote.refuse({} as never)).rejects.toMatchObject({
    name: 'EngineError',
    code: 'model-missing',
    message: 'No model.'
  })
  const bug = await connection.remote.break({} as never).catch((error: unknown) => error as Error)
  expect(bug).not.toBeInstanceOf(EngineError)
  expect(bug.message).toBe('a bug')
})

test('a cancelled call rejects at once, and the work on the other side is told', async () => {
  const { connection, wasStopped } = connected()
  const controller = new AbortController()
  const waiting = connection.remote.wait({}, controller.signal)
  controller.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  await expect.poll(wasStopped).toBe(true)
})

test('when the worker is gone, calls that wait for it and later ones fail', async () => {
  const { connection } = connected()
  const waiting = connection.remote.wait({})
  connection.fail(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  await expect(connection.remote.add({ a: 1, b: 1 })).rejects.toThrow('gone')
})

test('a worker that is busy with nothing is heard of all the same', async () => {
  const { connection } = connected()
  const before = connection.lastHeardMs()
  await expect.poll(() => connection.lastHeardMs() > before).toBe(true)
})
