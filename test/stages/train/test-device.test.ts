import { expect, test } from 'vitest'
import { openOnnxSession } from '../../../src/main/engine/stages/train/executors/onnxruntime-session.ts'
import { openTensorflowSession } from '../../../src/main/engine/stages/train/executors/tensorflow-session.ts'
import type { Program, Session } from '../../../src/main/engine/stages/train/step.ts'
import {
  comparison,
  computed,
  differenceOf,
  selfTest,
  testDevice,
  type Computed
} from '../../../src/main/engine/stages/train/test-device.ts'
import { tensorflowOnWasm } from '../../tools/tensorflow-on-wasm.ts'

test('the CPU is always usable, and timed for the others', async () => {
  const status = await testDevice('cpu')
  expect(status).toMatchObject({ device: 'cpu', isUsable: true })
  expect(status.stepsPerSecond).toBeGreaterThan(0)
})

const right: Computed = {
  losses: { pair: [4, 3] },
  first: { weight: Float32Array.of(0.1, -0.2), still: new Float32Array(2) }
}

test.each<[string, Partial<Computed>, string | null]>([
  ['the same with noise', { first: { ...right.first, weight: Float32Array.of(0.100001, -0.2) } }, null],
  ['fewer steps, given up for slowness', { losses: { pair: [4] } }, null],
  ['what grew apart a little in later steps', { losses: { pair: [4, 3.02] } }, null],
  ['another loss', { losses: { pair: [4.01, 3] } }, 'loss pair, step 1'],
  ['another loss later', { losses: { pair: [4, 3.1] } }, 'loss pair, step 2'],
  ['no loss', { losses: {} }, 'loss pair, step 1'],
  ['no number', { losses: { pair: [4, Number.NaN] } }, 'loss pair, step 2'],
  ['another gradient', { first: { ...right.first, weight: Float32Array.of(0.1, 0.2) } }, 'weight: off by 2e+0'],
  [
    'a gradient where there is none',
    { first: { ...right.first, still: Float32Array.of(0, 1) } },
    'still: off by Infinity'
  ],
  ['a lost gradient', { first: { still: right.first.still! } }, 'weight: off by NaN']
])('a device that computes %s', (_, changes, difference) => {
  expect(differenceOf({ ...right, ...changes }, right)).toBe(difference)
})

test('float32 of another library passes; numbers with the eleven bits of 16-bit floats do not', async () => {
  const { program, batch, ...rates } = selfTest()
  const on = async (session: Session, given = batch) => {
    const figures = await computed(session, given, rates, 2)
    await session.close()
    return figures
  }
  const onnx = (of: Program) => openOnnxSession(of, { device: 'cpu', threads: 1 })
  const reference = await on(await onnx(program))
  // So that nothing goes untested, everything that is compared is there.
  expect(Object.values(reference.first).every(values => values.some(value => value !== 0))).toBe(true)
  expect(differenceOf(await on(openTensorflowSession(program, await tensorflowOnWasm())), reference)).toBeNull()
  const coarse = { ...program, parameters: program.parameters.map(one => ({ ...one, initial: rounded(one.initial) })) }
  const coarseBatch = Object.fromEntries(
    Object.entries(batch).map(([name, values]) => [name, values instanceof Float32Array ? rounded(values) : values])
  )
  expect(differenceOf(await on(await onnx(coarse), coarseBatch), reference)).toMatch(/^imageRows: off by \de-4$/)
})

/** To the eleven bits that a 16-bit float keeps of its factor, as NVIDIA's TF32 does. */
function rounded(values: Float32Array): Float32Array {
  const bits = new Uint32Array(values.slice().buffer).map(value => (value + 0x1000) & ~0x1fff)
  return new Float32Array(bits.buffer)
}

test.each([
  [3.14, 'Computes what the CPU does, 3.1 times as fast.'],
  [0.5, 'Computes what the CPU does, but takes 2.0 times as long.'],
  [0.0075, 'Computes what the CPU does, but takes 133 times as long.']
])('a speed of %d is told in words', (times, words) => {
  expect(comparison(times)).toBe(words)
})
