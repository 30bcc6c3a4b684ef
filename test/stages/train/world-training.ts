import type { ProjectorWeights } from '../../../src/main/engine/base/domain.ts'
import { learnedProjector } from '../../../src/main/engine/stages/train/candidate.ts'
import { Dataset } from '../../../src/main/engine/stages/train/dataset.ts'
import { openOnnxSession } from '../../../src/main/engine/stages/train/executors/onnxruntime-session.ts'
import { openRowProjector } from '../../../src/main/engine/stages/train/executors/row-projector.ts'
import { foldsOf } from '../../../src/main/engine/stages/train/folds.ts'
import {
  heldOut,
  probes,
  projectHeldOut,
  type HeldOut,
  type HeldOutRows
} from '../../../src/main/engine/stages/train/held-out.ts'
import { librarySettings } from '../../../src/main/engine/stages/train/settings.ts'
import { ssalProgram, train, type SsalConfig, type SsalStart } from '../../../src/main/engine/stages/train/ssal.ts'
import type { Program, SessionState, Values } from '../../../src/main/engine/stages/train/step.ts'
import { rowOf, type TrainingData } from '../../../src/main/engine/stages/train/training-data.ts'

/** Photos of the folds that are not trained on. The last step is taken, nothing is chosen, so both folds judge. */
export function unseen(data: TrainingData): HeldOut {
  const folds = foldsOf(data.groups)
  return heldOut(data, [...folds.validation, ...folds.test])
}

/** The app's own settings for a library, with half of the pair loss on rotated photos, as in the design's table. */
export function worldSettings(data: TrainingData, seed: number, change: Partial<SsalConfig> = {}): SsalConfig {
  const photos = foldsOf(data.groups).train.length
  const usual = librarySettings(photos, { hasRotations: data.rotations === 4, hasLabels: false, seed })
  return { ...usual, rotatedWeight: data.rotations === 4 ? 0.5 : 0, ...change }
}

/** What is compared in the table. */
export const variants = {
  upright: { rotatedWeight: 0, modalityReversal: 0, rotationReversal: 0 },
  control: { modalityReversal: 0, rotationReversal: 0 },
  modality: { rotationReversal: 0 },
  rotation: { modalityReversal: 0 },
  both: {}
} as const satisfies Readonly<Record<string, Partial<SsalConfig>>>

export const worldStart = (k: number): SsalStart => {
  const tower = { inputDimension: k, dimension: k, linear: null, words: null, hidden: 256 }
  return { image: { tower: 'image', ...tower }, text: { tower: 'text', ...tower }, labels: 0 }
}

/** What can be told of both classifiers at one evaluation: of the one that was trained against, and of a fresh probe. */
export interface Reading {
  readonly discriminator: { readonly modality: number; readonly rotation: number | null }
  readonly probe: { readonly modality: number; readonly rotation: number | null }
}

export interface Learned {
  /** The averaged projectors of the last step. */
  readonly projector: ProjectorWeights
  readonly state: SessionState
  /** At the last three evaluations. */
  readonly readings: readonly Reading[]
}

/** A classifier that a session trained: the class of a row. */
export type ClassOf = (weights: Values, row: Float32Array) => number

export async function learn(
  data: TrainingData,
  config: SsalConfig,
  {
    program = ssalProgram(worldStart(data.imageDimension), config),
    modalityOf = linearClass('modality', 2),
    threads = 1
  }: { readonly program?: Program; readonly modalityOf?: ClassOf; readonly threads?: number } = {}
): Promise<Learned> {
  const start = worldStart(data.imageDimension)
  const dataset = new Dataset(data, { ...config, photos: foldsOf(data.groups).train, words: null, labels: 0 })
  const session = await openOnnxSession(program, { device: 'cpu', threads })
  const held = unseen(data)
  const lesson = { batch: (step: number) => dataset.batch(step), judge: () => Promise.resolve(0), isWorse: () => true }
  const hasRotation = config.rotationReversal > 0
  const readings: Reading[] = []
  let state = await session.read()
  try {
    for await (const report of train(session, lesson, config)) {
      state = report.state
      if (report.step <= config.steps - 3 * config.evaluateEvery || !('discriminate' in program.steps)) continue
      const now = await rowsUnder(data, held, learnedProjector(start, state.weights, null, 'now'))
      const averaged = await rowsUnder(data, held, learnedProjector(start, state.averages, null, 'averaged'))
      readings.push({
        discriminator: {
          modality: modalityAccuracy(now, row => modalityOf(state.weights, row)),
          rotation: hasRotation ? rotationAccuracy(now, row => linearClass('rotation', 4)(state.weights, row)) : null
        },
        probe: probes(held, averaged)
      })
    }
  } finally {
    await session.close()
  }
  return { projector: learnedProjector(start, state.averages, null, 'learned'), state, readings }
}

/**
 * Why a discriminator is not to be trusted, in words; empty when it is sound. Below chance it was fooled and not starved: it reads, and
 * reads the wrong way round. A probe that rises again says that what it reads was moved, and not taken away.
 */
export function signsOfFooling(readings: readonly Reading[]): string[] {
  const signs: string[] = []
  const last = readings.at(-1)
  for (const [name, chance] of [
    ['modality', 1 / 2],
    ['rotation', 1 / 4]
  ] as const) {
    const accuracy = last?.discriminator[name] ?? chance
    if (accuracy < chance - 0.05) signs.push(`the ${name} discriminator is below chance: ${accuracy.toFixed(3)}`)
    const probed = readings.flatMap(({ probe }) => probe[name] ?? [])
    const rise = probed.reduce((most, now, i) => Math.max(most, now - Math.min(...probed.slice(0, i + 1))), 0)
    if (rise > mostRise) signs.push(`the ${name} probe rises by ${rise.toFixed(3)}`)
  }
  return signs
}

/** Of a probe's accuracy within three evaluations; that it still falls is no sign. Two standard deviations on a hundred photos. */
const mostRise = 0.1

async function rowsUnder(data: TrainingData, held: HeldOut, weights: ProjectorWeights): Promise<HeldOutRows> {
  const projector = openRowProjector(weights)
  const rows = await projectHeldOut(data, held, weights, projector)
  await projector.close()
  return rows
}

function modalityAccuracy(
  { images, texts, rotations, dimension: k }: HeldOutRows,
  classOf: (row: Float32Array) => number
) {
  const n = texts.length / k
  let right = 0
  for (let i = 0; i < n; i++) {
    if (classOf(rowOf(images, i * rotations, k)) === 0) right++
    if (classOf(rowOf(texts, i, k)) === 1) right++
  }
  return right / (2 * n)
}

function rotationAccuracy({ images, dimension: k }: HeldOutRows, classOf: (row: Float32Array) => number): number {
  const rows = Array.from({ length: images.length / k }, (_, i) => classOf(rowOf(images, i, k)) === i % 4)
  return rows.filter(Boolean).length / rows.length
}

/** Of `classifier` in nets.ts. */
function linearClass(name: string, classes: number): ClassOf {
  return (weights, row) => largest(layer(weights, name, row.map(value => value * Math.sqrt(row.length)), classes)) // prettier-ignore
}

/** Wᵀx + b by the names of nets.ts, for W [d, width]. */
export function layer(weights: Values, name: string, x: Float32Array, width: number): Float32Array {
  const matrix = weights[`${name}.weight`] ?? new Float32Array(x.length * width)
  const heights = Float32Array.from({ length: width }, (_, c) => weights[`${name}.bias`]?.[c] ?? 0)
  x.forEach((value, j) => {
    for (let c = 0; c < width; c++) heights[c] = (heights[c] ?? 0) + value * (matrix[j * width + c] ?? 0)
  })
  return heights
}

export function largest(values: Float32Array): number {
  return values.indexOf(Math.max(...values))
}
