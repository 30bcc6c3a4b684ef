import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { TrainingEncoder } from '../../src/main/engine/features/learning/training-set.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import type { Training } from '../../src/main/engine/features/learning/training.ts'
import { describedPhotos, drawnEncoder } from '../features/learning/drawn-training-library.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { startTraining, type Started } from './moody-training.ts'

const open: Training[] = []

afterEach(async () => {
  for (const training of open.splice(0)) await training.close()
})

function start(store: Store, dataFolder: string, encoder?: TrainingEncoder): Started {
  const started = startTraining(store, dataFolder, encoder)
  open.push(started.training)
  return started
}

const pointsSoFar = (started: Started, count: number): Promise<void> =>
  expect.poll(() => started.points.length).toBeGreaterThanOrEqual(count)

test('a version that proves itself is kept with its report, and answers when all is projected', async () => {
  const folder = temporaryFolder()
  const started = start(describedPhotos(120), folder)
  const { training, versions } = started
  const jobId = await training.request({ device: 'cpu' })
  await training.idle()
  expect(started.ended()).toMatchObject({ jobId, kind: 'train', outcome: 'finished', stage: 'project' })
  expect(started.points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5])
  expect(training.run).toMatchObject({ jobId, seed: 1, versionId: 1 })
  expect(versions.activated).toEqual([1])
  expect(versions.saved[0]).toMatchObject({ modelKey: 'image+text', pairs: 120, seed: 1, device: 'cpu' })
  expect(versions.saved[0]?.pairHash).toMatch(/^[0-9a-f]{64}$/)
  expect(versions.saved[0]?.points).toHaveLength(5)
  // What the trainer was given: the sum of 120 unit vectors in a row, and the length of as many texts.
  expect(Buffer.from(versions.saved[0]?.projector ?? []).toString()).toBe(String(120 + 120 * 8))
  expect(existsSync(join(folder, 'training', 'asked.json'))).toBe(false)
  expect(existsSync(join(folder, 'training', 'checkpoint'))).toBe(false)
})

test('fewer than a hundred different photos with texts are refused, with how many there are', async () => {
  const { training, versions } = start(describedPhotos(42), temporaryFolder())
  await expect(training.request({ device: 'cpu' })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/42 different photos.*at least 100.*Nothing was changed/) as string
  })
  expect(training.queue.all()).toEqual([])
  expect(versions.saved).toEqual([])
})

test('with three hundred, photos are rotated once and kept; one that is gone from the disk is left out', async () => {
  const store = describedPhotos(310)
  const encoder = drawnEncoder('/7.jpg')
  const first = start(store, temporaryFolder(), encoder)
  await first.training.request({ device: 'cpu' })
  await first.training.idle()
  expect(first.ended()).toMatchObject({ outcome: 'finished', failed: 1, encoded: 310 })
  expect(encoder.rotated).toHaveLength(310)
  expect(first.versions.saved[0]?.pairs).toBe(309)

  const second = start(store, temporaryFolder(), encoder)
  await second.training.request({ device: 'cpu' })
  await second.training.idle()
  // Only the one that could not be read is tried again.
  expect(encoder.rotated).toHaveLength(311)
  expect(second.versions.saved[0]?.pairHash).toBe(first.versions.saved[0]?.pairHash)
})

test('closing the app stops a training where it is, and the next start goes on from its last evaluation', async () => {
  const store = describedPhotos(110)
  const folder = temporaryFolder()
  const first = start(store, folder)
  await first.training.request({ device: 'cpu', seed: 55 })
  await pointsSoFar(first, 2)
  await first.training.close()
  expect(first.versions.saved).toEqual([])
  const before = first.points.length

  const second = start(store, folder)
  await second.training.resume()
  await second.training.idle()
  expect(second.ended()?.outcome).toBe('finished')
  expect(second.points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5])
  expect(second.points.slice(0, before)).toEqual(first.points)
  expect(second.versions.saved[0]).toMatchObject({ seed: 55 })
  await second.training.resume()
  expect(second.training.queue.isRunning).toBe(false)
})

test('a crash is told, what was evaluated is kept, and only the very same training goes on from it', async () => {
  const store = describedPhotos(110)
  const folder = temporaryFolder()
  const crashed = start(store, folder)
  await crashed.training.request({ device: 'cpu', seed: 66 })
  await crashed.training.idle()
  expect(crashed.ended()).toMatchObject({ outcome: 'error', message: expect.stringContaining('unharmed') as string })
  await crashed.training.resume()
  expect(crashed.training.queue.isRunning).toBe(false)

  // Step 1 was kept, so the process that ended at step 2 ends there again: it did not begin anew.
  await crashed.training.request({ device: 'cpu', seed: 66 })
  await crashed.training.idle()
  expect(crashed.points.map(({ step }) => step)).toEqual([1, 1])

  const [itemId = 0] = store.items.matching({})
  store.pairVerdicts.set({ photoId: itemId, noteId: null, text: 'Another', verdict: 'confirmed' }, 'another', 1)
  const other = start(store, folder)
  await other.training.request({ device: 'cpu', seed: 1 })
  await other.training.idle()
  expect(other.points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5])
  expect(other.versions.saved[0]?.pairs).toBe(111)
})

test('where a device fails, the CPU goes on from the last evaluation, and the device is not used again', async () => {
  const started = start(describedPhotos(110), temporaryFolder())
  await started.training.request({ device: 'webgpu', seed: 44 })
  await started.training.idle()
  expect(started.ended()).toMatchObject({ outcome: 'finished' })
  expect(started.points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5])
  expect(started.versions.saved).toMatchObject([{ device: 'cpu', seed: 44 }])
  await started.training.request({ device: 'webgpu', seed: 1 })
  await started.training.idle()
  expect(started.ended()).toMatchObject({
    outcome: 'error',
    message: expect.stringMatching(/webgpu cannot be used: It ended a training \(SIGABRT/) as string
  })
})

test('cancelling ends a training whose process would never answer again, and it does not come back by itself', async () => {
  const store = describedPhotos(110)
  const folder = temporaryFolder()
  const started = start(store, folder)
  const jobId = await started.training.request({ device: 'cpu', seed: 77 })
  await pointsSoFar(started, 1)
  await expect(started.training.request({})).rejects.toMatchObject({ code: 'busy' })
  started.training.queue.cancel(jobId)
  await started.training.idle()
  expect(started.ended()?.outcome).toBe('cancelled')
  const next = start(store, folder)
  await next.training.resume()
  expect(next.training.queue.isRunning).toBe(false)
})

test('a paused training waits at its next evaluation, and goes on when it may', async () => {
  const started = start(describedPhotos(110), temporaryFolder())
  started.onPoint = () => {
    const [job] = started.training.queue.all()
    if (started.points.length === 1 && job !== undefined) started.training.queue.pause(job.jobId)
  }
  const jobId = await started.training.request({ device: 'cpu', seed: 1 })
  await pointsSoFar(started, 1)
  // All five evaluations take a ninth of this: one that did not wait would be seen.
  await new Promise(resolve => setTimeout(resolve, 900))
  expect(started.points.length).toBeLessThanOrEqual(2)
  expect(started.training.queue.all()[0]).toMatchObject({ state: 'paused' })
  started.training.queue.resume(jobId)
  await started.training.idle()
  expect(started.ended()?.outcome).toBe('finished')
})

test('a host that is killed takes its training with it, and the next one goes on from the last evaluation', async () => {
  const folder = temporaryFolder()
  const host = fork(resolve(import.meta.dirname, 'train-forever.ts'), [folder], { stdio: 'ignore' })
  await expect.poll(() => existsSync(join(folder, 'training', 'checkpoint'))).toBe(true)
  const ended = once(host, 'exit')
  host.kill('SIGKILL')
  await ended

  const next = start(describedPhotos(110), folder)
  await next.training.resume()
  await pointsSoFar(next, 1)
  expect(next.training.run?.points.map(({ step }) => step).at(0)).toBe(1)
  await next.training.idle()
  expect(next.ended()?.outcome).toBe('finished')
  expect(next.points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5])
  expect(next.versions.saved[0]).toMatchObject({ seed: 55, pairs: 110 })
})

test('pairs from a file take the place of the library’s, and too few are refused', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'pairs.jsonl')
  const lines = Array.from({ length: 120 }, (_, i) =>
    JSON.stringify({ image: `${i}.jpg`, captions: [`a ${i}`, `b ${i}`] })
  )
  writeFileSync(file, lines.join('\n'))
  const store = describedPhotos(3)
  const encoder = drawnEncoder('/7.jpg')
  const started = start(store, folder, encoder)
  await started.training.request({ device: 'cpu', pairsFile: file })
  await started.training.idle()
  expect(started.ended()).toMatchObject({ outcome: 'finished', failed: 1, encoded: 119 })
  expect(encoder.rotated).toHaveLength(120)
  expect(started.versions.saved[0]?.pairs).toBe(238)

  writeFileSync(file, lines.slice(0, 20).join('\n'))
  await expect(started.training.request({ device: 'cpu', pairsFile: file })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('There are 20 different photos') as string
  })
})
