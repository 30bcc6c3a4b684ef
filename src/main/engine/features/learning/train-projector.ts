import { readFile } from 'node:fs/promises'
import type { ChangedQuery, Device, RunPoint, Verdict } from '../../../../shared/learning.ts'
import type { Devices } from './devices.ts'
import { EngineError } from '../../../../shared/errors.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import { serializeProjector } from '../../stages/project/projector-file.ts'
import type { Store } from '../../store/store.ts'
import { parseProbe } from '../../stages/train/probe-file.ts'
import type { GeneralProbe, RankChange, TrainStep } from '../../stages/train/training-data.ts'
import { TrainerGone, type TrainerProcess } from '../../workers/trainer-process.ts'
import { fileTrainingSet } from './file-training-set.ts'
import type { Control, Progress } from '../../base/job-queue.ts'
import type { TrainingFiles, VersionsBefore } from './training-files.ts'
import { hashInput, trainingData } from './training-rows.ts'
import { libraryTrainingSet, type TrainingEncoder, type TrainingSet } from './training-set.ts'

export interface TrainingRequest {
  readonly device: Device | 'auto'
  readonly seed: number
  /** A file of photos and captions in place of the library's own pairs. */
  readonly pairsFile: string | null
}

/** A candidate with all that is known of how it came about. */
export interface TrainedVersion {
  readonly modelKey: string
  /** A projector file. */
  readonly projector: Uint8Array
  /** That judged it: see `TrainStep`. */
  readonly turns: readonly Uint8Array[]
  readonly seed: number
  readonly pairHash: string
  readonly pairs: number
  readonly device: Device
  readonly seconds: number
  readonly verdict: Verdict
  readonly changes: readonly ChangedQuery[]
  readonly points: readonly RunPoint[]
}

/** What tells the version of an interrupted training from all others. */
interface InterruptedTraining {
  readonly modelKey: string
  readonly seed: number
  readonly pairHash: string
  readonly before: VersionsBefore
}

/** Where versions are kept, and how one of them comes to answer. */
export interface VersionKeeper {
  now(modelKey: string): VersionsBefore
  /**
   * The version that an interrupted training saved before the interruption; null when there is none, or when the version was
   * compared with another one than the one that answers now.
   */
  savedBy(training: InterruptedTraining): { readonly versionId: number; readonly isAccepted: boolean } | null
  /** Turns of the version that answers now: see `BeginInput.incumbent`. */
  incumbent(model: ActiveModel): readonly Uint8Array[] | null
  /** As a candidate, or as rejected when the verdict says so. @returns its id */
  save(version: TrainedVersion): number
  /** Projects all that is stored with it, and then lets it answer. */
  activate(versionId: number, model: ActiveModel, control: Control): AsyncGenerator<Progress>
}

export interface TrainDeps {
  readonly store: Store
  readonly encoder: TrainingEncoder
  readonly trainer: TrainerProcess
  readonly devices: Devices
  readonly model: ActiveModel
  readonly versions: VersionKeeper
  readonly files: TrainingFiles
  /** Of a training that was interrupted, the versions when it was asked for; null for a new training. */
  readonly interrupted: VersionsBefore | null
  /** Of the app: another one may train differently. */
  readonly version: string
  readonly threads: number
  readonly onPoint: (point: RunPoint) => void
  readonly onVersion: (versionId: number) => void
}

/**
 * The other half of the sentence, spelled out: pairs from the library train the projector, and a version that proves itself
 * re-projects what is stored. Every evaluation is kept: stop it anywhere, start it again, and it goes on from the last one.
 *
 * @throws EngineError bad-input when there are too few pairs, or when the device cannot be used
 */
export async function* trainProjector(
  request: TrainingRequest,
  deps: TrainDeps,
  control: Control
): AsyncGenerator<Progress> {
  const { model, versions, files } = deps
  if (!model.hasCommonSpace)
    throw new EngineError(
      'model-missing',
      'The model has no map between pictures and words yet, so there is nothing to improve. Fit one first: reverie fit <pairs.jsonl> --pack <folder>.'
    )
  let progress: Progress = { stage: 'pairs', done: 0, total: null, failed: 0, encoded: 0 }
  const set = yield* tracked(
    request.pairsFile === null ? libraryTrainingSet(deps, control) : fileTrainingSet(request.pairsFile, deps, control),
    last => (progress = last)
  )
  const { failed, encoded } = progress
  const activate = async function* (versionId: number): AsyncGenerator<Progress> {
    for await (const projected of versions.activate(versionId, model, control)) yield { ...projected, failed, encoded }
  }

  // Interrupted after its last step, a training has nothing left to learn: only its version may not answer yet.
  const saved = savedVersion(request, set, deps)
  if (saved !== null) {
    await files.forgetSaved()
    deps.onVersion(saved.versionId)
    if (saved.isAccepted) yield* activate(saved.versionId)
    return
  }

  const chosen = await deps.devices.choose(request.device)
  await control.pace()
  const { baseProjector } = model.card
  const input = {
    data: await trainingData(set.rows),
    base: baseProjector === null ? null : serializeProjector(baseProjector),
    incumbent: versions.incumbent(model),
    general: await probeFile(model.card.generalProbePath, model),
    rehearsal: await probeFile(model.card.rehearsalPath, model),
    seed: request.seed
  }
  const inputHash = await hashInput(input, deps.version)
  const evaluated = await files.saved(inputHash)
  const points = [...(evaluated?.points ?? [])]
  points.forEach(deps.onPoint)
  progress = { ...progress, stage: 'train', done: points.at(-1)?.step ?? 0, total: points.at(-1)?.steps ?? null }
  yield progress

  const startedMs = performance.now()
  const seconds = (): number => (evaluated?.seconds ?? 0) + (performance.now() - startedMs) / 1000
  const begin = { ...input, device: chosen, checkpoint: evaluated?.checkpoint ?? null, threads: deps.threads }
  for await (const { step, device } of trainingSteps(begin, deps, control.signal)) {
    if (step.kind === 'point') {
      const { point, checkpoint } = step
      points.push(point)
      await files.save({ inputHash, points, seconds: seconds(), checkpoint })
      deps.onPoint(point)
      const stage = point.step < point.steps ? 'train' : 'prove'
      progress = { ...progress, stage, done: point.step, total: point.steps }
      yield progress
      await control.pace()
      continue
    }
    if (step.kind === 'turn') {
      const { done, total, checkpoint } = step
      await files.save({ inputHash, points, seconds: seconds(), checkpoint })
      progress = { ...progress, stage: 'prove', done, total }
      yield progress
      await control.pace()
      continue
    }
    const versionId = versions.save({
      modelKey: model.key,
      projector: step.projector,
      turns: step.turns,
      seed: request.seed,
      pairHash: set.pairHash,
      pairs: set.rows.pairs.length,
      device,
      seconds: Math.round(seconds() * 10) / 10,
      verdict: step.verdict,
      changes: step.changes.flatMap(change => changedQuery(change, set)),
      points
    })
    await files.forgetSaved()
    deps.onVersion(versionId)
    if (step.verdict.isAccepted) yield* activate(versionId)
  }
}

/**
 * The steps of a training, with what computed them. A device that fails is not trusted any more, and the CPU goes on from the last
 * checkpoint: whatever fails off the CPU is the device's fault, until the CPU has failed as well.
 */
async function* trainingSteps(
  begin: Parameters<TrainerProcess['train']>[0],
  deps: Pick<TrainDeps, 'trainer' | 'devices'>,
  signal: AbortSignal
): AsyncGenerator<{ readonly step: TrainStep; readonly device: Device }> {
  const { device } = begin
  let { checkpoint } = begin
  try {
    for await (const step of deps.trainer.train(begin, signal)) {
      if (step.kind !== 'trained') ({ checkpoint } = step)
      yield { step, device }
    }
  } catch (error) {
    if (device === 'cpu' || !(error instanceof EngineError) || error.code !== 'internal') throw error
    await deps.devices.distrust(device, error instanceof TrainerGone ? error.how : error.message)
    yield* trainingSteps({ ...begin, device: 'cpu', checkpoint }, deps, signal)
  }
}

function savedVersion(
  { seed }: TrainingRequest,
  { pairHash }: TrainingSet,
  { interrupted, model, versions }: TrainDeps
): ReturnType<VersionKeeper['savedBy']> {
  if (interrupted === null) return null
  return versions.savedBy({ modelKey: model.key, seed, pairHash, before: interrupted })
}

/** What the pack brings of photos of others; a broken file is none, since its map works all the same. */
async function probeFile(path: string | null, { card }: ActiveModel): Promise<GeneralProbe | null> {
  if (path === null) return null
  const probe = parseProbe(await readFile(path).catch(() => new Uint8Array(0)))
  const fits = probe?.imageDimension === card.image.dimension && probe.textDimension === card.text.dimension
  return fits ? probe : null
}

/** The same, telling what it yielded last. */
async function* tracked<T>(
  work: AsyncGenerator<Progress, T>,
  onProgress: (progress: Progress) => void
): AsyncGenerator<Progress, T> {
  for (;;) {
    const step = await work.next()
    if (step.done === true) return step.value
    onProgress(step.value)
    yield step.value
  }
}

/** Positions become items; a question of a photo that is not in the library has nothing to show. */
function changedQuery(change: RankChange, { itemIds, texts }: TrainingSet): ChangedQuery[] {
  const photoId = itemIds[change.photo] ?? null
  const text = texts[change.text]
  if (photoId === null || text === undefined) return []
  const items = (positions: readonly number[]): number[] =>
    positions.flatMap(position => {
      const itemId = itemIds[position] ?? null
      return itemId === null ? [] : [itemId]
    })
  const { rankBefore, rankAfter, before, after } = change
  return [{ text, photoId, rankBefore, rankAfter, before: items(before), after: items(after) }]
}
