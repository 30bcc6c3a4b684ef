import type { Client } from '../../../shared/contract.ts'
import type { JobStatus } from '../../../shared/jobs.ts'
import type {
  Device,
  DeviceStatus,
  PairsAnswer,
  PairStatus,
  ProjectorStatus,
  RunPoint,
  RunStatus
} from '../../../shared/learning.ts'

type Engine = Pick<
  Client,
  'pairs' | 'projectors' | 'run' | 'devices' | 'trainProjector' | 'activateProjector' | 'confirmPair' | 'on'
>

type Listing = 'pairs' | 'versions' | 'run' | 'devices'

/** `soon`: a job projects the library first, and search goes on with the version from before until then. */
export type Switch = 'now' | 'soon'

/** As many as the engine gives: a filter by reason must find the weakest pairs too. */
const MOST_PAIRS = 10_000

/**
 * Learning from the library: what there is to learn from, the run, the versions and the devices. Nothing is asked before the
 * person has looked once, because counting pairs costs the engine work; from then on the engine's events keep it true.
 */
export class TrainingState {
  /** null until the engine has answered once, as all of these. */
  pairs = $state.raw<PairsAnswer | null>(null)
  versions = $state.raw<readonly ProjectorStatus[] | null>(null)
  devices = $state.raw<readonly DeviceStatus[] | null>(null)
  /** The training that runs, or the last one; null when there was none. */
  run = $state.raw<RunStatus | null>(null)
  device = $state<Device | 'auto'>('auto')
  isStarting = $state(false)
  isTestingDevices = $state(false)
  /** A switch to another version was asked for and not yet answered. */
  isSwitching = $state(false)

  readonly active = $derived(this.versions?.find(version => version.state === 'active') ?? null)
  /** What the last training came to, until the person has kept it, rolled it back or read why it was refused. */
  readonly undecided = $derived.by(() => {
    const last = this.versions?.find(version => version.versionId === this.run?.versionId)
    if (last?.versionId == null || last.verdict === null) return null
    return last.state === 'retired' || this.#decided.includes(last.versionId) ? null : last
  })

  readonly #engine: Engine
  readonly #report: (error: unknown) => void
  #isFollowed = false
  #listed = 1
  #decided = $state.raw<readonly number[]>([])
  /** What answered before the version that answers now; undefined where this page has not seen it change. */
  #before = $state<number | null | undefined>()
  readonly #latest: Record<Listing, number> = { pairs: 0, versions: 0, run: 0, devices: 0 }

  constructor(engine: Engine, report: (error: unknown) => void) {
    this.#engine = engine
    this.#report = report
  }

  /** Follows the engine. Returns the function that stops it. */
  listen(): () => void {
    const stops = [
      this.#engine.on('runProgress', ({ jobId, point }) => this.#take(jobId, point)),
      this.#engine.on('projectorChanged', () => (this.#isFollowed ? void this.#loadVersions() : undefined)),
      this.#engine.on('jobStarted', job => this.#jobStarted(job)),
      this.#engine.on('jobEnded', job => this.#jobEnded(job)),
      this.#engine.on('modelChanged', () => void this.refresh()),
      // No folder is named after a time in which nothing was told.
      this.#engine.on('libraryChanged', ({ folderIds }) => (folderIds.length === 0 ? void this.refresh() : undefined))
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  /** The person looks: asks for all but the devices, and keeps it true from now on. */
  async look(): Promise<void> {
    this.#isFollowed = true
    await this.refresh()
  }

  /** Asks again, when somebody has looked. */
  async refresh(): Promise<void> {
    if (!this.#isFollowed) return
    await Promise.all([this.#loadPairs(), this.#loadVersions(), this.#loadRun()])
  }

  /** From now on the pairs themselves, not only how many there are. */
  async listPairs(): Promise<void> {
    this.#listed = MOST_PAIRS
    await this.#loadPairs()
  }

  /** Has every device of the machine tested, the first time or each again. */
  async testDevices(isAnew = false): Promise<void> {
    if ((this.devices !== null && !isAnew) || this.isTestingDevices) return
    this.isTestingDevices = true
    await this.#ask('devices', this.#engine.devices({ isAnew }), devices => (this.devices = devices))
    this.isTestingDevices = false
  }

  /** Whether it was started; a refusal is reported. */
  async start(): Promise<boolean> {
    this.isStarting = true
    const job = await this.#tell(this.#engine.trainProjector(this.device === 'auto' ? {} : { device: this.device }))
    await this.#loadRun()
    this.isStarting = false
    return job !== null
  }

  /** The new version stays: nothing more is asked about it. */
  keep(versionId: number): void {
    this.#decided = [...this.#decided, versionId]
  }

  /**
   * Where *Roll back* leads: to what answered before, as this page saw it; else to the newest version that once answered;
   * else to the pack's own map, null. undefined: there is nothing before the pack's own.
   */
  get beforeActive(): number | null | undefined {
    const { active } = this
    if (active?.versionId == null) return undefined
    if (this.#before !== undefined) return this.#before
    return this.versions?.find(({ state, versionId }) => state === 'retired' && versionId !== null)?.versionId ?? null
  }

  /** As `activate`, to where *Roll back* leads. */
  async rollBack(): Promise<Switch | null> {
    const { active, beforeActive } = this
    if (active?.versionId == null || beforeActive === undefined) return null
    const done = await this.activate(beforeActive)
    if (done !== null) this.keep(active.versionId)
    return done
  }

  /** null when it was refused, which is reported. */
  async activate(versionId: number | null): Promise<Switch | null> {
    this.isSwitching = true
    const answer = await this.#tell(this.#engine.activateProjector({ versionId }))
    await this.#loadVersions()
    this.isSwitching = false
    return answer && (answer.jobId === null ? 'now' : 'soon')
  }

  /** The list stays in its order, so that nothing jumps from under the pointer; the counts are the new ones. */
  async judge(pair: PairStatus, verdict: PairStatus['verdict']): Promise<void> {
    const { photoId, noteId, text } = pair
    const said = this.#engine.confirmPair({ photoId, noteId, text, verdict }).then(() => true)
    if ((await this.#tell(said)) === null) return
    const listed = this.pairs?.pairs.map(one => (isSame(one, pair) ? { ...one, verdict } : one))
    if (this.pairs !== null && listed !== undefined) this.pairs = { ...this.pairs, pairs: listed }
    await this.#ask('pairs', this.#engine.pairs({ limit: 1 }), answer => {
      this.pairs = { ...answer, pairs: listed ?? answer.pairs }
    })
  }

  #loadPairs(): Promise<void> {
    return this.#ask('pairs', this.#engine.pairs({ limit: this.#listed }), pairs => (this.pairs = pairs))
  }

  #loadVersions(): Promise<void> {
    return this.#ask('versions', this.#engine.projectors({}), versions => {
      const old = this.active
      this.versions = versions
      if (old !== null && this.active !== null && old.versionId !== this.active.versionId) this.#before = old.versionId
    })
  }

  #loadRun(): Promise<void> {
    return this.#ask('run', this.#engine.run({}), run => {
      const told = run !== null && run.jobId === this.run?.jobId ? this.run.points : []
      // Points that were told while the answer was on its way are newer than it.
      this.run = run && { ...run, points: told.reduce(withPoint, run.points) }
    })
  }

  #take(jobId: string, point: RunPoint): void {
    if (this.run?.jobId === jobId) this.run = { ...this.run, points: withPoint(this.run.points, point) }
    else if (this.#isFollowed) void this.#loadRun()
  }

  #jobStarted(job: JobStatus): void {
    if (job.kind === 'train' && this.#isFollowed) void this.#loadRun()
  }

  /** What a training came to is worth knowing to who never looked: the header says that it is there. */
  #jobEnded(job: JobStatus): void {
    if (job.kind === 'train') void Promise.all([this.#loadRun(), this.#loadVersions()])
    else if (job.kind === 'project' && this.#isFollowed) void this.#loadVersions()
    if (job.kind === 'index' && this.#isFollowed) void this.#loadPairs()
  }

  /** Takes the answer unless the same was asked again since. */
  async #ask<T>(what: Listing, question: Promise<T>, take: (answer: T) => void): Promise<void> {
    const mine = ++this.#latest[what]
    try {
      const answer = await question
      if (mine === this.#latest[what]) take(answer)
    } catch (error) {
      if (mine === this.#latest[what]) this.#report(error)
    }
  }

  /** null when it was refused, which is reported. */
  async #tell<T>(command: Promise<T>): Promise<T | null> {
    try {
      return await command
    } catch (error) {
      this.#report(error)
      return null
    }
  }
}

/** A training that goes on from a checkpoint tells some steps again: the newer telling counts. */
function withPoint(points: readonly RunPoint[], point: RunPoint): readonly RunPoint[] {
  const last = points.at(-1)
  return last === undefined || last.step < point.step
    ? [...points, point]
    : [...points.filter(({ step }) => step < point.step), point]
}

function isSame(one: PairStatus, other: PairStatus): boolean {
  return one.photoId === other.photoId && one.noteId === other.noteId && one.text === other.text
}
