import type { LossName, RunPoint } from '../../../shared/learning.ts'

export type CurveName = LossName | 'validation' | 'modalityProbe' | 'rotationProbe'

/** One line of a picture: a value a step, null where it was not measured. */
interface Curve {
  readonly name: CurveName
  readonly values: readonly (number | null)[]
}

export interface Chart {
  readonly name: 'losses' | 'validation' | 'probes'
  readonly steps: readonly number[]
  readonly curves: readonly Curve[]
  readonly range: readonly [from: number, to: number]
}

/** What guessing would get right: two modalities, four turns. */
export const chanceOf = { modalityProbe: 0.5, rotationProbe: 0.25 } as const

const lossNames: readonly LossName[] = ['pair', 'label', 'structure', 'anchor', 'modality', 'rotation', 'discriminator']

/** The pictures of a run. A part of the loss that is never used has no line. */
export function chartsOf(points: readonly RunPoint[]): readonly Chart[] {
  const steps = points.map(({ step }) => step)
  const losses = lossNames
    .map(name => ({ name, values: points.map(point => point.losses[name] ?? null) }))
    .filter(({ values }) => values.some(value => value !== null))
  const validation = points.map(point => point.validationMrr)
  const probes: readonly Curve[] = [
    { name: 'modalityProbe', values: points.map(point => point.modalityProbe) },
    { name: 'rotationProbe', values: points.map(point => point.rotationProbe) }
  ]
  return [
    {
      name: 'validation',
      steps,
      curves: [{ name: 'validation', values: validation }],
      range: shareRange(validation)
    },
    { name: 'losses', steps, curves: losses, range: [0, highest(losses.flatMap(({ values }) => values))] },
    {
      name: 'probes',
      steps,
      curves: probes.filter(({ values }) => values.some(value => value !== null)),
      range: [0, 1]
    }
  ]
}

/** Rises by hundredths matter and have to be seen, so the line does not begin at 0: tenths around the values, two at least. */
function shareRange(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [0, 1]
  const from = Math.max(0, Math.floor(Math.min(...values) * 10 - 1e-9))
  const to = Math.min(10, Math.ceil(Math.max(...values) * 10 + 1e-9))
  const isNarrow = to - from < 2
  return [(isNarrow && to === 10 ? 8 : from) / 10, (isNarrow && to < 10 ? from + 2 : to) / 10]
}

function highest(values: readonly (number | null)[]): number {
  const most = Math.max(0, ...values.filter(value => value !== null))
  return most === 0 ? 1 : most * 1.05
}
