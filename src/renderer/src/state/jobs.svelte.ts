import type { Client } from '../../../shared/contract.ts'
import type { JobStatus } from '../../../shared/jobs.ts'

type Engine = Pick<Client, 'jobs' | 'pauseJob' | 'resumeJob' | 'cancelJob' | 'on'>

/** Long work: what runs, and how the last of it ended. */
export class JobsState {
  /** Jobs that run or are paused: a model may be fetched while the library is indexed. */
  running = $state.raw<readonly JobStatus[]>([])
  /** Of each kind the job that ended last while this page was open. */
  #ended = $state.raw<readonly JobStatus[]>([])

  readonly #engine: Engine
  readonly #report: (error: unknown) => void

  constructor(engine: Engine, report: (error: unknown) => void) {
    this.#engine = engine
    this.#report = report
  }

  /** The first job of these kinds, of any kind when none is named; null when none runs. */
  current(...kinds: readonly JobStatus['kind'][]): JobStatus | null {
    return this.running.find(({ kind }) => kinds.length === 0 || kinds.includes(kind)) ?? null
  }

  /** How the last job of these kinds ended. */
  ended(...kinds: readonly JobStatus['kind'][]): JobStatus | null {
    return this.#ended.find(({ kind }) => kinds.length === 0 || kinds.includes(kind)) ?? null
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
      // Answers and events come on ways of their own: the end of a job may overtake an answer in which it still ran.
      const isOver = ({ jobId }: JobStatus): boolean => this.#ended.some(ended => ended.jobId === jobId)
      this.running = jobs.filter(job => job.state !== 'ended' && !isOver(job))
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
    const others = this.running.filter(({ jobId }) => jobId !== job.jobId)
    const otherEnds = this.#ended.filter(({ kind }) => kind !== job.kind)
    if (job.state === 'ended') {
      this.running = others
      this.#ended = [job, ...otherEnds]
      return
    }
    const at = this.running.findIndex(({ jobId }) => jobId === job.jobId)
    this.running = at === -1 ? [...others, job] : this.running.with(at, job)
    // How the one before ended is news no more.
    if (this.#ended.some(({ kind, jobId }) => kind === job.kind && jobId !== job.jobId)) this.#ended = otherEnds
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
