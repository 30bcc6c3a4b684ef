import { describe, expect, test } from 'vitest'
import type { ProjectorWeights, TowerMap } from '../../../src/main/engine/base/domain.ts'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { withId } from '../../../src/main/engine/stages/project/projector-file.ts'
import { identityProjector } from '../../../src/main/engine/stages/train/candidate.ts'
import { foldsOf } from '../../../src/main/engine/stages/train/folds.ts'
import { prove } from '../../../src/main/engine/stages/train/prove.ts'
import type { TrainingData } from '../../../src/main/engine/stages/train/training-data.ts'
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
function turnedTexts(degreesOf: (photo: number) => number): TrainingData {
  const data = drawnData(photos, 1, { d })
  const random = seededRandom(4)
  const texts = new Float32Array(data.texts.length)
  for (let photo = 0; photo < photos; photo++) {
    const matrix = rotation(degreesOf(photo))
    const row = data.images.subarray(photo * d, (photo + 1) * d)
    for (let to = 0; to < d; to++) {
      let sum = 0.12 * random.normal()
      for (let from = 0; from < d; from++) sum += (row[from] ?? 0) * (matrix[from * d + to] ?? 0)
      texts[photo * d + to] = sum
    }
    const own = texts.subarray(photo * d, (photo + 1) * d)
    const length = Math.hypot(...own)
    own.forEach((value, i) => (own[i] = value / length))
  }
  return { ...data, texts }
}

const unchanged: TowerMap = { linear: null, words: null, residuals: [] }

/** All of it turns photos by 100°. */
const candidate = (share: number): ProjectorWeights =>
  withId({
    dimension: d,
    image: { ...unchanged, linear: { mean: new Float32Array(d), matrix: rotation(share * 100) } },
    text: unchanged,
    source: 'a known angle'
  })

const proven = (data: TrainingData) =>
  prove({ data, folds: foldsOf(data.groups), candidate, incumbent: identityProjector(d), general: null, threads: 1 })

const inTest = new Set(foldsOf(drawnData(photos, 1, { d }).groups).test)

describe('the share of what was learned', () => {
  test('is the one that fits: of 100°, half where texts are turned by 50°, and a quarter by 25°', async () => {
    for (const [degrees, share] of [
      [50, 0.5],
      [25, 0.25],
      [100, 1]
    ] as const)
      expect((await proven(turnedTexts(() => degrees))).verdict).toMatchObject({ share, isAccepted: true })
  })

  test('is chosen on the validation fold alone: the test fold may say otherwise, and only judges', async () => {
    const { verdict } = await proven(turnedTexts(photo => (inTest.has(photo) ? 100 : 50)))
    expect(verdict.share).toBe(0.5)
    const refused = await proven(turnedTexts(photo => (inTest.has(photo) ? 0 : 50)))
    expect(refused.verdict).toMatchObject({ share: 0.5, isAccepted: false })
  })

  test('is all of it, refused with its figures, where no share is better', async () => {
    const { verdict } = await proven(turnedTexts(() => 0))
    expect(verdict).toMatchObject({ share: 1, isAccepted: false })
    expect(verdict.after.textToImage.mrr).toBeLessThan(verdict.before.textToImage.mrr)
  })
})

test('a map with a weight that is no number is refused', async () => {
  const broken = {
    ...candidate(1),
    image: { ...unchanged, linear: { mean: new Float32Array(d), matrix: new Float32Array(d * d).fill(NaN) } }
  }
  const data = turnedTexts(() => 50)
  const { verdict } = await prove({
    data,
    folds: foldsOf(data.groups),
    candidate: () => broken,
    incumbent: identityProjector(d),
    general: null,
    threads: 1
  })
  expect(verdict.isAccepted).toBe(false)
})
