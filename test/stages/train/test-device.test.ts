import { expect, test } from 'vitest'
import { comparison, computesTheSame, testDevice } from '../../../src/main/engine/stages/train/test-device.ts'

test('the CPU is always usable, and timed for the others', async () => {
  const status = await testDevice('cpu')
  expect(status).toMatchObject({ device: 'cpu', isUsable: true })
  expect(status.stepsPerSecond).toBeGreaterThan(0)
})

const right = { losses: [4, 3], gradients: { weight: Float32Array.of(0.1, -0.2), still: new Float32Array(2) } }

test.each([
  ['the same with noise', { gradients: { ...right.gradients, weight: Float32Array.of(0.1001, -0.2) } }, true],
  ['fewer steps, given up for slowness', { losses: [4] }, true],
  ['another loss', { losses: [4, 3.1] }, false],
  ['no number', { losses: [4, Number.NaN] }, false],
  ['another gradient', { gradients: { ...right.gradients, weight: Float32Array.of(0.1, 0.2) } }, false],
  ['a gradient where there is none', { gradients: { ...right.gradients, still: Float32Array.of(0, 1) } }, false],
  ['a lost gradient', { gradients: { still: right.gradients.still } }, false]
])('a device that computes %s', (_, changes, isSame) => {
  expect(computesTheSame({ ...right, ...changes }, right)).toBe(isSame)
})

test.each([
  [3.14, 'Computes what the CPU does, 3.1 times as fast.'],
  [0.5, 'Computes what the CPU does, but takes 2.0 times as long.'],
  [0.0075, 'Computes what the CPU does, but takes 133 times as long.']
])('a speed of %d is told in words', (times, words) => {
  expect(comparison(times)).toBe(words)
})
