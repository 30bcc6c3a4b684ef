import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import type { LinearMap } from '../../../src/main/engine/base/domain.ts'
import { cca, type CcaOptions, fitBaseProjector } from '../../../src/main/engine/stages/project/cca.ts'
import { type Moments, momentsOf } from '../../../src/main/engine/stages/project/moments.ts'
import { project } from '../../../src/main/engine/stages/project/projector.ts'
import { retrievalMetrics } from '../../../src/main/engine/stages/train/evaluate.ts'

/** Photos and texts that see the same hidden things through different matrices, each with noise of its own. */
function world(
  count: number,
  { dx, dy, hidden, noise }: { dx: number; dy: number; hidden: number; noise: number },
  seed = 1
) {
  const random = seededRandom(seed)
  const normal = (rows: number, columns: number): Matrix =>
    new Matrix(Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal())))
  const things = normal(count, hidden)
  const seen = (d: number): Float32Array[] => {
    const rows = things.mmul(normal(hidden, d)).add(normal(count, d).mul(noise))
    return rows.to2DArray().map(row => Float32Array.from(row))
  }
  const identity = Array.from({ length: count }, (_, i) => i)
  return { images: seen(dx), texts: seen(dy), imageOfText: identity }
}

const plain: CcaOptions = { dimension: 1, imageRegularisation: 1e-9, textRegularisation: 1e-9, power: 0 }

describe('correlations', () => {
  test('two sides that are turned against each other by 60° correlate by its cosine', () => {
    // Photos lie on the axes (a, b); texts see a turned towards something that photos do not show.
    const random = seededRandom(3)
    const n = 20_000
    const [cosine, sine] = [Math.cos(Math.PI / 3), Math.sin(Math.PI / 3)]
    const images: Float32Array[] = []
    const texts: Float32Array[] = []
    for (let i = 0; i < n; i++) {
      const [shared, ownOfImage, ownOfText] = [random.normal(), random.normal(), random.normal()]
      images.push(Float32Array.of(shared, ownOfImage))
      texts.push(Float32Array.of(cosine * shared + sine * ownOfText, random.normal()))
    }
    const { correlations } = cca(
      momentsOf(
        images,
        texts,
        images.map((_, i) => i)
      ),
      { ...plain, dimension: 2 }
    )
    expect(correlations[0]).toBeCloseTo(0.5, 1)
    expect(correlations[1]).toBeLessThan(0.03)
  })

  test('a text that is the photo itself, mixed and moved, correlates by 1 and lands on it', () => {
    const { images } = world(300, { dx: 4, dy: 4, hidden: 4, noise: 0.1 })
    const texts = images.map(([a = 0, b = 0, c = 0, d = 0]) => Float32Array.of(5 + a + b, b - c, 2 * c + d, d - a))
    const moments = momentsOf(
      images,
      texts,
      images.map((_, i) => i)
    )
    const { correlations, image, text } = cca(moments, { ...plain, dimension: 4 })
    for (const correlation of correlations) expect(correlation).toBeCloseTo(1, 4)
    const tower = (linear: LinearMap) => ({ linear, words: null, residuals: [] })
    const weights = { id: '', dimension: 4, image: tower(image), text: tower(text), source: '' }
    const [seen, said] = [project(weights, 'image', images), project(weights, 'text', texts)]
    expect(
      retrievalMetrics(
        seen,
        said,
        images.map((_, i) => i)
      ).text_to_image.r1
    ).toBe(1)
  })

  test('they are those of the generalised eigenproblem, solved the naive way', () => {
    const { images, texts, imageOfText } = world(500, { dx: 9, dy: 6, hidden: 3, noise: 1.5 })
    const moments = momentsOf(images, texts, imageOfText)
    const options = { ...plain, dimension: 6, imageRegularisation: 0.2, textRegularisation: 0.05 }
    const ours = cca(moments, options).correlations
    naiveCorrelations(moments, options).forEach((correlation, i) => {
      expect(ours[i]).toBeCloseTo(correlation, 8)
    })
  })
})

/** Roots of the largest eigenvalues of Sₓₓ⁻¹ Sₓᵧ Sᵧᵧ⁻¹ Sᵧₓ, which is not symmetric. */
function naiveCorrelations({ imageImage, imageText, textText }: Moments, options: CcaOptions): number[] {
  const regularised = (matrix: Matrix, share: number): Matrix =>
    Matrix.add(matrix, Matrix.eye(matrix.rows).mul((share * matrix.trace()) / matrix.rows))
  const product = inverse(regularised(imageImage, options.imageRegularisation))
    .mmul(imageText)
    .mmul(inverse(regularised(textText, options.textRegularisation)))
    .mmul(imageText.transpose())
  const eigenvalues = new EigenvalueDecomposition(product).realEigenvalues.sort((a, b) => b - a)
  return eigenvalues.slice(0, options.dimension).map(Math.sqrt)
}

test('without power, projections are white: each direction varies by 1 and no two together', () => {
  const { images, texts, imageOfText } = world(400, { dx: 6, dy: 5, hidden: 3, noise: 1 })
  const moments = momentsOf(images, texts, imageOfText)
  const { text, image, correlations } = cca(moments, { ...plain, dimension: 5 })
  const [wx, wy] = [Matrix.from1DArray(6, 5, [...image.matrix]), Matrix.from1DArray(5, 5, [...text.matrix])]
  const textVariance = wy.transpose().mmul(moments.textText).mmul(wy)
  const together = wx.transpose().mmul(moments.imageText).mmul(wy)
  for (let i = 0; i < 5; i++) {
    for (let j = 0; j < 5; j++) {
      expect(textVariance.get(i, j)).toBeCloseTo(i === j ? 1 : 0, 4)
      expect(together.get(i, j)).toBeCloseTo(i === j ? (correlations[i] ?? NaN) : 0, 4)
    }
  }
})

test('power stretches direction i of both sides by its correlation to that power', () => {
  const { images, texts, imageOfText } = world(400, { dx: 6, dy: 5, hidden: 3, noise: 1 })
  const moments = momentsOf(images, texts, imageOfText)
  const [flat, stretched] = [
    cca(moments, { ...plain, dimension: 5 }),
    cca(moments, { ...plain, dimension: 5, power: 2 })
  ]
  for (const side of ['image', 'text'] as const) {
    stretched[side].matrix.forEach((value, i) => {
      expect(value).toBeCloseTo((flat[side].matrix[i] ?? NaN) * (flat.correlations[i % 5] ?? NaN) ** 2, 4)
    })
  }
})

describe('the base projector', () => {
  const shape = { dx: 40, dy: 20, hidden: 8, noise: 1 }
  // One hidden world: the first 600 to learn from, the rest to be asked about.
  const all = world(900, shape, 5)
  const learned = fitBaseProjector(all.images.slice(0, 600), all.texts.slice(0, 600), all.imageOfText.slice(0, 600))

  test('finds photos that it was not fitted on, where the raw vectors cannot even be compared', () => {
    const images = project(learned.weights, 'image', all.images.slice(600))
    const texts = project(learned.weights, 'text', all.texts.slice(600))
    const { text_to_image, image_to_text } = retrievalMetrics(images, texts, all.imageOfText.slice(0, 300))
    // Chance is .03.
    expect(text_to_image.r10).toBeGreaterThan(0.8)
    expect(image_to_text.r10).toBeGreaterThan(0.8)
  })

  test('has as many dimensions as the smaller side, and says what it was made from', () => {
    expect(learned.weights.dimension).toBe(20)
    expect(learned.weights.source).toBe('CCA of 600 captioned photos')
  })

  test('is the same, to the last bit, when it is fitted again', () => {
    const again = fitBaseProjector(all.images.slice(0, 600), all.texts.slice(0, 600), all.imageOfText.slice(0, 600))
    expect(again.weights.id).toBe(learned.weights.id)
  })

  test('learns nothing from captions that belong to other photos', () => {
    const shuffled = [...seededRandom(2).permutation(600)]
    const { validationMrr } = fitBaseProjector(all.images.slice(0, 600), all.texts.slice(0, 600), shuffled)
    expect(validationMrr).toBeLessThan(learned.validationMrr / 3)
  })

  test('is refused with too few photos, and says how many there are', () => {
    expect(() =>
      fitBaseProjector(all.images.slice(0, 99), all.texts.slice(0, 99), all.imageOfText.slice(0, 99))
    ).toThrow(/Only 99 photos/)
  })
})
