import { expect, test } from 'vitest'
import type { Client, EventName, Events } from '../../../src/shared/contract.ts'
import type { JobStatus } from '../../../src/shared/jobs.ts'
import { EngineError } from '../../../src/shared/errors.ts'
import { JobsState, secondsLeft } from '../../../src/renderer/src/state/jobs.svelte.ts'

const running: JobStatus = {
  jobId: 'j1',
  kind: 'index',
  state: 'running',
  stage: 'encode',
  done: 40,
  total: 100,
  failed: 0,
  encoded: 40,
  startedMs: 0,
  perSecond: 4,
  outcome: null,
  message: null
}

/** One job that can be paused, resumed and cancelled, and says so. */
class OneJob {
  job: JobStatus = running
  readonly #listeners = new Map<EventName, (payload: never) => void>()
  readonly client: Pick<Client, 'jobs' | 'pauseJob' | 'resumeJob' | 'cancelJob' | 'on'> = {
    jobs: () => Promise.resolve([{ ...running, jobId: 'j0', state: 'ended', outcome: 'finished' }, this.job]),
    pauseJob: () => this.#become({ state: 'paused' }),
    resumeJob: () => this.#become({ state: 'running' }),
    cancelJob: ({ jobId }) =>
      jobId === 'j1'
        ? this.#become({ state: 'ended', outcome: 'cancelled' })
        : Promise.reject(new EngineError('not-found', 'It has ended.')),
    on: (name, listener) => {
      this.#listeners.set(name, listener)
      return () => void this.#listeners.delete(name)
    }
  }

  tell<E extends EventName>(name: E, payload: Events[E]): void {
    this.#listeners.get(name)?.(payload as never)
  }

  get listeners(): number {
    return this.#listeners.size
  }

  #become(change: Partial<JobStatus>): Promise<null> {
    this.job = { ...this.job, ...change }
    this.tell(this.job.state === 'ended' ? 'jobEnded' : 'jobProgress', this.job)
    return Promise.resolve(null)
  }
}

function follow(): { one: OneJob; jobs: JobsState; reported: unknown[]; stop: () => void } {
  const one = new OneJob()
  const reported: unknown[] = []
  const jobs = new JobsState(one.client, error => reported.push(error))
  return { one, jobs, reported, stop: jobs.listen() }
}

test('a page that opens while a job runs finds it', async () => {
  const { jobs } = follow()
  await jobs.load()
  expect(jobs.current()?.jobId).toBe('j1')
})

test('a job is followed from its start to its end', () => {
  const { one, jobs, stop } = follow()
  one.tell('jobStarted', { ...running, done: 0 })
  one.tell('jobProgress', { ...running, done: 60 })
  expect(jobs.current()?.done).toBe(60)
  one.tell('jobEnded', { ...running, state: 'ended', done: 100, outcome: 'finished' })
  expect(jobs.current()).toBeNull()
  expect(jobs.ended()?.done).toBe(100)
  one.tell('jobStarted', { ...running, jobId: 'j2' })
  expect(jobs.ended()).toBeNull()
  stop()
  expect(one.listeners).toBe(0)
})

test('pause, resume and cancel show at once', async () => {
  const { jobs } = follow()
  await jobs.load()
  await jobs.pause('j1')
  expect(jobs.current()?.state).toBe('paused')
  await jobs.resume('j1')
  expect(jobs.current()?.state).toBe('running')
  await jobs.cancel('j1')
  expect(jobs.current()).toBeNull()
  expect(jobs.ended()?.outcome).toBe('cancelled')
})

test('after a time in which nothing was told it looks for itself', async () => {
  const { one, jobs, stop } = follow()
  one.tell('libraryChanged', { folderIds: [1] })
  await Promise.resolve()
  expect(jobs.current()).toBeNull()
  one.tell('libraryChanged', { folderIds: [] })
  await expect.poll(() => jobs.current()?.jobId).toBe('j1')
  stop()
})

test('a refusal is reported', async () => {
  const { jobs, reported } = follow()
  await jobs.cancel('j0')
  expect(reported).toMatchObject([{ code: 'not-found' }])
})

test('the time left is what remains at the present rate, and unknown while that is', () => {
  expect(secondsLeft(running)).toBe(15)
  expect(secondsLeft({ ...running, done: 101 })).toBe(0)
  expect(secondsLeft({ ...running, total: null })).toBeNull()
  expect(secondsLeft({ ...running, perSecond: null })).toBeNull()
  expect(secondsLeft({ ...running, perSecond: 0 })).toBeNull()
  expect(secondsLeft({ ...running, state: 'paused' })).toBeNull()
})

test('a job whose end overtakes the answer in which it still ran is not shown as running', async () => {
  const { one, jobs, stop } = follow()
  const answer = jobs.load()
  one.tell('jobEnded', { ...running, state: 'ended', outcome: 'finished' })
  await answer
  expect(jobs.current()).toBeNull()
  stop()
})
