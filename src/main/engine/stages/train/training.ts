import { deserialize, serialize } from 'node:v8'
import type { Device } from '../../../../shared/learning.ts'
import type { ProjectorWeights } from '../../base/domain.ts'
import { parseProjector, serializeProjector } from '../project/projector-file.ts'
import { identityProjector, learnedProjector } from './candidate.ts'
import { Dataset } from './dataset.ts'
import { openRowProjector } from './executors/row-projector.ts'
import { openSession } from './executors/open-session.ts'
import { isClearlyWorse } from './gate.ts'
import { heldOut, scoresOf, type Scores } from './held-out.ts'
import { prove } from './prove.ts'
import { learnableFrom, refuseTooFew } from './readiness.ts'
import { RunPoints } from './run-points.ts'
import { hidden, librarySettings } from './settings.ts'
import { ssalProgram, train, type Report, type SsalConfig, type SsalStart } from './ssal.ts'
import { joined, type BeginInput, type TrainingData, type TrainStep } from './training-data.ts'
import { deal, type Split } from './turns.ts'

/**
 * Learns a library: from its pairs to a candidate, and to a judgement of it by what it did not see. One residual is trained for each tower, on
 * top of the base map, so that learning starts from exactly what the encoder knows. First comes the map that is delivered, then the turns that
 * judge it, each in the same way: see turns.ts.
 *
 * @throws EngineError bad-input when there is too little to learn from
 */
export async function* runTraining(input: BeginInput, device: Device, threads = 1): AsyncGenerator<TrainStep> {
  const { data: own, seed } = input
  const base = input.base === null ? identityProjector(own.imageDimension) : parseProjector(input.base)
  refuseTooFew(learnableFrom(Array.from(own.groups, (group, photo) => ({ group, alike: own.alike[photo] ?? photo }))))
  const dealt = deal(own)
  const data = await inCommonSpace(own, base, threads)
  const course = await courseOf(input, data, base, device, threads)
  const saved = input.checkpoint === null ? null : (deserialize(input.checkpoint) as Checkpoint)
  const learned = [...(saved?.learned ?? [])]
  let from = saved?.report ?? null

  if (learned.length === 0) {
    const lesson = course(dealt.whole, seed)
    const points = new RunPoints(device, lesson.config.steps, from?.step ?? 0)
    for await (const report of lesson.run(from)) {
      from = report
      yield {
        kind: 'point',
        point: points.point(report),
        checkpoint: serialize({ learned, report } satisfies Checkpoint)
      }
    }
    learned.push(lesson.learnedFrom(from))
    from = null
  }
  const lessons = dealt.turns.map(turn => course({ ...turn }, seed, judgedEvaluations))
  const total = lessons.reduce((sum, { config }) => sum + config.steps, 0)
  for (const [turn, lesson] of lessons.entries()) {
    if (turn + 1 < learned.length) continue
    const earlier = lessons.slice(0, turn).reduce((sum, { config }) => sum + config.steps, 0)
    for await (const report of lesson.run(from)) {
      from = report
      const checkpoint = serialize({ learned, report } satisfies Checkpoint)
      yield { kind: 'turn', done: earlier + report.step, total, checkpoint }
    }
    learned.push(lesson.learnedFrom(from))
    from = null
  }

  const [whole, ...turns] = learned
  if (whole === undefined) throw new Error('Nothing was learned.')
  const incumbent = input.incumbent?.length === turns.length ? input.incumbent.map(parseProjector) : null
  const proven = await prove({ data, dealt, base, whole, turns, incumbent, general: input.general, threads })
  yield {
    kind: 'trained',
    projector: serializeProjector(proven.projector),
    turns: proven.turns.map(serializeProjector),
    verdict: proven.verdict,
    changes: proven.changes
  }
}

/** What every map learned that is trained to its end, and how far the next one is. */
interface Checkpoint {
  readonly learned: readonly ProjectorWeights[]
  readonly report: Report<Scores>
}

/** A turn keeps fewer evaluations to choose from: each is written to disk. */
const judgedEvaluations = 10

interface Course {
  readonly config: SsalConfig
  run(from: Report<Scores> | null): AsyncGenerator<Report<Scores>>
  /** What a map adds to the base map at its best evaluation. */
  learnedFrom(last: Report<Scores> | null): ProjectorWeights
}

/** What all trainings of a library have in common. */
async function courseOf(
  input: BeginInput,
  own: TrainingData,
  base: ProjectorWeights,
  device: Device,
  threads: number
): Promise<(split: Split, seed: number, evaluations?: number) => Course> {
  const data = input.rehearsal === null ? own : joined(own, await inCommonSpace(input.rehearsal, base, threads))
  const labels = data.labels.reduce((most, label) => Math.max(most, label + 1), 0)
  const rehearsed = Array.from({ length: data.groups.length - own.groups.length }, (_, i) => own.groups.length + i)
  const { dimension } = base
  const tower = { inputDimension: dimension, dimension, linear: null, words: null, hidden }
  const start: SsalStart = { image: { ...tower, tower: 'image' }, text: { ...tower, tower: 'text' }, labels }

  return (split, seed, evaluations) => {
    const usual = librarySettings(split.train.length, {
      hasRehearsal: rehearsed.length > 0,
      hasRotations: data.rotations === 4,
      hasLabels: labels > 0,
      seed
    })
    const config = evaluations === undefined ? usual : { ...usual, evaluateEvery: Math.ceil(usual.steps / evaluations) }
    const source = `SSAL on ${split.train.length} photos, seed ${seed}`
    const mapOf = (weights: Report<Scores>['state']['averages']): ProjectorWeights =>
      learnedProjector(start, weights, null, source)
    return {
      config,
      async *run(from) {
        const dataset = new Dataset(data, {
          seed,
          batch: config.batch,
          photos: split.train,
          rehearsed: { photos: rehearsed, count: Math.round(config.batch * config.rehearsedShare) },
          words: null,
          labels,
          imageNoise: config.imageNoise,
          wordDropout: config.wordDropout
        })
        const validation = heldOut(own, split.validation)
        const groups = validation.photos.map(photo => own.groups[photo] ?? photo)
        const session = await openSession(ssalProgram(start, config), { device, threads })
        try {
          const lesson = {
            batch: (step: number) => dataset.batch(step),
            // Probes cost more than all else of a small training, and choose nothing: what changed is seen at the ends, and of a turn by nobody.
            judge: (weights: Report<Scores>['state']['averages'], isEnd: boolean) =>
              scoresOf(own, validation, mapOf(weights), threads, isEnd && evaluations === undefined),
            // [Note: what few photos choose] The validation photos of a small library choose by chance, so what they say counts where it is clear.
            isWorse: (scores: Scores, best: Scores) => isClearlyWorse(scores.photos, best.photos, groups)
          }
          yield* train(session, lesson, config, from)
        } finally {
          await session.close()
        }
      },
      learnedFrom(last) {
        if (last?.best == null) throw new Error('The training ended before there was anything to choose.')
        return mapOf(last.best.weights)
      }
    }
  }
}

/** The same data with every row where the base map puts it: what the residuals see. */
async function inCommonSpace<
  D extends Pick<TrainingData, 'images' | 'imageDimension' | 'texts' | 'textDimension' | 'tokens' | 'tokenStarts'>
>(data: D, base: ProjectorWeights, threads: number): Promise<D> {
  const projector = openRowProjector(base, threads)
  const { tokens, tokenStarts } = data
  const images = await projector.project('image', { vectors: data.images, dimension: data.imageDimension })
  const texts = await projector.project('text', {
    vectors: data.texts,
    dimension: data.textDimension,
    tokens,
    tokenStarts
  })
  await projector.close()
  return { ...data, images, texts, imageDimension: base.dimension, textDimension: base.dimension }
}
