import { expect, test } from 'vitest'
import type { RunPoint } from '../../../src/shared/learning.ts'
import { chartsOf } from '../../../src/renderer/src/layout/curves.ts'
import { readinessShare } from '../../../src/renderer/src/layout/readiness.ts'

const point = (step: number, change: Partial<RunPoint> = {}): RunPoint => ({
  step,
  steps: 40,
  losses: { pair: 2, modality: 0.7 },
  validationMrr: 0.52,
  modalityProbe: null,
  rotationProbe: null,
  device: 'cpu',
  stepsPerSecond: 10,
  secondsLeft: 4,
  ...change
})
const chartOf = (name: string, points: readonly RunPoint[]) => chartsOf(points).find(chart => chart.name === name)!

test('a part of the loss that is not used has no line; one that begins later has a gap before', () => {
  const losses = chartOf('losses', [point(10), point(20, { losses: { pair: 1, modality: 0.6, structure: 0.1 } })])
  expect(losses.steps).toEqual([10, 20])
  expect(losses.curves).toEqual([
    { name: 'pair', values: [2, 1] },
    { name: 'structure', values: [null, 0.1] },
    { name: 'modality', values: [0.7, 0.6] }
  ])
  expect(losses.range).toEqual([0, 2.1])
})

test('a probe is drawn where it was measured, between nothing and all', () => {
  const probes = chartOf('probes', [point(10, { modalityProbe: 0.98 }), point(20), point(30, { modalityProbe: 0.6 })])
  expect(probes.curves).toEqual([{ name: 'modalityProbe', values: [0.98, null, 0.6] }])
  expect(probes.range).toEqual([0, 1])
})

test('validation fills tenths around its values, two at least, and never leaves 0…1', () => {
  const range = (...values: number[]) =>
    chartOf(
      'validation',
      values.map((mrr, n) => point(n, { validationMrr: mrr }))
    ).range
  expect(range(0.52, 0.58)).toEqual([0.5, 0.7])
  expect(range(0.31, 0.58)).toEqual([0.3, 0.6])
  expect(range(0.93, 0.97)).toEqual([0.8, 1])
  expect(range(0, 0)).toEqual([0, 0.2])
  expect(range(1)).toEqual([0.8, 1])
  expect(range()).toEqual([0, 1])
})

test('without points there are pictures without lines', () => {
  expect(chartsOf([]).map(({ curves }) => curves.length)).toEqual([1, 0, 0])
})

test('the meter is full at 300 groups', () => {
  expect([0, 75, 300, 5000].map(readinessShare)).toEqual([0, 0.25, 1, 1])
})
