import { EngineError } from '../../../../shared/errors.ts'
import { seededRandom } from '../../math/random.ts'
import type { LossName } from '../../../../shared/learning.ts'
import { add, constant, input, mul, nameOf, reverse, type Expr } from './expression.ts'
import { contrastiveLoss, crossEntropy, hardestTripletLoss, knownPairs, movedLoss, structureLoss } from './losses.ts'
import { classifier, cosineClassifier, towerNet, type TowerStart } from './nets.ts'
import type { Batch, Parameter, Program, Session, SessionState, Values } from './step.ts'

/** Every number of a training. Where each comes from stands in `settings.ts` and in docs/ssal.md. */
export interface SsalConfig {
  readonly seed: number
  /** b: pairs in a step, all of different photos. */
  readonly batch: number
  readonly steps: number
  readonly evaluateEvery: number
  /** τ of the contrastive loss. */
  readonly temperature: number
  /** w: share of the pair loss that a rotated photo has, 0…1; 0 where photos are upright only. */
  readonly rotatedWeight: number
  readonly structureWeight: number
  /** Of how far rehearsed photos and texts move from where the base map puts them. */
  readonly anchorWeight: number
  /** Of the labels' loss; 0 without labels. */
  readonly labelWeight: number
  /** Of ACMR's hardest-negative loss; 0 but for the classic benchmark. */
  readonly tripletWeight: number
  /** λ at the end of the ramp; 0 leaves that adversary out. */
  readonly modalityReversal: number
  readonly rotationReversal: number
  readonly discriminatorSteps: number
  readonly learningRate: number
  readonly discriminatorLearningRate: number
  readonly weightDecay: number
  /** Share of the averaged projectors that is kept at each step, 0…1: what is deployed is the average. */
  readonly averageDecay: number
  /** Share of a batch that is drawn from photos of others, 0…1. */
  readonly rehearsedShare: number
  /** Length of the noise that is added to a photo's row of length 1: what keeps a large map from learning the photos by heart. */
  readonly imageNoise: number
  /** Share of what a text's words add that is left out of each batch, 0…1. */
  readonly wordDropout: number
  /** Times the learning rate, by what is moved. */
  readonly learningRateScales: { readonly linear: number; readonly words: number; readonly residual: number }
}

export interface SsalStart {
  readonly image: TowerStart
  readonly text: TowerStart
  /** L: labels that photos may have; 0 for none. */
  readonly labels: number
}

/**
 * The steps of SSAL over one set of parameters.
 *
 * `project` moves the projectors (and the labels' directions) down pair + labels + structure + modality + rotation, where the last two
 * come back through a gradient reversal: the projectors learn what the discriminator cannot read. `discriminate` moves the
 * discriminator alone, on rows that `represent` made of a batch.
 */
export function ssalProgram(start: SsalStart, config: SsalConfig): Program {
  const random = seededRandom(config.seed)
  const { batch: b } = config
  const k = start.image.dimension
  const image = towerNet(start.image, random)
  const text = towerNet(start.text, random)
  const modality = classifier('modality', k, 2, random)
  const rotation = classifier('rotation', k, 4, random)
  const labels = start.labels === 0 ? null : cosineClassifier('label', k, start.labels, random)

  const images = input('images', [b, start.image.inputDimension])
  const texts = input('texts', [b, start.text.inputDimension])
  const rotations = input('rotations', [b, 4])
  const isRotated = config.rotatedWeight > 0 || config.rotationReversal > 0
  const z = image.apply(images, null)
  const rotated = isRotated ? image.apply(input('rotated', [b, start.image.inputDimension]), null) : null
  const u = text.apply(texts, text.wordsOf(b, config.wordDropout > 0))
  const known = knownPairs(input('photoGroups', [b]), input('textGroups', [b]))

  const parts: Partial<Record<LossName, Expr>> = {}
  const upright = contrastiveLoss(z, u, config.temperature, known)
  parts.pair =
    rotated === null || config.rotatedWeight === 0
      ? upright
      : add(
          mul(upright, 1 - config.rotatedWeight),
          mul(contrastiveLoss(rotated, u, config.temperature, known), config.rotatedWeight)
        )
  if (config.tripletWeight > 0)
    parts.pair = add(parts.pair, mul(hardestTripletLoss(z, u, 0.2, known), config.tripletWeight))
  if (labels !== null && config.labelWeight > 0) {
    const given = input('labels', [b, start.labels])
    parts.label = mul(add(crossEntropy(labels.apply(z), given), crossEntropy(labels.apply(u), given)), 0.5)
  }
  if (config.anchorWeight > 0) {
    const rehearsed = input('rehearsed', [b])
    // Only what comes in as a row of the common space has a place to be kept at.
    const anchored = [
      ...(start.image.inputDimension === k ? [movedLoss(images, z, rehearsed)] : []),
      ...(start.text.inputDimension === k ? [movedLoss(texts, u, rehearsed)] : [])
    ]
    parts.anchor = anchored.reduce<Expr>((total, one) => add(total, one), constant(0))
  }
  if (config.structureWeight > 0) parts.structure = add(structureLoss(images, z), structureLoss(texts, u))
  if (config.modalityReversal > 0) {
    const strength = input('modalityReversal', [])
    parts.modality = modalityLoss(modality.apply, reverse(z, strength), reverse(u, strength), b)
  }
  if (rotated !== null && config.rotationReversal > 0)
    parts.rotation = crossEntropy(rotation.apply(reverse(rotated, input('rotationReversal', []))), rotations)

  const weightOf: Readonly<Record<string, number>> = {
    label: config.labelWeight,
    structure: config.structureWeight,
    anchor: config.anchorWeight
  }
  const loss = Object.entries(parts).reduce<Expr>(
    (total, [name, part]) => add(total, mul(part, weightOf[name] ?? 1)),
    constant(0)
  )

  const rows = (name: string): Expr => input(name, [b, k])
  const read = modalityLoss(modality.apply, rows('imageRows'), rows('textRows'), b)
  const discriminatorLoss =
    rotated === null ? read : add(read, crossEntropy(rotation.apply(rows('rotatedRows')), rotations))

  const represented = { imageRows: z, textRows: u, ...(rotated === null ? {} : { rotatedRows: rotated }) }

  const nets = [...image.parameters, ...text.parameters]
  const heads = labels?.parameters ?? []
  const adversary = [...modality.parameters, ...(rotated === null ? [] : rotation.parameters)]
  return {
    averageDecay: config.averageDecay,
    parameters: [
      ...nets.map(({ parameter, initial }): Parameter => ({
        parameter,
        initial,
        learningRateScale: learningRateScaleOf(parameter, config),
        weightDecay: config.weightDecay,
        isAveraged: true
      })),
      ...heads.map(one => ({ ...one, learningRateScale: 1, weightDecay: config.weightDecay, isAveraged: false })),
      ...adversary.map(one => ({ ...one, learningRateScale: 1, weightDecay: 0, isAveraged: false }))
    ],
    steps: {
      project: {
        loss,
        moves: [...nets, ...heads].map(({ parameter }) => nameOf(parameter)),
        reports: parts
      },
      ...(config.modalityReversal > 0 || config.rotationReversal > 0
        ? {
            represent: { loss: constant(0), moves: [], reports: represented },
            discriminate: {
              loss: discriminatorLoss,
              moves: adversary.map(({ parameter }) => nameOf(parameter)),
              reports: { discriminator: discriminatorLoss }
            }
          }
        : {})
    }
  }
}

/** How hard both modalities can be told apart: chance is ln 2. */
function modalityLoss(apply: (z: Expr) => Expr, imageRows: Expr, textRows: Expr, b: number): Expr {
  const are = (column: 0 | 1): Expr =>
    constant(
      Float32Array.from({ length: 2 * b }, (_, i) => (i % 2 === column ? 1 : 0)),
      [b, 2]
    )
  return mul(add(crossEntropy(apply(imageRows), are(0)), crossEntropy(apply(textRows), are(1))), 0.5)
}

function learningRateScaleOf(parameter: Expr, { learningRateScales }: SsalConfig): number {
  const name = nameOf(parameter)
  if (name.endsWith('.linear')) return learningRateScales.linear
  return /\.(words|mean|max)$/.test(name) ? learningRateScales.words : learningRateScales.residual
}

/** λ grows from 0 to its full size in the first half. @see Ganin & Lempitsky, ICML 2015 */
function ramp(step: number, steps: number): number {
  return 2 / (1 + Math.exp((-10 * step) / steps)) - 1
}

/** A projector is chosen only once the adversary has its say; before that it would be chosen for not having met it. */
const rampEnough = 0.9

/** One evaluation, with all that is needed to go on from here. */
export interface Report<Scores> {
  readonly step: number
  /** Means since the last report. */
  readonly losses: Readonly<Partial<Record<LossName, number>>>
  readonly scores: Scores
  /** null while the ramp is too low to choose. */
  readonly best: Best<Scores> | null
  readonly state: SessionState
}

interface Best<Scores> {
  readonly step: number
  readonly scores: Scores
  /** The averaged projectors. */
  readonly weights: Values
}

/** What is trained on, and how a projector is judged. */
export interface Lesson<Scores> {
  /** The same batch for the same number, always. */
  batch(step: number): Batch
  /** On validation pairs. @param isEnd  at the first or the last evaluation */
  judge(weights: Values, isEnd: boolean): Promise<Scores>
  /** Whether an evaluation does not take the place of the best one before. */
  isWorse(scores: Scores, best: Scores): boolean
}

/**
 * SSAL from start to finish. Yields a report at every evaluation, with the best weights so far; the last report has the best of all.
 *
 * @param from  a report of the same training, to go on from
 * @throws EngineError internal when a weight is no finite number any more
 */
export async function* train<Scores>(
  session: Session,
  lesson: Lesson<Scores>,
  config: SsalConfig,
  from: Pick<Report<Scores>, 'step' | 'best' | 'state'> | null = null
): AsyncGenerator<Report<Scores>> {
  if (from !== null) await session.write(from.state)
  let best = from?.best ?? null
  const isAdversarial = config.modalityReversal > 0 || config.rotationReversal > 0
  const means = new Means()

  for (let step = (from?.step ?? 0) + 1; step <= config.steps; step++) {
    if (isAdversarial) {
      // [Note: what the discriminator learns from] One fresh batch, as the projectors see it now, for all of its steps. Rows of
      // earlier projectors would be cheaper, but then it lags behind and is fooled; a new batch for each step gains nothing.
      const other = lesson.batch(-step)
      const rows = await session.run('represent', other, 0)
      for (let i = 0; i < config.discriminatorSteps; i++)
        means.add(await session.run('discriminate', { ...other, ...rows }, config.discriminatorLearningRate))
    }
    const batch = lesson.batch(step)
    const strength = ramp(step, config.steps)
    const reversals = {
      modalityReversal: Float32Array.of(strength * config.modalityReversal),
      rotationReversal: Float32Array.of(strength * config.rotationReversal)
    }
    means.add(await session.run('project', { ...batch, ...reversals }, config.learningRate))

    if (step % config.evaluateEvery !== 0 && step !== config.steps) continue
    const state = await session.read()
    const scores = await lesson.judge(state.averages, step === config.evaluateEvery || step === config.steps)
    // Numbers that ran out of range never come back.
    if (!areFinite(state.averages))
      throw new EngineError(
        'internal',
        `The numbers of the training ran out of range by step ${step}, so nothing was changed. Try again; if it was not the CPU that computed, choose the CPU.`
      )
    const isChoosable = !isAdversarial || strength > rampEnough
    const isBest = best === null || !lesson.isWorse(scores, best.scores)
    if (isChoosable && isBest) best = { step, scores, weights: state.averages }
    yield { step, losses: means.take(), scores, best, state }
  }
}

function areFinite(values: Values): boolean {
  return Object.values(values).every(one => one.every(Number.isFinite))
}

/** Means of the losses since they were last asked for. */
class Means {
  #sums = new Map<LossName, { sum: number; count: number }>()

  add(told: Values): void {
    for (const name of lossNames) {
      const value = told[name]?.[0]
      if (value === undefined) continue
      const { sum, count } = this.#sums.get(name) ?? { sum: 0, count: 0 }
      this.#sums.set(name, { sum: sum + value, count: count + 1 })
    }
  }

  take(): Partial<Record<LossName, number>> {
    const means = Object.fromEntries([...this.#sums].map(([name, { sum, count }]) => [name, sum / count]))
    this.#sums = new Map()
    return means
  }
}

const lossNames = ['pair', 'label', 'structure', 'anchor', 'modality', 'rotation', 'discriminator'] as const
