import type { Device, DeviceStatus } from '../../../../shared/learning.ts'
import { seededRandom } from '../../math/random.ts'
import { makeUnit } from '../../math/vectors.ts'
import { openSession } from './executors/open-session.ts'
import { hidden, librarySettings, rehearsalAnchor } from './settings.ts'
import { ssalProgram, type SsalStart } from './ssal.ts'
import type { Batch, Session, Values } from './step.ts'
import { messageOf } from '../../../../shared/errors.ts'

/** The size of a usual training: a device that wins on smaller ones may not win where it matters. */
const dimension = 256
const batch = 256
const labels = 8
const words = { count: 512, dimension: 128, length: 8 } as const
const steps = 12
/** Not timed: the first one compiles, and the next ones are slower than what comes after. */
const warmUpSteps = 4
/** A device that needs longer for the steps, as one that only software plays, loses anyway: nobody should wait for the rest. */
const patienceMs = 5000
/**
 * Relative, of a whole array: float32 adds up differently on every device, by less than 2e-6 here. Numbers of 16 bits, and
 * NVIDIA's TF32, keep 11 bits of each factor and are off by 2e-4 and more.
 */
const tolerance = 5e-5
/** Of later losses: Adam makes small differences larger. */
const laterTolerance = 0.01

/** What a device computed. */
export interface Computed {
  /** [steps that were run] by the part of the loss; what was not reported is absent. */
  readonly losses: Readonly<Record<string, readonly number[]>>
  /** Of the first step, by name: the rows in the common space, and the gradient of each parameter. */
  readonly first: Values
}

interface Tried extends Computed {
  readonly stepsPerSecond: number
}

/**
 * Runs the same steps of a training here and on the CPU and compares: everything that a training can have, adversaries, labels
 * and the word table included. Run it in a process of its own: a bad driver takes it down.
 */
export async function testDevice(device: Device, threads = 1): Promise<DeviceStatus> {
  const reference = await run('cpu', threads)
  if (device === 'cpu')
    return {
      device,
      isUsable: true,
      message: 'Always there; what the others are compared with.',
      stepsPerSecond: reference.stepsPerSecond
    }
  let tried: Tried
  try {
    tried = await run(device, threads)
  } catch (error) {
    return { device, isUsable: false, message: refusal(error), stepsPerSecond: null }
  }
  const { stepsPerSecond } = tried
  const difference = differenceOf(tried, reference)
  if (difference !== null) {
    const message = `It computes something else than the CPU does (${difference}).`
    return { device, isUsable: false, message, stepsPerSecond }
  }
  return { device, isUsable: true, message: comparison(stepsPerSecond / reference.stepsPerSecond), stepsPerSecond }
}

/** Where they differ, for a sentence; null where they do not. Not a number is never the same. */
export function differenceOf(tried: Computed, reference: Computed): string | null {
  for (const [name, expected] of Object.entries(reference.first)) {
    const found = tried.first[name] ?? new Float32Array(0)
    const off = lengthOf(expected.map((value, i) => (found[i] ?? Number.NaN) - value))
    if (!(off <= tolerance * lengthOf(expected)))
      return `${name}: off by ${(off / lengthOf(expected)).toExponential(0)}`
  }
  for (const [name, expected] of Object.entries(reference.losses)) {
    const found = tried.losses[name] ?? [Number.NaN]
    const step = found.findIndex((loss, i) => {
      const right = expected[i] ?? Number.NaN
      return !(Math.abs(loss - right) <= (i === 0 ? tolerance : laterTolerance) * Math.max(1, Math.abs(right)))
    })
    if (step !== -1) return `loss ${name}, step ${step + 1}`
  }
  return null
}

function lengthOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
}

/** @param times  the device's steps a second over the CPU's */
export function comparison(times: number): string {
  if (times >= 1) return `Computes what the CPU does, ${times.toFixed(1)} times as fast.`
  return `Computes what the CPU does, but takes ${(1 / times).toFixed(times > 0.1 ? 1 : 0)} times as long.`
}

async function run(device: Device, threads: number): Promise<Tried> {
  const { program, batch: drawn, learningRate, discriminatorLearningRate } = selfTest()
  const session = await openSession(program, { device, threads })
  try {
    return await computed(session, drawn, { learningRate, discriminatorLearningRate })
  } finally {
    await session.close()
  }
}

/** The steps of the self-test in a session that has not run yet. @param most  steps */
export async function computed(
  session: Session,
  drawn: Batch,
  rates: { readonly learningRate: number; readonly discriminatorLearningRate: number },
  most = steps
): Promise<Tried> {
  const losses: Record<string, number[]> = {}
  const tookMs: number[] = []
  const beganMs = performance.now()
  let first: Values = {}
  for (let step = 0; step < most; step++) {
    const sinceMs = performance.now()
    const rows = await session.run('represent', drawn, 0)
    const told = {
      ...(await session.run('discriminate', { ...drawn, ...rows }, rates.discriminatorLearningRate)),
      ...(await session.run('project', drawn, rates.learningRate))
    }
    tookMs.push(performance.now() - sinceMs)
    for (const [name, [loss = Number.NaN]] of Object.entries(told)) (losses[name] ??= []).push(loss)
    // Adam's first moment starts at nothing and is kept unscaled (see `clockAt`): after one step it is the gradient.
    if (step === 0) first = { ...rows, ...(await session.read()).first }
    else if (performance.now() - beganMs > patienceMs) break
  }
  const timed = tookMs.slice(Math.min(warmUpSteps, tookMs.length - 1))
  return { losses, first, stepsPerSecond: (1000 * timed.length) / timed.reduce((sum, ms) => sum + ms, 0) }
}

/** A training with all of its parts, and one batch for it. */
export function selfTest() {
  const usual = librarySettings(batch, { hasRotations: true, hasLabels: true, seed: 1 })
  const config = { ...usual, anchorWeight: rehearsalAnchor, wordDropout: 0.3 }
  const random = seededRandom(7)
  const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.uniform() - 0.5)
  const rows = (): Float32Array => {
    const values = numbers(batch * dimension)
    for (let row = 0; row < batch; row++) makeUnit(values.subarray(row * dimension, (row + 1) * dimension))
    return values
  }
  const linear = () => ({ mean: numbers(dimension).map(value => value / 50), matrix: numbers(dimension * dimension) })
  const tower = { inputDimension: dimension, dimension, hidden }
  const start: SsalStart = {
    image: { ...tower, tower: 'image', linear: linear(), words: null },
    text: { ...tower, tower: 'text', linear: linear(), words },
    labels
  }
  const each = <T extends Float32Array | Int32Array>(values: T, value: (i: number) => number): T =>
    values.map((_, i) => value(i)) as T
  const oneHot = (classes: number): Float32Array =>
    each(new Float32Array(batch * classes), i => (i % classes === Math.floor(i / classes) % classes ? 1 : 0))
  const kept = (): Float32Array =>
    each(new Float32Array(batch * words.dimension), () => (random.uniform() < 0.3 ? 0 : 1 / 0.7))
  const drawn: Batch = {
    images: rows(),
    rotated: rows(),
    texts: rows(),
    photoGroups: each(new Float32Array(batch), i => i),
    textGroups: each(new Float32Array(batch), i => i),
    rehearsed: each(new Float32Array(batch), i => i % 2),
    rotations: oneHot(4),
    labels: oneHot(labels),
    wordRows: each(new Int32Array(batch * words.length), () => random.below(words.count)),
    wordMask: each(new Float32Array(batch * words.length), i => (i % words.length < 5 ? 1 : 0)),
    meanKept: kept(),
    maxKept: kept(),
    modalityReversal: Float32Array.of(0.1),
    rotationReversal: Float32Array.of(0.1)
  }
  const { learningRate, discriminatorLearningRate } = config
  const program = ssalProgram(start, config)
  // What begins at nothing passes no gradient on, so what lies below it would not be compared.
  const parameters = program.parameters.map(one =>
    one.initial.some(value => value !== 0) ? one : { ...one, initial: each(one.initial, () => random.normal() / 20) }
  )
  return { program: { ...program, parameters }, batch: drawn, learningRate, discriminatorLearningRate }
}

function refusal(error: unknown): string {
  const why = messageOf(error)
  if (why.includes('WebGPU adapter')) return 'No graphics card was found that WebGPU can use here.'
  return `It could not be started: ${lastSentence(why)}.`
}

/** ONNX Runtime puts the place in its own source first, and what went wrong last. */
function lastSentence(text: string): string {
  const [line = ''] = text.split('\n', 1)
  return (line.split(/\. (?=[A-Z])/).at(-1) ?? line).replace(/[.\s]+$/, '')
}
