import { deserialize, serialize } from 'node:v8'
import type { Device } from '../../../../shared/learning.ts'
import type { ProjectorWeights } from '../../base/domain.ts'
import { parseProjector, serializeProjector } from '../project/projector-file.ts'
import { identityProjector, learnedProjector, stacked } from './candidate.ts'
import { Dataset } from './dataset.ts'
import { openRowProjector } from './executors/row-projector.ts'
import { openSession } from './executors/open-session.ts'
import { foldsOf } from './folds.ts'
import { heldOut, scoresOf, type Scores } from './held-out.ts'
import { prove } from './prove.ts'
import { learnableFrom, refuseTooFew } from './readiness.ts'
import { RunPoints } from './run-points.ts'
import { hidden, librarySettings } from './settings.ts'
import { ssalProgram, train, type Report, type SsalStart } from './ssal.ts'
import { joined, type BeginInput, type TrainingData, type TrainStep } from './training-data.ts'

/**
 * Learns a library: from its pairs to a candidate that was judged on pairs it never saw. One residual is trained for each tower, on
 * top of the base map, so that learning starts from exactly what the encoder knows.
 *
 * @throws EngineError bad-input when there is too little to learn from
 */
export async function* runTraining(input: BeginInput, device: Device, threads = 1): AsyncGenerator<TrainStep> {
  const { data: own, seed } = input
  const base = input.base === null ? identityProjector(own.imageDimension) : parseProjector(input.base)
  const folds = foldsOf(own.groups)
  refuseTooFew(learnableFrom(Array.from(own.groups, (group, photo) => ({ group, alike: own.alike[photo] ?? photo }))))
  const data = await inCommonSpace(joined(own, input.rehearsal), base, threads)
  const labels = data.labels.reduce((most, label) => Math.max(most, label + 1), 0)
  const rehearsed = data.groups.map((_, photo) => photo).subarray(own.groups.length)
  const config = librarySettings(folds.train.length, {
    hasRehearsal: rehearsed.length > 0,
    hasRotations: data.rotations === 4,
    hasLabels: labels > 0,
    seed
  })
  const { dimension } = base
  const tower = { inputDimension: dimension, dimension, linear: null, words: null, hidden }
  const start: SsalStart = { image: { ...tower, tower: 'image' }, text: { ...tower, tower: 'text' }, labels }
  const dataset = new Dataset(data, {
    seed,
    batch: config.batch,
    photos: folds.train,
    rehearsed: { photos: [...rehearsed], count: Math.round(config.batch * config.rehearsedShare) },
    words: null,
    labels,
    imageNoise: config.imageNoise,
    wordDropout: config.wordDropout
  })
  const validation = heldOut(data, folds.validation)
  const session = await openSession(ssalProgram(start, config), { device, threads })
  const source = `SSAL on ${dataset.size} photos, seed ${seed}`

  try {
    const from = input.checkpoint === null ? null : (deserialize(input.checkpoint) as Report<Scores>)
    let last = from
    const points = new RunPoints(device, config.steps, from?.step ?? 0)
    const lesson = {
      batch: (step: number) => dataset.batch(step),
      // Probes cost more than all else of a small training, and choose nothing: what changed is seen at the ends.
      judge: (weights: Report<Scores>['state']['averages'], isEnd: boolean) =>
        scoresOf(data, validation, learnedProjector(start, weights, null, source), threads, isEnd),
      worth: (scores: Scores) => scores.mrr
    }
    for await (const report of train(session, lesson, config, from)) {
      last = report
      yield { kind: 'point', point: points.point(report), checkpoint: serialize(report) }
    }
    const best = last?.best
    if (best == null) throw new Error('The training ended before there was anything to choose.')
    const learned = learnedProjector(start, best.weights, null, source)
    const proven = await prove({
      data: own,
      folds,
      candidate: share => stacked(base, learned, share, source),
      incumbent: input.incumbent === null ? base : parseProjector(input.incumbent),
      general: input.general,
      threads
    })
    yield {
      kind: 'trained',
      projector: serializeProjector(proven.projector),
      verdict: proven.verdict,
      changes: proven.changes
    }
  } finally {
    await session.close()
  }
}

/** The same data with every row where the base map puts it: what the residuals see. */
async function inCommonSpace(data: TrainingData, base: ProjectorWeights, threads: number): Promise<TrainingData> {
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
