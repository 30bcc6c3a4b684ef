import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { EncoderProcess } from '../../src/main/engine/workers/encoder-process.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'

const moody = nodeWorkers({ encoder: resolve(import.meta.dirname, 'moody-encoder.ts'), trainer: '' })
const open: EncoderProcess[] = []

afterEach(() => {
  for (const encoder of open.splice(0)) encoder.close()
})

/** A process that only starts, beside much else, is silent for less. */
const busyMachineMs = 4000

function start(silenceMs = 10_000): EncoderProcess {
  const encoder = new EncoderProcess(moody, 1, { silenceMs })
  open.push(encoder)
  return encoder
}

const read = async (encoder: EncoderProcess, path: string): Promise<{ code: string; reason: string }> => {
  const { reading } = await encoder.read({ path, sidecarPaths: [], modifiedMs: 0, encodePicture: true })
  if (reading.kind !== 'failure') throw new Error('The moody encoder reads nothing.')
  return reading
}

test('a file that crashes the process costs itself only: the others that were under way are read again', async () => {
  const encoder = start()
  const results = await Promise.all(['a', 'b', 'crash', 'c', 'd'].map(path => read(encoder, path)))
  expect(results.map(({ code }) => code)).toEqual(['no-text', 'no-text', 'decoder-crashed', 'no-text', 'no-text'])
  expect(results[2]?.reason).toContain('Other files are not affected')
  expect(encoder.restarts).toBe(1)
  expect((await read(encoder, 'later')).code).toBe('no-text')
})

test('two that crash are both found out', async () => {
  const encoder = start()
  const results = await Promise.all(['crash 1', 'a', 'crash 2'].map(path => read(encoder, path)))
  expect(results.map(({ code }) => code)).toEqual(['decoder-crashed', 'no-text', 'decoder-crashed'])
})

test('a file that hangs the process is given up, and the next one is read', async () => {
  const encoder = start(busyMachineMs)
  const [hung, other] = await Promise.all([read(encoder, 'hang'), read(encoder, 'a')])
  expect(hung).toMatchObject({ code: 'too-slow', reason: 'Reading this file was given up after 4 seconds.' })
  expect(other.code).toBe('no-text')
})

test('a rotated photo that crashes or hangs the process, or takes too long, is nothing, and the others come', async () => {
  const encoder = start(busyMachineMs)
  const rotations = [90, 270] as const
  const rotated = (path: string): Promise<readonly Float32Array[] | null> => encoder.encodeRotated({ path, rotations })
  const rows = rotations.map(rotationDeg => Float32Array.of(rotationDeg))
  expect(await Promise.all(['a', 'crash', 'b'].map(rotated))).toEqual([rows, null, rows])
  expect(await Promise.all(['hang', 'a'].map(rotated))).toEqual([null, rows])
  const before = encoder.restarts
  expect(await rotated('slow')).toBeNull()
  expect(encoder.restarts).toBe(before + 1)
})

test('a question that was waiting when a file crashed the process is answered all the same', async () => {
  const encoder = start()
  await encoder.encodeTexts(['warm'])
  const [vectors] = await Promise.all([encoder.encodeTexts(['a dog']), read(encoder, 'crash')])
  expect(vectors).toEqual([{ vector: Float32Array.of(1), tokens: Int32Array.of(7) }])
})

test('while the engine’s own loop stands still its processes are not taken for hung', async () => {
  const encoder = start(busyMachineMs)
  await encoder.encodeTexts(['warm'])
  const { pid } = encoder
  const underWay = read(encoder, 'a')
  // The answer of a file system comes where messages do: timers run next, before anything else is read.
  await stat(import.meta.filename)
  // What a slow disk, a stopped process or a machine that slept does to the engine.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1.5 * busyMachineMs)
  expect((await underWay).reason).toBe(`Read by ${pid}.`)
  await new Promise(resolve => setTimeout(resolve, 500))
  expect(encoder.restarts).toBe(0)
  expect(encoder.pid).toBe(pid)
})

/** Of the processes that are started, these die before they were given anything. */
function startsBadly(...dead: number[]): EncoderProcess {
  let started = 0
  const broken = nodeWorkers({ encoder: resolve(import.meta.dirname, 'no-such-worker.ts'), trainer: '' })
  const encoder = new EncoderProcess(name => (dead.includes(++started) ? broken(name) : moody(name)), 1, {
    silenceMs: 10_000
  })
  open.push(encoder)
  return encoder
}

test('a process that dies three times while it starts is tried once more, and no run ends for it', async () => {
  expect((await read(startsBadly(1, 2, 3), 'a')).code).toBe('no-text')
})

test('a suspect is read alone though the process for it dies while it starts', async () => {
  const encoder = startsBadly(2, 3)
  const results = await Promise.all(['crash', 'a'].map(path => read(encoder, path)))
  expect(results.map(({ code }) => code)).toEqual(['decoder-crashed', 'no-text'])
})

test('a process that cannot start is said so, and no file is blamed for it', async () => {
  const encoder = new EncoderProcess(
    nodeWorkers({ encoder: resolve(import.meta.dirname, 'no-such-worker.ts'), trainer: '' }),
    1
  )
  open.push(encoder)
  await expect(read(encoder, 'a')).rejects.toMatchObject({
    name: 'EngineError',
    message: expect.stringContaining('before it was given any file') as string
  })
})

test('models changed in quick succession leave the last one in use, and nobody in the lurch', async () => {
  const encoder = start()
  const changes = [encoder.usePack('a'), encoder.usePack('b'), encoder.useThreads(2), encoder.usePack(null)]
  const reading = read(encoder, 'x')
  await Promise.all(changes)
  expect((await reading).code).toBe('no-text')
  expect((await read(encoder, 'y')).code).toBe('no-text')
})

test('after closing nothing is started any more', async () => {
  const encoder = start()
  await read(encoder, 'a')
  encoder.close()
  await expect(read(encoder, 'b')).rejects.toMatchObject({ code: 'cancelled' })
})

test('taking another over changes process and pack in one step: what was asked before is refused, never answered by the other', async () => {
  const encoder = start()
  const incoming = start()
  await incoming.usePack('next')
  await encoder.usePack('first')
  const before = encoder.bound()
  const [pid, next] = [encoder.pid, incoming.pid]
  expect(pid).not.toBe(next)
  const underWay = before.read({ path: 'held', sidecarPaths: [], modifiedMs: 0, encodePicture: true })
  const refused = expect(underWay).rejects.toMatchObject({ code: 'busy' })
  await new Promise(resolve => setImmediate(resolve))

  encoder.takeOver(incoming)
  expect(encoder.pid).toBe(next)
  await refused
  await expect(before.encodeTexts(['late'])).rejects.toMatchObject({ code: 'busy' })
  await expect(before.encodeRotated({ path: 'a', rotations: [90] })).rejects.toMatchObject({ code: 'busy' })
  expect((await read(encoder, 'a')).reason).toBe(`Read by ${next}.`)
  await expect(incoming.encodeTexts(['closed'])).rejects.toMatchObject({ code: 'cancelled' })
  // It is looked after like one of its own.
  expect((await read(encoder, 'crash')).code).toBe('decoder-crashed')
  expect((await read(encoder, 'b')).code).toBe('no-text')
  expect(encoder.restarts).toBe(1)
})
