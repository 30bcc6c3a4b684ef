import type { Client, JobStatus } from '../../../main/engine/contract.ts'

type Engine = Pick<Client, 'jobs' | 'pauseJob' | 'resumeJob' | 'cancelJob' | 'on'>

/** Long work: what runs, and how the last of it ended. */
export class JobsState {
  /** The job that runs or is paused; null when there is none. */
  current = $state.raw<JobStatus | null>(null)
  /** The job that ended last while this page was open. */
  ended = $state.raw<JobStatus | null>(null)

  readonly #engine: Engine
  readonly #report: (error: unknown) => void

  constructor(engine: Engine, report: (error: unknown) => void) {
    this.#engine = engine
    this.#report = report
  }

  /** Follows the engine. Returns the function that stops it. */
  listen(): () => void {
    const stops = [
      this.#engine.on('jobStarted', job => this.#take(job)),
      this.#engine.on('jobProgress', job => this.#take(job)),
      this.#engine.on('jobEnded', job => this.#take(job)),
      // No folder is named after a time in which nothing was told: jobs may have come and gone.
      this.#engine.on('libraryChanged', ({ folderIds }) => (folderIds.length === 0 ? void this.load() : undefined))
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  async load(): Promise<void> {
    try {
      const jobs = await this.#engine.jobs({})
      this.current = jobs.find(job => job.state !== 'ended') ?? null
    } catch (error) {
      this.#report(error)
    }
  }

  async pause(jobId: string): Promise<void> {
    await this.#tell(() => this.#engine.pauseJob({ jobId }))
  }

  async resume(jobId: string): Promise<void> {
    await this.#tell(() => this.#engine.resumeJob({ jobId }))
  }

  async cancel(jobId: string): Promise<void> {
    await this.#tell(() => this.#engine.cancelJob({ jobId }))
  }

  #take(job: JobStatus): void {
    if (job.state !== 'ended') {
      this.current = job
      if (this.ended?.jobId !== job.jobId) this.ended = null
      return
    }
    this.ended = job
    if (this.current?.jobId === job.jobId) this.current = null
  }

  async #tell(command: () => Promise<unknown>): Promise<void> {
    try {
      await command()
    } catch (error) {
      this.#report(error)
    }
    await this.load()
  }
}

/** Seconds until the job is done at its present rate; null while that cannot be said. */
export function secondsLeft(job: JobStatus): number | null {
  if (job.state !== 'running' || job.total === null || job.perSecond === null || job.perSecond <= 0) return null
  return Math.max(0, job.total - job.done) / job.perSecond
}
