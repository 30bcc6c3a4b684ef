import { randomUUID } from 'node:crypto'
import { config } from './config.ts'
import type { JobStatus } from '../../../shared/jobs.ts'
import { diskTrouble } from './disk-trouble.ts'
import { EngineError, type ErrorCode, messageOf } from '../../../shared/errors.ts'

/** What a job says of itself while it runs. */
export interface Progress {
  readonly stage: JobStatus['stage']
  readonly done: number
  readonly total: number | null
  readonly failed: number
  readonly encoded: number
  /** Files that could not be reached in this run. */
  readonly unreachable?: number
}

/** How a job is stopped and paused. */
export interface Control {
  readonly signal: AbortSignal
  /** Waits while the job is paused. @throws the reason of `signal` when the job is cancelled */
  pace(): Promise<void>
}

/** Long work: yields where it is and can be stopped at each yield. Awaits `pace` wherever it may be paused. */
export type Work = (control: Control) => AsyncGenerator<Progress>

const firstStages = {
  index: 'scan',
  train: 'pairs',
  project: 'project',
  'encode-model': 'prepare',
  install: 'download'
} as const

type Tell = (event: 'jobStarted' | 'jobProgress' | 'jobEnded', status: JobStatus) => void

interface Job {
  status: JobStatus
  readonly controller: AbortController
  resume: (() => void) | null
  paused: Promise<void> | null
  readonly finished: Promise<void>
  /** Marks of (time, done) for the rate. */
  readonly marks: { atMs: number; done: number }[]
}

/** One job at a time. A job that is asked for while it runs is run once more afterwards, so that nothing asked is missed. */
export class JobQueue {
  readonly #tell: Tell
  readonly #onError: (error: unknown) => void
  #current: Job | null = null
  #last: JobStatus | null = null

  constructor(tell: Tell, onError: (error: unknown) => void) {
    this.#tell = tell
    this.#onError = onError
  }

  all(): readonly JobStatus[] {
    return [this.#current?.status, this.#last].filter(status => status != null)
  }

  get isRunning(): boolean {
    return this.#current !== null
  }

  /** Starts the work. @throws EngineError busy while another job runs */
  start(kind: JobStatus['kind'], work: Work): JobStatus {
    if (this.#current !== null)
      throw new EngineError('busy', 'Another job is running. Wait for it, or cancel it first.')
    const controller = new AbortController()
    const status: JobStatus = {
      jobId: randomUUID(),
      kind,
      state: 'running',
      stage: firstStages[kind],
      done: 0,
      total: null,
      failed: 0,
      encoded: 0,
      startedMs: Date.now(),
      perSecond: null,
      outcome: null,
      message: null
    }
    let done: () => void = () => undefined
    const finished = new Promise<void>(resolve => (done = resolve))
    const job: Job = { status, controller, resume: null, paused: null, finished, marks: [] }
    this.#current = job
    this.#tell('jobStarted', status)
    void this.#run(job, work).finally(done)
    return status
  }

  pause(jobId: string): void {
    const job = this.#find(jobId)
    // A job that was cancelled only lets go of what it holds: paused, it would hold that for ever.
    if (job.paused !== null || job.controller.signal.aborted) return
    job.paused = new Promise(resolve => (job.resume = resolve))
    this.#update(job, { state: 'paused', perSecond: null })
    this.#tell('jobProgress', job.status)
  }

  resume(jobId: string): void {
    const job = this.#find(jobId)
    job.resume?.()
    job.resume = job.paused = null
    job.marks.length = 0
    this.#update(job, { state: 'running' })
    this.#tell('jobProgress', job.status)
  }

  cancel(jobId: string): void {
    const job = this.#find(jobId)
    job.controller.abort(new EngineError('cancelled', 'Cancelled.'))
    job.resume?.()
    job.resume = job.paused = null
  }

  /** Cancels what runs and waits until it has let go. */
  async close(): Promise<void> {
    const job = this.#current
    if (job === null) return
    this.cancel(job.status.jobId)
    await job.finished
  }

  /** Waits for the running job, if any. */
  async idle(): Promise<void> {
    await this.#current?.finished
  }

  #find(jobId: string): Job {
    if (this.#current?.status.jobId !== jobId) throw new EngineError('not-found', 'That job has ended already.')
    return this.#current
  }

  async #run(job: Job, work: Work): Promise<void> {
    let outcome: JobStatus['outcome'] = 'finished'
    let message: string | null = null
    let code: ErrorCode | undefined
    let toldMs = 0
    try {
      const pace = async (): Promise<void> => {
        if (job.paused !== null) await job.paused
        job.controller.signal.throwIfAborted()
      }
      for await (const progress of work({ signal: job.controller.signal, pace })) {
        // A rate is that of one stage.
        if (progress.stage !== job.status.stage) job.marks.length = 0
        this.#update(job, { ...progress, perSecond: rate(job, progress) })
        const nowMs = performance.now()
        if (nowMs - toldMs < config.progressEveryMs) continue
        toldMs = nowMs
        this.#tell('jobProgress', job.status)
      }
    } catch (caught) {
      const error = diskTrouble(caught)
      if (job.controller.signal.aborted) outcome = 'cancelled'
      else {
        outcome = 'error'
        message = messageOf(error)
        code = error instanceof EngineError ? error.code : 'internal'
        if (!(error instanceof EngineError)) this.#onError(error)
      }
    }
    this.#update(job, { state: 'ended', outcome, message, ...(code === undefined ? {} : { code }) })
    this.#last = job.status
    this.#current = null
    this.#tell('jobEnded', job.status)
  }

  #update(job: Job, change: Partial<JobStatus>): void {
    job.status = { ...job.status, ...change }
  }
}

/** Stages that do many things alike: photos, steps, rows. */
const countedStages: ReadonlySet<Progress['stage']> = new Set([
  'encode',
  'turn',
  'train',
  'project',
  'prepare',
  'download'
])

/** Items a second over the last half minute. */
function rate(job: Job, progress: Progress): number | null {
  const nowMs = performance.now()
  if (!countedStages.has(progress.stage)) return null
  job.marks.push({ atMs: nowMs, done: progress.done })
  while (job.marks.length > 2 && nowMs - (job.marks[0]?.atMs ?? nowMs) > 30_000) job.marks.shift()
  const first = job.marks[0]
  if (first === undefined || nowMs - first.atMs < 500) return null
  return ((progress.done - first.done) * 1000) / (nowMs - first.atMs)
}
