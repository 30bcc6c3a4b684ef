import { resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { EncoderProcess } from '../../src/main/engine/workers/encoder-process.ts'
import type { StartWorker, WorkerProcess } from '../../src/main/engine/workers/start-worker.ts'
import { tracked } from '../../src/main/engine/workers/tracked.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'

const moody = nodeWorkers({ encoder: resolve(import.meta.dirname, 'moody-encoder.ts'), trainer: '' })

/** Starts real processes, and tells of each whether it has ended. */
function counted(change: (process: WorkerProcess) => WorkerProcess = process => process): {
  start: StartWorker
  ended: () => boolean[]
} {
  const ended: boolean[] = []
  return {
    start(name) {
      const process = moody(name)
      const at = ended.push(false) - 1
      process.onExit(() => (ended[at] = true))
      onTestFinished(() => process.kill())
      return change(process)
    },
    ended: () => ended
  }
}

test('every process ends, also those that were lost sight of when their owner was closed in the middle of a change', async () => {
  const { start, ended } = counted()
  const workers = tracked(start)
  const encoder = new EncoderProcess(workers.start, 1)
  await encoder.usePack('first')
  const change = encoder.usePack('second').catch((error: unknown) => error)
  await expect.poll(() => ended().length).toBe(2)
  encoder.close()
  await workers.endAll()
  expect(ended()).toEqual([true, true])
  expect(await change).toMatchObject({ code: 'cancelled' })
  expect(() => workers.start('encoder')).toThrow('Reverie is closing')
})

test('one that does not end is not waited for', async () => {
  const workers = tracked(counted(process => ({ ...process, kill: () => undefined })).start)
  workers.start('encoder')
  await workers.endAll(10)
})
