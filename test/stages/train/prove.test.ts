import { describe, expect, test } from 'vitest'
import type { ProjectorWeights, Residual, TowerMap } from '../../../src/main/engine/base/domain.ts'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { withId } from '../../../src/main/engine/stages/project/projector-file.ts'
import { identityProjector } from '../../../src/main/engine/stages/train/candidate.ts'
import { prove, type ProveInput } from '../../../src/main/engine/stages/train/prove.ts'
import type { TrainingData } from '../../../src/main/engine/stages/train/training-data.ts'
import { deal } from '../../../src/main/engine/stages/train/turns.ts'
import { drawnData } from './drawn-data.ts'

const d = 8
const photos = 400

/** [d, d] that turns each plane of two neighbouring dimensions by an angle. */
function rotation(degrees: number): Float32Array {
  const angle = (degrees / 180) * Math.PI
  const matrix = new Float32Array(d * d)
  for (let i = 0; i < d; i += 2) {
    matrix[i * d + i] = matrix[(i + 1) * d + i + 1] = Math.cos(angle)
    matrix[i * d + i + 1] = Math.sin(angle)
    matrix[(i + 1) * d + i] = -Math.sin(angle)
  }
  return matrix
}

/** Photos whose texts are the same rows, turned by an angle, and noise, so that no map finds all of them. */
function turnedTexts(degreesOf: (photo: number) => number, of = drawnData(photos, 1, { d })): TrainingData {
  const random = seededRandom(4)
  const texts = new Float32Array(of.texts.length)
  for (let photo = 0; photo < photos; photo++) {
    const matrix = rotation(degreesOf(photo))
    const row = of.images.subarray(photo * d, (photo + 1) * d)
    for (let to = 0; to < d; to++) {
      let sum = 0.12 * random.normal()
      for (let from = 0; from < d; from++) sum += (row[from] ?? 0) * (matrix[from * d + to] ?? 0)
      texts[photo * d + to] = sum
    }
    const own = texts.subarray(photo * d, (photo + 1) * d)
    const length = Math.hypot(...own)
    own.forEach((value, i) => (own[i] = value / length))
  }
  return { ...of, texts }
}

const unchanged: TowerMap = { linear: null, words: null, residuals: [] }

/** A residual that turns photos: gelu(x) − gelu(−x) = x, so two layers can say any matrix. */
function turning(degrees: number): ProjectorWeights {
  const matrix = rotation(degrees)
  const inner = new Float32Array(d * 2 * d)
  const outer = new Float32Array(2 * d * d)
  for (let i = 0; i < d; i++) {
    inner[i * 2 * d + i] = 1 / Math.sqrt(d)
    inner[i * 2 * d + d + i] = -1 / Math.sqrt(d)
    for (let j = 0; j < d; j++) {
      const change = (matrix[i * d + j] ?? 0) - (i === j ? 1 : 0)
      outer[i * d + j] = change
      outer[(d + i) * d + j] = -change
    }
  }
  const residual: Residual = { inner, outer, scale: 1, share: 1 }
  return withId({
    dimension: d,
    image: { ...unchanged, residuals: [residual] },
    text: unchanged,
    source: 'a known angle'
  })
}

const proven = (data: TrainingData, change: Partial<ProveInput> = {}) => {
  const dealt = deal(data)
  return prove({
    data,
    dealt,
    base: identityProjector(d),
    whole: turning(100),
    turns: dealt.turns.map(() => turning(100)),
    incumbent: null,
    general: null,
    threads: 1,
    ...change
  })
}

const chosenOn = new Set(deal(drawnData(photos, 1, { d })).whole.validation)

describe('the share of what was learned', () => {
  test('is the one that fits: of 100°, half where texts are turned by 50°, a quarter by 20°, all by 100°', async () => {
    for (const [degrees, share] of [
      [50, 0.5],
      [20, 0.25],
      [100, 1]
    ] as const)
      expect((await proven(turnedTexts(() => degrees))).verdict).toMatchObject({ share, isAccepted: true })
  })

  test('is chosen on validation photos alone: all others may say otherwise, and only judge', async () => {
    const { verdict } = await proven(turnedTexts(photo => (chosenOn.has(photo) ? 50 : 100)))
    expect(verdict.share).toBe(0.5)
    const refused = await proven(turnedTexts(photo => (chosenOn.has(photo) ? 50 : 0)))
    expect(refused.verdict).toMatchObject({ share: 0.5, isAccepted: false })
  })

  test('is the least where none is better, and nothing is accepted then', async () => {
    const { verdict } = await proven(turnedTexts(() => 0))
    expect(verdict.share).toBeLessThanOrEqual(0.25)
    expect(verdict).toMatchObject({ isAccepted: false })
  })

  test('is all of it where validation photos do not tell less of it from all of it: what they would choose is chance', async () => {
    // Three quarters of 100° turn by 81°, which is nearer, but not by enough for sixty photos to be sure.
    expect((await proven(turnedTexts(() => 84))).verdict.share).toBe(1)
  })
})

describe('what is judged', () => {
  test('is every group once, among all photos, in words that say so', async () => {
    const gallery = new Int16Array(300 * d).fill(11_585)
    const { verdict, turns } = await proven({ ...turnedTexts(() => 100), gallery })
    expect(turns).toHaveLength(5)
    expect(verdict.heldOutPhotos).toBe(photos)
    expect(verdict.judged).toMatchObject({ captions: photos, groups: photos, gallery: photos + 300, turns: 5 })
    expect(verdict.reason).toMatch(
      / find each other better \(\+0\.\d+ MRR\)\. Of 400 captions, \d+ % now find their photo among the first ten of 700; it was \d+ %\.$/
    )
    // No photo has a neighbour in its group that could be known.
    expect(verdict.known).toBeNull()
  })

  test('is compared with the turns of the version that answers, which did not see it either', async () => {
    const data = turnedTexts(() => 100)
    const incumbent = deal(data).turns.map(() => turning(100))
    const { verdict } = await proven(data, { incumbent })
    expect(verdict).toMatchObject({ isAccepted: false, judged: { isAgainstVersion: true }, mrrGain: { mean: 0 } })
  })

  test('decides by new notes: a map that is better for new photos of known notes alone is not called better', async () => {
    // Eighty notes of five photos. What is kept out of a note is turned as the maps turn it, and so are the validation notes; the rest is not.
    const data = drawnData(photos, 1, { d })
    const notes = { ...data, groups: data.groups.map(photo => Math.floor(photo / 5)) }
    const { turns, whole } = deal(notes)
    const turned = new Set([...whole.validation, ...turns.flatMap(({ known }) => known)])
    const { verdict } = await proven(turnedTexts(photo => (turned.has(photo) ? 100 : 0), notes))
    expect(verdict.known?.mrrGain.low).toBeGreaterThan(0.1)
    expect(verdict.isAccepted).toBe(false)
    expect(verdict.reason).toContain('It finds more new photos of notes and subjects that it knows')
  })
})

test('a map with a weight that is no number is refused', async () => {
  const broken = turning(100)
  for (const { outer } of broken.image.residuals) outer.fill(NaN)
  const data = turnedTexts(() => 50)
  const { verdict } = await proven(data, { whole: broken, turns: deal(data).turns.map(() => broken) })
  expect(verdict.isAccepted).toBe(false)
})
