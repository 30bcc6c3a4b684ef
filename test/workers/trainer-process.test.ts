import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { TrainStep } from '../../src/main/engine/stages/train/training-data.ts'
import { TrainerProcess } from '../../src/main/engine/workers/trainer-process.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { drawnInput } from './drawn-training.ts'

const moody = nodeWorkers({ encoder: '', trainer: resolve(import.meta.dirname, 'moody-trainer.ts') })
const open: TrainerProcess[] = []

afterEach(() => {
  for (const trainer of open.splice(0)) trainer.close()
})

function start(silenceMs?: number): TrainerProcess {
  const trainer = new TrainerProcess(moody, silenceMs)
  open.push(trainer)
  return trainer
}

const never = new AbortController().signal

async function all(steps: AsyncIterable<TrainStep>): Promise<TrainStep[]> {
  const taken: TrainStep[] = []
  for await (const step of steps) taken.push(step)
  return taken
}

test('a training tells each evaluation and ends with what it learned, and its process with it', async () => {
  const trainer = start()
  const steps = await all(trainer.train(drawnInput(1), never))
  expect(steps.map(({ kind }) => kind)).toEqual(['point', 'point', 'point', 'point', 'point', 'trained'])
  expect(trainer.isRunning).toBe(false)
})

test('rows that are sent in parts arrive whole', async () => {
  const photos = 400_000
  const steps = await all(start().train(drawnInput(1, photos, 3), never))
  const trained = steps.at(-1)
  expect(trained?.kind === 'trained' && Buffer.from(trained.projector).toString()).toBe(String(2 * photos * 3))
})

test('one goes on from the checkpoint that the last one left', async () => {
  const steps = await all(start().train({ ...drawnInput(1), checkpoint: Uint8Array.of(3) }, never))
  expect(steps.map(step => (step.kind === 'point' ? step.point.step : null))).toEqual([4, 5, null])
})

test('not asking for more ends the process', async () => {
  const trainer = start()
  for await (const step of trainer.train(drawnInput(1), never)) if (step.kind === 'point') break
  expect(trainer.isRunning).toBe(false)
})

test.each([
  ['at work', 55],
  ['blocked in native code', 77]
])('cancelling stops one that is %s', async (_, seed) => {
  const trainer = start()
  const controller = new AbortController()
  const training = trainer.train(drawnInput(seed), controller.signal)
  await training.next()
  if (seed === 55) await training.next()
  const next = training.next()
  // Neither would ever answer: that it ends is the proof.
  controller.abort()
  await expect(next).rejects.toMatchObject({ code: 'cancelled' })
  expect(trainer.isRunning).toBe(false)
})

test('a crash is told as a sentence with its reason, and the next training starts afresh', async () => {
  const trainer = start()
  await expect(all(trainer.train(drawnInput(66), never))).rejects.toMatchObject({
    name: 'EngineError',
    code: 'internal',
    message: expect.stringMatching(/SIGABRT.*unharmed.*goes on from the last evaluation/s) as string
  })
  expect(await all(trainer.train(drawnInput(1), never))).toHaveLength(6)
})

test('one that hangs is given up, and one that is only busy is not', async () => {
  await expect(all(start(1000).train(drawnInput(77), never))).rejects.toMatchObject({
    message: expect.stringContaining('did not answer for 1 seconds') as string
  })
  expect(await all(start(6000).train(drawnInput(88), never))).toHaveLength(6)
})

test('rows are projected by a process that stays until it is closed', async () => {
  const trainer = start()
  const projector = await trainer.openProjector({ projector: new Uint8Array(0), threads: 1 })
  const rows = { tower: 'image', from: -1, tokens: new Int32Array(0), tokenStarts: new Int32Array(2) } as const
  expect(await projector.project({ ...rows, vectors: Int16Array.of(1, 2) })).toEqual(Int16Array.of(-1, -2))
  expect(trainer.isRunning).toBe(true)
  projector.close()
  expect(trainer.isRunning).toBe(false)
})

test('a training does not end because the engine itself stood still', async () => {
  const steps = all(start(4000).train(drawnInput(1), never))
  await stat(import.meta.filename)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6000)
  expect(await steps).toHaveLength(6)
})

test('a device whose driver takes its process down is not usable, and says so', async () => {
  const trainer = start()
  expect(await trainer.testDevice('webgpu')).toMatchObject({ isUsable: true, stepsPerSecond: 11 })
  expect(await trainer.testDevice('cuda')).toMatchObject({
    isUsable: false,
    message: expect.stringMatching(/driver ended the test \(SIGABRT/) as string
  })
  expect(await trainer.testDevice('dml')).toMatchObject({ isUsable: false, message: 'Its test failed: no such card' })
})

test('after closing nothing is started any more, and what ran is stopped', async () => {
  const trainer = start()
  const training = trainer.train(drawnInput(99), never)
  await training.next()
  const next = training.next()
  trainer.close()
  await expect(next).rejects.toMatchObject({ code: 'cancelled' })
  await expect(all(trainer.train(drawnInput(1), never))).rejects.toMatchObject({ code: 'cancelled' })
})
