import { expect, test } from 'vitest'
import type { JobStatus } from '../../src/shared/jobs.ts'
import { EngineError } from '../../src/shared/errors.ts'
import { JobQueue, type Progress, type Work } from '../../src/main/engine/base/job-queue.ts'

const at = (done: number): Progress => ({ stage: 'encode', done, total: 3, failed: 0, encoded: done })

const threeSteps: Work = async function* (control) {
  for (let done = 1; done <= 3; done++) {
    await control.pace()
    yield at(done)
    await new Promise(resolve => setTimeout(resolve, 1))
  }
}

function queueWithDiary(): { queue: JobQueue; diary: [string, JobStatus][]; bugs: unknown[] } {
  const diary: [string, JobStatus][] = []
  const bugs: unknown[] = []
  return {
    queue: new JobQueue(
      (event, status) => diary.push([event, status]),
      error => bugs.push(error)
    ),
    diary,
    bugs
  }
}

test('a job tells when it starts and ends, and what it did', async () => {
  const { queue, diary } = queueWithDiary()
  queue.start('index', threeSteps)
  await queue.idle()
  expect(diary[0]?.[0]).toBe('jobStarted')
  expect(diary.at(-1)).toMatchObject(['jobEnded', { outcome: 'finished', done: 3, total: 3, state: 'ended' }])
})

test('only one job runs at a time', async () => {
  const { queue } = queueWithDiary()
  queue.start('index', threeSteps)
  expect(() => queue.start('index', threeSteps)).toThrow(EngineError)
  await queue.idle()
  expect(() => queue.start('index', threeSteps)).not.toThrow()
  await queue.idle()
})

test('a paused job does nothing until it is resumed', async () => {
  const { queue } = queueWithDiary()
  let asked = 0
  const { jobId } = queue.start('index', async function* (control) {
    for (let done = 1; done <= 3; done++) {
      asked++
      await control.pace()
      yield at(done)
    }
  })
  queue.pause(jobId)
  // It asks whether it may go on, and nothing but an answer could let it.
  await expect.poll(() => asked).toBe(2)
  await new Promise(resolve => setImmediate(resolve))
  expect([asked, queue.all()[0]]).toMatchObject([2, { state: 'paused', done: 1 }])
  queue.resume(jobId)
  await queue.idle()
  expect(queue.all()[0]).toMatchObject({ outcome: 'finished', done: 3 })
})

test('a cancelled job ends as cancelled, also while it is paused', async () => {
  const { queue, diary } = queueWithDiary()
  const { jobId } = queue.start('index', threeSteps)
  queue.pause(jobId)
  queue.cancel(jobId)
  await queue.idle()
  expect(diary.at(-1)?.[1]).toMatchObject({ outcome: 'cancelled' })
  expect(() => queue.cancel(jobId)).toThrow('ended already')
})

test('a job that was cancelled and has not let go yet cannot be paused', async () => {
  const { queue } = queueWithDiary()
  const { promise: held, resolve: letGo } = Promise.withResolvers<undefined>()
  const { jobId } = queue.start('index', async function* (control) {
    yield at(1)
    await held
    await control.pace()
    yield at(2)
  })
  queue.cancel(jobId)
  queue.pause(jobId)
  letGo(undefined)
  await queue.idle()
  expect(queue.all()).toMatchObject([{ state: 'ended', outcome: 'cancelled' }])
})

test('what a person can be told is told; a bug is reported besides', async () => {
  const { queue, diary, bugs } = queueWithDiary()
  const failing = (error: Error): Work =>
    async function* () {
      yield at(0)
      await Promise.reject(error)
    }
  queue.start('index', failing(new EngineError('database-in-use', 'Another process is indexing.')))
  await queue.idle()
  expect(diary.at(-1)?.[1]).toMatchObject({ outcome: 'error', message: 'Another process is indexing.' })
  expect(bugs).toEqual([])
  queue.start('index', failing(new TypeError('oops')))
  await queue.idle()
  expect(bugs).toHaveLength(1)
})
