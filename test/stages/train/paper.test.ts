import { expect, test } from 'vitest'
import { readFeatureFolder } from '../../../src/main/engine/features/learning/feature-folder.ts'
import {
  runPaper,
  type Benchmark,
  type PaperInput,
  type PaperStep
} from '../../../src/main/engine/stages/train/paper.ts'
import { describeWithData } from '../../tools/shared-data.ts'
import { drawnBenchmark } from './drawn-benchmark.ts'

type Compared = Extract<PaperStep, { kind: 'compared' }>

async function steps(benchmark: Benchmark, settings: PaperInput['settings'] = {}): Promise<PaperStep[]> {
  const taken: PaperStep[] = []
  for await (const step of runPaper({ benchmark, seed: 1, settings })) taken.push(step)
  return taken
}

const last = (taken: readonly PaperStep[]): Compared => taken.at(-1) as Compared

test('classes are found across modalities, with the adversary as without it, on pairs that nothing was chosen on', async () => {
  const taken = await steps(drawnBenchmark())
  const points = taken.flatMap(step => (step.kind === 'paper-point' ? [step.step] : []))
  expect(points).toEqual(points.toSorted((a, b) => a - b))
  expect(taken.findIndex(({ kind }) => kind === 'compared')).toBe(taken.length - 1)

  const { trained, validation, test: tested, withAdversary, withoutAdversary } = last(taken)
  expect([trained + validation, tested]).toEqual([120, 60])
  expect(validation).toBeGreaterThan(5)
  for (const { imageToText, textToImage } of [withAdversary, withoutAdversary]) {
    expect(imageToText).toBeGreaterThan(0.8)
    expect(textToImage).toBeGreaterThan(0.8)
  }
  expect(withAdversary).not.toEqual(withoutAdversary)
})

test('both trainings differ by the adversary alone', async () => {
  const { withAdversary, withoutAdversary } = last(await steps(drawnBenchmark(), { modalityReversal: 0 }))
  expect(withAdversary).toEqual(withoutAdversary)
})

test('too few pairs are refused in a sentence', async () => {
  await expect(steps(drawnBenchmark(19))).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/19 pairs to train on.*at least 20.*Nothing was changed/) as string
  })
  await expect(steps(drawnBenchmark(40, 7))).rejects.toMatchObject({ code: 'bad-input' })
  expect(last(await steps(drawnBenchmark(20, 8))).validation).toBeGreaterThan(0)
})

describeWithData('on Wikipedia’s features', ['wikipedia'], folder => {
  test('the adversary leaves little of the modality to be read and costs at most .01 of precision', async () => {
    const { withAdversary, withoutAdversary } = last(await steps(await readFeatureFolder(folder)))
    expect(withoutAdversary.modalityProbe).toBeGreaterThan(0.8)
    expect(withAdversary.modalityProbe).toBeLessThanOrEqual(0.7)
    for (const direction of ['imageToText', 'textToImage'] as const)
      expect(withAdversary[direction]).toBeGreaterThan(withoutAdversary[direction] - 0.01)
  })
})
