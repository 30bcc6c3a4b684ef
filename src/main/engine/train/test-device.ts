import type { Device, DeviceStatus } from '../contract.ts'
import { seededRandom } from '../math/random.ts'
import { makeUnit } from '../math/vectors.ts'
import { openSession } from './executors/open-session.ts'
import { librarySettings } from './settings.ts'
import { ssalProgram, type SsalStart } from './ssal.ts'
import type { Batch } from './step.ts'

/** The size of a usual training: a device that wins on smaller ones may not win where it matters. */
const dimension = 256
const batch = 256
const steps = 12
/** Not timed: the first one compiles, and the next ones are slower than what comes after. */
const warmUpSteps = 4
/** Relative: float32 adds up differently on every device, and Adam makes small differences larger. */
const tolerance = 0.01

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
  let tried: Awaited<ReturnType<typeof run>>
  try {
    tried = await run(device, threads)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { device, isUsable: false, message: `It could not be started: ${lastSentence(why)}`, stepsPerSecond: null }
  }
  const { stepsPerSecond } = tried
  const isSame = tried.losses.every((loss, i) => {
    const expected = reference.losses[i] ?? 0
    return Math.abs(loss - expected) <= tolerance * Math.max(1, Math.abs(expected))
  })
  if (!isSame)
    return { device, isUsable: false, message: 'It computes something else than the CPU does.', stepsPerSecond }
  const times = (stepsPerSecond / reference.stepsPerSecond).toFixed(1)
  return { device, isUsable: true, message: `Computes what the CPU does, ${times} times as fast.`, stepsPerSecond }
}

async function run(device: Device, threads: number): Promise<{ losses: number[]; stepsPerSecond: number }> {
  const config = librarySettings(batch, { hasTurns: true, hasLabels: false, seed: 1 })
  const tower = { inputDimension: dimension, dimension, linear: null, words: null, hidden: 256 }
  const start: SsalStart = { image: { ...tower, tower: 'image' }, text: { ...tower, tower: 'text' }, labels: 0 }
  const session = await openSession(ssalProgram(start, config), { device, threads })
  try {
    const drawn = drawnBatch()
    const losses: number[] = []
    let sinceMs = performance.now()
    for (let step = 0; step < steps; step++) {
      const told = await session.run('project', drawn, config.rate)
      losses.push(told.pair?.[0] ?? Number.NaN)
      if (step === warmUpSteps - 1) sinceMs = performance.now()
    }
    return { losses, stepsPerSecond: (1000 * (steps - warmUpSteps)) / (performance.now() - sinceMs) }
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
    turned: rows(),
    texts: rows(),
    photoGroups: Float32Array.from({ length: batch }, (_, i) => i),
    textGroups: Float32Array.from({ length: batch }, (_, i) => i),
    turns: new Float32Array(batch * 4).map((_, i) => (i % 4 === (i >> 2) % 4 ? 1 : 0)),
    modalityReversal: Float32Array.of(0.1),
    rotationReversal: Float32Array.of(0.1)
  }
}

/** ONNX Runtime puts the place in its own source first, and what went wrong last. */
function lastSentence(text: string): string {
  const [line = ''] = text.split('\n', 1)
  return line.split(/\. (?=[A-Z])/).at(-1) ?? line
}
