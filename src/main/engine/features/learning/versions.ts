import type { EventName, Events } from '../../../../shared/contract.ts'
import type { ProjectorStatus } from '../../../../shared/learning.ts'
import type { ProjectorWeights } from '../../base/domain.ts'
import { detailsOf, EngineError } from '../../../../shared/errors.ts'
import { dropOldSpaces, keepSpaces, rememberOld, spacesOf } from '../projecting/old-spaces.ts'
import { isProjected, projectVersion, type ProjectRows } from '../projecting/project-version.ts'
import { type Control, JobQueue, type Progress } from '../../base/job-queue.ts'
import { spaceName, type ActiveModel, type ModelInUse } from '../../base/active-model.ts'
import type { SharedWriter } from '../../store/writer-lock.ts'
import type { Store, StoredVersion } from '../../store/store.ts'

interface Deps {
  readonly store: Store
  readonly model: ModelInUse & {
    /** The model in use with one of its versions, null for the pack's own map: not switched to yet. @throws EngineError not-found or model-broken */
    withVersion(versionId: number | null): ActiveModel
    /** Remembers which version answers, and lets it answer. @throws EngineError like `withVersion`; the one in use goes on then */
    useVersion(versionId: number | null): ActiveModel
  }
  /** Of this data folder: another process that indexes would save with the version that it knows. */
  readonly writer: SharedWriter
  /** Readies a map for projecting many rows at once, until it is closed. */
  readonly projectWith: (
    weights: ProjectorWeights,
    signal: AbortSignal
  ) => Promise<{ readonly project: ProjectRows; close(): void }>
  readonly emit: <E extends EventName>(name: E, payload: Events[E]) => void
  readonly log: (text: string) => void
  /** Of whoever else must not run at the same time; an own one when absent. */
  readonly queue?: JobQueue
}

/** Each pass catches up with what was indexed meanwhile, so that a second one is rare already. */
const mostPasses = 20

/** What a version's training says of itself, as it is kept beside its weights. */
export type VersionReport = Pick<
  ProjectorStatus,
  'seed' | 'pairHash' | 'pairs' | 'device' | 'seconds' | 'verdict' | 'changes' | 'points'
>

const noReport: VersionReport = {
  ...{ seed: null, pairHash: null, pairs: null, device: null, seconds: null, verdict: null },
  ...{ changes: [], points: [] }
}

/** Versions of the active model's map: which there are, which answers, and switching between them without mixing them. */
export class Versions {
  readonly queue: JobQueue
  readonly #deps: Deps
  /** Being projected, and active as soon as it is complete. */
  #waiting: { readonly versionId: number | null; readonly jobId: string | null } | null = null
  /** What is being deleted looks complete until its first rows are gone: nothing is switched to at once meanwhile. */
  #isDropping = false

  constructor(deps: Deps) {
    this.#deps = deps
    this.queue =
      deps.queue ??
      new JobQueue(
        (event, status) => deps.emit(event, status),
        error => deps.log(detailsOf(error))
      )
  }

  /** Newest first; the pack's own map comes last. None without a model. */
  list(): readonly ProjectorStatus[] {
    const model = this.#deps.model.now
    if (model === null) return []
    const versions = this.#deps.store.projectorVersions.list(model.key)
    return [
      ...versions.map(version => this.#status(version, model)),
      {
        ...noReport,
        versionId: null,
        state: this.#stateOf(null, 'retired', model),
        createdMs: null,
        projectorId: model.card.baseProjector?.id ?? null
      }
    ]
  }

  /**
   * Switches to a version, null for the pack's own map. @returns the job that projects what is missing; null when nothing
   * is, and the version answers already
   * @throws EngineError model-missing, not-found or model-broken; busy while another job runs, database-in-use while another process
   * indexes. The version in use goes on then.
   */
  request(versionId: number | null): string | null {
    const { store, model, writer } = this.#deps
    const next = model.withVersion(versionId)
    if (this.#waiting?.versionId === versionId && this.#waiting.jobId !== null) return this.#waiting.jobId
    const release = writer.acquire()
    try {
      if (this.#waiting === null && !this.#isDropping && isProjected(store, next)) {
        this.#switch(versionId)
        release()
        return null
      }
      const { jobId } = this.queue.start('project', control => this.#work(versionId, control, release))
      this.#waiting = { versionId, jobId }
      return jobId
    } catch (error) {
      release()
      throw error
    }
  }

  /** Projects what a version lacks while the old one answers, and switches when nothing is missing any more. */
  async *switchTo(versionId: number | null, control: Control): AsyncGenerator<Progress> {
    const { store, model, projectWith } = this.#deps
    const before = model.now
    const next = model.withVersion(versionId)
    keepSpaces(store, spacesOf(next))
    this.#waiting = { versionId, jobId: this.#waiting?.jobId ?? null }
    try {
      if (next.projector !== null && !isProjected(store, next)) {
        const base = model.withVersion(null)
        // The first rows are read while the process that projects still starts.
        const opening = projectWith(next.projector, control.signal)
        opening.catch(() => undefined)
        const projectRows: ProjectRows = async input => (await opening).project(input)
        try {
          for (let pass = 1; !isProjected(store, next); pass++) {
            if (pass > mostPasses)
              throw new Error(`Version ${versionId ?? 'null'} lacks projections that cannot be made.`)
            yield* projectVersion(store, next, base, projectRows, control)
          }
        } finally {
          void opening.then(
            rows => rows.close(),
            () => undefined
          )
        }
      }
      control.signal.throwIfAborted()
      if (model.now?.key !== next.key)
        throw new EngineError(
          'cancelled',
          'Another model was chosen meanwhile. Its map is as it was; choose the version again when its model is in use.'
        )
      rememberOld(store, this.#oldBut([before, next]))
      // In the same tick in which nothing was missing: what is saved from now on is projected with the new version.
      this.#switch(versionId)
    } finally {
      this.#waiting = null
    }
    yield* this.#dropOld(control)
  }

  async *#work(versionId: number | null, control: Control, release: () => void): AsyncGenerator<Progress> {
    try {
      yield* this.switchTo(versionId, control)
    } finally {
      release()
    }
  }

  #switch(versionId: number | null): void {
    keepSpaces(this.#deps.store, spacesOf(this.#deps.model.useVersion(versionId)))
    this.#deps.emit('projectorChanged', { versionId })
  }

  /** Bounds the disk: the base's projections, the active version's and those of the one before it are kept. */
  #oldBut(kept: readonly (ActiveModel | null)[]): string[] {
    const { store, model } = this.#deps
    const now = model.now
    if (now === null) return []
    const keptNames = new Set([model.withVersion(null), ...kept].flatMap(one => (one === null ? [] : spacesOf(one))))
    return store.projectorVersions
      .list(now.key)
      .flatMap(({ projectorId }) => [spaceName(projectorId, 'image'), spaceName(projectorId, 'text')])
      .filter(name => !keptNames.has(name) && store.projections.count(name) > 0)
  }

  async *#dropOld(control: Control): AsyncGenerator<Progress> {
    const { store, model } = this.#deps
    let done = 0
    this.#isDropping = true
    try {
      for await (const deleted of dropOldSpaces(store, model.now, control))
        yield { stage: 'project', done: (done += deleted), total: null, failed: 0, encoded: 0 }
    } finally {
      this.#isDropping = false
    }
  }

  #status({ versionId, state, createdMs, projectorId, report }: StoredVersion, model: ActiveModel): ProjectorStatus {
    const { verdict = null, ...rest } = report as Partial<VersionReport>
    return {
      ...noReport,
      ...rest,
      // An older Reverie did not say how it had judged.
      verdict: verdict && { ...{ judged: null, known: null }, ...verdict },
      versionId,
      state: this.#stateOf(versionId, state, model),
      createdMs,
      projectorId
    }
  }

  #stateOf(versionId: number | null, stored: StoredVersion['state'], model: ActiveModel): ProjectorStatus['state'] {
    if (model.versionId === versionId) return 'active'
    return this.#waiting?.versionId === versionId ? 'waiting' : stored
  }
}
