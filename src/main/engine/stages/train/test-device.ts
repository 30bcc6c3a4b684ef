import type { Device, DeviceStatus } from '../../../../shared/learning.ts'
import { seededRandom } from '../../math/random.ts'
import { makeUnit } from '../../math/vectors.ts'
import { openSession } from './executors/open-session.ts'
import { librarySettings } from './settings.ts'
import { ssalProgram, type SsalStart } from './ssal.ts'
import type { Batch, Values } from './step.ts'
import { messageOf } from '../../../../shared/errors.ts'

/** The size of a usual training: a device that wins on smaller ones may not win where it matters. */
const dimension = 256
const batch = 256
const steps = 12
/** Not timed: the first one compiles, and the next ones are slower than what comes after. */
const warmUpSteps = 4
/** A device that needs longer for the steps, as one that only software plays, loses anyway: nobody should wait for the rest. */
const patienceMs = 5000
/** Relative: float32 adds up differently on every device, and Adam makes small differences larger. */
const tolerance = 0.01

interface Tried {
  /** [steps that were run] */
  readonly losses: readonly number[]
  /** Of the first step: what everything later is made of. By the parameter's name. */
  readonly gradients: Values
  readonly stepsPerSecond: number
}

/** Runs the same steps of a training here and on the CPU and compares. Run it in a process of its own: a bad driver takes it down. */
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
  if (!computesTheSame(tried, reference))
    return { device, isUsable: false, message: 'It computes something else than the CPU does.', stepsPerSecond }
  return { device, isUsable: true, message: comparison(stepsPerSecond / reference.stepsPerSecond), stepsPerSecond }
}

/** Not a number is never the same. */
export function computesTheSame(tried: Omit<Tried, 'stepsPerSecond'>, reference: typeof tried): boolean {
  const areLosses = tried.losses.every((loss, i) => {
    const expected = reference.losses[i] ?? Number.NaN
    return Math.abs(loss - expected) <= tolerance * Math.max(1, Math.abs(expected))
  })
  const areGradients = Object.entries(reference.gradients).every(([name, expected]) => {
    const found = tried.gradients[name] ?? new Float32Array(0)
    return lengthOf(expected.map((value, i) => (found[i] ?? Number.NaN) - value)) <= tolerance * lengthOf(expected)
  })
  return areLosses && areGradients
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
  const config = librarySettings(batch, { hasRotations: true, hasLabels: false, seed: 1 })
  const tower = { inputDimension: dimension, dimension, linear: null, words: null, hidden: 256 }
  const start: SsalStart = { image: { ...tower, tower: 'image' }, text: { ...tower, tower: 'text' }, labels: 0 }
  const session = await openSession(ssalProgram(start, config), { device, threads })
  try {
    const drawn = drawnBatch()
    const losses: number[] = []
    const tookMs: number[] = []
    const beganMs = performance.now()
    let gradients: Values = {}
    for (let step = 0; step < steps; step++) {
      const sinceMs = performance.now()
      const told = await session.run('project', drawn, config.learningRate)
      tookMs.push(performance.now() - sinceMs)
      losses.push(told.pair?.[0] ?? Number.NaN)
      // Adam's first moment starts at nothing and is kept unscaled (see `clockAt`): after one step it is the gradient.
      if (step === 0) gradients = (await session.read()).first
      else if (performance.now() - beganMs > patienceMs) break
    }
    const timed = tookMs.slice(Math.min(warmUpSteps, tookMs.length - 1))
    return { losses, gradients, stepsPerSecond: (1000 * timed.length) / timed.reduce((sum, ms) => sum + ms, 0) }
  } finally {
    await session.close()
  }
}

function drawnBatch(): Batch {
  const random = seededRandom(7)
  const rows = (): Float32Array => {
    const values = new Float32Array(batch * dimension).map(() => random.uniform() - 0.5)
    for (let row = 0; row < batch; row++) makeUnit(values.subarray(row * dimension, (row + 1) * dimension))
    return values
  }
  return {
    images: rows(),
    rotated: rows(),
    texts: rows(),
    photoGroups: Float32Array.from({ length: batch }, (_, i) => i),
    textGroups: Float32Array.from({ length: batch }, (_, i) => i),
    rotations: new Float32Array(batch * 4).map((_, i) => (i % 4 === (i >> 2) % 4 ? 1 : 0)),
    modalityReversal: Float32Array.of(0.1),
    rotationReversal: Float32Array.of(0.1)
  }
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
