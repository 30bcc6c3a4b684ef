/**
 * The acceptance table of the design, row by row, in a world small enough for every run of the tests: half of the dimensions and 600
 * pairs. Its thresholds were taken from four seeds (1, 2, 3 and 5) of this size and stand beside what was seen; those of the design
 * hold for the world of `npm run bench ssal`.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { identityProjector, learnedProjector } from '../../../src/main/engine/stages/train/candidate.ts'
import { openOnnxSession } from '../../../src/main/engine/stages/train/executors/onnxruntime-session.ts'
import { openRowProjector } from '../../../src/main/engine/stages/train/executors/row-projector.ts'
import { nameOf } from '../../../src/main/engine/stages/train/expression.ts'
import { gradients } from '../../../src/main/engine/stages/train/gradients.ts'
import { ssalProgram, type SsalConfig } from '../../../src/main/engine/stages/train/ssal.ts'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { fooledClassOf, fooledProgram, laggingAdversary } from './fooled-program.ts'
import { finiteDifferences, naive, type Numbers } from './naive.ts'
import { normals } from './random-graphs.ts'
import { smallBatch, smallProgram } from './small-program.ts'
import { syntheticWorld } from './synthetic-world.ts'
import { shuffled, trainedOn, trainingInput, type Trained } from './world-gate.ts'
import { worldFigures, type WorldFigures } from './world-figures.ts'
import { runTraining } from '../../../src/main/engine/stages/train/training.ts'
import { learn, signsOfFooling, unseen, variants, worldSettings, worldStart, type Learned } from './world-training.ts'

const seed = 1
const dimension = 128
const world = syntheticWorld({ pairs: 600, strangers: 500, dimension, seed })
const held = unseen(world.data)

describe('the adversary is alive (row 1)', () => {
  const program = smallProgram(1)
  /** Moved a little from the start, at which the residuals' outer halves are zero and hide the inner ones. */
  const random = seededRandom(2)
  const given: Numbers = {
    ...smallBatch(1),
    ...Object.fromEntries(
      program.parameters.map(({ parameter, initial }) => {
        const moves = normals(random, [initial.length])
        return [nameOf(parameter), initial.map((value, i) => value + 0.3 * (moves[i] ?? 0))]
      })
    )
  }

  // The strengths of the small batch.
  test.each([
    ['modality', 'text.inner', 0.2],
    ['modality', 'image.linear', 0.2],
    ['modality', 'image.outer', 0.2],
    ['rotation', 'image.linear', 0.1],
    ['rotation', 'image.inner', 0.1]
  ] as const)('%s sends %s the gradient of its loss, turned round', (loss, name, strength) => {
    const part = program.steps.project!.reports[loss]!
    const { parameter } = program.parameters.find(one => nameOf(one.parameter) === name)!
    const sent = naive(gradients(part, [parameter])[0]!, given)
    // What is reversed is the gradient alone, so differences of the value are those of the loss as it is.
    const differences = finiteDifferences(part, name, given)
    expect(Math.hypot(...differences)).toBeGreaterThan(1e-3)
    sent.forEach((value, i) => expect(value).toBeCloseTo(-strength * differences[i]!, 6))
  })

  test('each step moves its own: the projectors and label directions, or the discriminators', async () => {
    const session = await openOnnxSession(program, { device: 'cpu', threads: 1 })
    const movedBy = async (step: string): Promise<string[]> => {
      const { weights: before } = await session.read()
      const rows = await session.run('represent', smallBatch(2), 0)
      await session.run(step, { ...smallBatch(2), ...rows }, 1e-2)
      const { weights: after } = await session.read()
      return Object.keys(before).filter(name => before[name]!.some((value, i) => value !== after[name]![i]))
    }
    const discriminators = ['modality.weight', 'modality.bias', 'rotation.weight', 'rotation.bias']
    const names = program.parameters.map(({ parameter }) => nameOf(parameter))
    expect(await movedBy('represent')).toEqual([])
    expect((await movedBy('discriminate')).sort()).toEqual([...discriminators].sort())
    await movedBy('project')
    // The second time: at first the outer halves are zero, and nothing reaches behind them.
    expect((await movedBy('project')).sort()).toEqual(names.filter(name => !discriminators.includes(name)).sort())
    await session.close()
  })
})

test('at the start the projectors change nothing (row 2)', async () => {
  const program = ssalProgram(worldStart(dimension), worldSettings(world.data, seed))
  const initial = Object.fromEntries(program.parameters.map(one => [nameOf(one.parameter), one.initial]))
  const start = learnedProjector(worldStart(dimension), initial, null, 'start')
  const projector = openRowProjector(start)
  for (const [tower, vectors] of [
    ['image', world.data.images],
    ['text', world.data.texts]
  ] as const) {
    // prettier-ignore
    const rows = await projector.project(tower, { vectors, dimension })
    expect(rows.reduce((most, value, i) => Math.max(most, Math.abs(value - vectors[i]!)), 0)).toBeLessThan(1e-6)
  }
  await projector.close()
  const { gap: gapBefore, ...before } = await worldFigures(world, held, identityProjector(dimension))
  const { gap: gapAfter, ...after } = await worldFigures(world, held, start)
  expect(after).toEqual(before)
  expect(gapAfter).toBeCloseTo(gapBefore, 6)
})

describe('in a world in which everything is known', () => {
  const figures: Partial<Record<'zeroShot' | keyof typeof variants, WorldFigures>> = {}
  let both: Learned
  const of = (name: keyof typeof figures): WorldFigures => figures[name]!

  beforeAll(async () => {
    figures.zeroShot = await worldFigures(world, held, identityProjector(dimension))
    for (const [name, change] of Object.entries(variants) as [keyof typeof variants, Partial<SsalConfig>][]) {
      const learned = await learn(world.data, worldSettings(world.data, seed, change))
      if (name === 'both') both = learned
      figures[name] = await worldFigures(world, held, learned.projector)
    }
  })

  test('without adversaries everything can be read, else the rest says nothing (row 3)', () => {
    // Seen: .94–.96 and .92–.96.
    expect(of('control').modality).toBeGreaterThan(0.9)
    expect(of('control').rotation).toBeGreaterThan(0.85)
  })

  test('with them a fresh probe reads little of the modality (row 4)', () => {
    // Seen: .54–.64, below control by .31–.40. Chance is .5.
    expect(of('both').modality).toBeLessThan(0.7)
    expect(of('control').modality - of('both').modality).toBeGreaterThan(0.25)
  })

  test('and of the rotation (row 5)', () => {
    // Seen: .59–.64, below control by .31–.33. Chance is .25; with 200 steps at this size it still falls.
    expect(of('both').rotation).toBeLessThan(0.7)
    expect(of('control').rotation - of('both').rotation).toBeGreaterThan(0.25)
  })

  test('each does its own work alone (row 6)', () => {
    // Seen: .54–.63 and .64–.68.
    expect(of('modality').modality).toBeLessThan(0.7)
    expect(of('rotation').rotation).toBeLessThan(0.75)
    // Neither does the other's: seen .85–.88 and .88–.94.
    expect(of('rotation').modality).toBeGreaterThan(0.8)
    expect(of('modality').rotation).toBeGreaterThan(0.8)
  })

  test('the discriminators are starved, not fooled (row 7)', () => {
    expect(both.readings).toHaveLength(3)
    expect(signsOfFooling(both.readings)).toEqual([])
  })

  test('a deep discriminator that lags behind a strong reversal is told apart by the same check (row 7)', async () => {
    const settings = worldSettings(world.data, seed, laggingAdversary)
    const { readings } = await learn(world.data, settings, {
      program: fooledProgram(dimension, settings),
      modalityOf: fooledClassOf
    })
    expect(signsOfFooling(readings)).not.toEqual([])
  })

  test('nothing is lost beside the control, and much is won beside the start (rows 8 and 9)', () => {
    // Seen: +.012–.023 and +.13–.18.
    expect(of('both').mrr - of('control').mrr).toBeGreaterThan(-0.01)
    expect(of('both').mrr - of('zeroShot').mrr).toBeGreaterThan(0.05)
  })

  test('rotated photos are found, thanks to rotated photos in training (row 10)', () => {
    // Seen: 1.78–2.06; the control without adversaries does as well.
    expect(of('both').rotatedR1 / of('upright').rotatedR1).toBeGreaterThan(1.5)
    expect(of('control').rotatedR1 / of('upright').rotatedR1).toBeGreaterThan(1.5)
  })

  test('photos and texts mix (row 11)', () => {
    // Seen: none to .36–.37, and .69–.70 to .12–.13.
    expect(of('both').imageShare).toBeGreaterThan(of('zeroShot').imageShare + 0.2)
    expect(of('both').gap).toBeLessThan(of('zeroShot').gap / 2)
  })
})

describe('the gate (row 12)', () => {
  const small = syntheticWorld({ pairs: 500, strangers: 1, dimension: 64, seed })

  test('lets pass what was learned from right pairs', async () => {
    expect((await trainedOn(trainingInput(small.data, seed))).verdict).toMatchObject({ isAccepted: true })
  })

  // More worlds stand in `npm run bench ssal gate`.
  test('refuses what was learned from wrong ones', async () => {
    const { verdict } = await trainedOn(trainingInput(shuffled(small.data, 1, 7), seed))
    expect(verdict.isAccepted).toBe(false)
    expect(verdict.reason).toMatch(/nothing was changed/i)
  })

  test.each([1, 2])('refuses what was learned from pairs of which three in ten are wrong (world %i)', async of => {
    const { data } = syntheticWorld({ pairs: 500, strangers: 1, dimension: 64, seed: of })
    const { verdict } = await trainedOn(trainingInput(shuffled(data, 0.3, 7), of))
    expect(verdict.isAccepted).toBe(false)
    // The gain on the others may be real, so what is wrong must be said.
    expect(verdict.reason).toMatch(/of 100 captions seem to belong to other photos/)
  })
})

describe('a training can be repeated (row 15)', () => {
  const tiny = syntheticWorld({ pairs: 140, strangers: 1, dimension: 16, seed }).data

  test('the same seed gives the same bytes, also after an interruption, and another seed others', async () => {
    // One training, and what it would have left if it had ended with its fifteenth point, or in the third of the turns that judge it.
    let whole: Trained | undefined
    const points: Uint8Array[] = []
    const turns: Uint8Array[] = []
    for await (const step of runTraining(trainingInput(tiny, 4), 'cpu')) {
      if (step.kind === 'trained') whole = step
      else (step.kind === 'point' ? points : turns).push(step.checkpoint)
    }
    expect([points.length, turns.length]).toEqual([20, 50])
    const same = (step: Trained): void =>
      expect([Buffer.from(step.projector).equals(whole!.projector), step.verdict]).toEqual([true, whole!.verdict])
    same(await trainedOn(trainingInput(tiny, 4, points[14])))
    const left: string[] = []
    for await (const step of runTraining(trainingInput(tiny, 4, turns[24]), 'cpu')) {
      left.push(step.kind)
      if (step.kind === 'trained') same(step)
    }
    expect(left).toEqual([...new Array<string>(25).fill('turn'), 'trained'])
    for await (const step of runTraining(trainingInput(tiny, 5), 'cpu')) {
      if (step.kind === 'point') expect(Buffer.from(step.checkpoint).equals(points[0]!)).toBe(false)
      break
    }
  })
})

test('probes are made where a training begins and where it ends', async () => {
  const { data } = syntheticWorld({ pairs: 140, strangers: 1, dimension: 16, seed })
  const probed: boolean[] = []
  for await (const step of runTraining(trainingInput(data, 4), 'cpu'))
    if (step.kind === 'point') probed.push(step.point.modalityProbe !== null && step.point.rotationProbe !== null)
  expect(probed.length).toBeGreaterThan(10)
  expect(probed).toEqual(probed.map((_, i) => i === 0 || i === probed.length - 1))
})

test('numbers that run out of range end a training in words, and nothing is chosen', async () => {
  const { data } = syntheticWorld({ pairs: 120, strangers: 10, dimension: 32, seed })
  const config = worldSettings(data, seed, { learningRate: 1e38, steps: 20, evaluateEvery: 10 })
  await expect(learn(data, config)).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('ran out of range by step 10, so nothing was changed') as string
  })
})
