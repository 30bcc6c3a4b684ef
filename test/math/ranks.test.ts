import fc from 'fast-check'
import { expect, test } from 'vitest'
import { meanReciprocalRank, pairRanks } from '../../src/main/engine/math/ranks.ts'

/** A unit vector in the plane. */
const at = (degrees: number): Float32Array =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180))

test('a text that is nearer to another photo finds its own second', () => {
  const { ofTexts, ofImages } = pairRanks([at(0), at(90)], [at(10), at(40)], [0, 1])
  // Photo 1 is at 90°: its text at 40° is the nearer of the two.
  expect(ofTexts).toEqual([1, 2])
  expect(ofImages).toEqual([1, 1])
})

test('any of its texts is right for a photo, and a photo without texts asks nothing', () => {
  const { ofTexts, ofImages } = pairRanks([at(0), at(90), at(180)], [at(5), at(80), at(170)], [0, 0, 1])
  // The text at 80° belongs to photo 0 but is nearest to photo 1; the one at 170° belongs to photo 1 but is nearest to photo 2.
  expect(ofTexts).toEqual([1, 2, 2])
  expect(ofImages).toEqual([1, 2])
})

test('a map that sends everything to one point gets no credit', () => {
  const { ofTexts, ofImages } = pairRanks([at(0), at(0), at(0)], [at(0), at(0), at(0)], [0, 1, 2])
  expect(ofTexts).toEqual([3, 3, 3])
  expect(ofImages).toEqual([3, 3, 3])
})

test('a text without meaning finds its photo last, and is found last', () => {
  const { ofTexts, ofImages } = pairRanks([at(0), at(90)], [null, at(90)], [0, 1])
  expect(ofTexts).toEqual([2, 1])
  expect(ofImages).toEqual([2, 1])
})

test('ranks are what sorting all answers gives', () => {
  const row = fc
    .array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 })
    .map(values => Float32Array.from(values))
  const data = fc.array(row, { minLength: 1, maxLength: 6 }).chain(images =>
    fc.record({
      images: fc.constant(images),
      pairs: fc.array(fc.record({ text: fc.option(row), image: fc.nat(images.length - 1) }), {
        minLength: 1,
        maxLength: 10
      })
    })
  )
  fc.assert(
    fc.property(data, ({ images, pairs }) => {
      const texts = pairs.map(pair => pair.text)
      const imageOfText = pairs.map(pair => pair.image)
      expect(pairRanks(images, texts, imageOfText)).toEqual(sortedRanks(images, texts, imageOfText))
    })
  )
})

/** The second way: sort each query's answers, wrong ones first among equals, and look where the first right one is. */
function sortedRanks(
  images: readonly Float32Array[],
  texts: readonly (Float32Array | null)[],
  imageOfText: readonly number[]
) {
  const score = (text: Float32Array | null, image: Float32Array): number =>
    text === null ? -Infinity : image.reduce((sum, value, i) => sum + value * (text[i] ?? 0), 0)
  const rank = (answers: { score: number; isRight: boolean }[]): number =>
    answers
      .sort((a, b) => (a.score === b.score ? Number(a.isRight) - Number(b.isRight) : b.score - a.score))
      .findIndex(answer => answer.isRight) + 1
  return {
    ofTexts: texts.map((text, t) =>
      rank(images.map((image, i) => ({ score: score(text, image), isRight: imageOfText[t] === i })))
    ),
    ofImages: images.flatMap((image, i) =>
      imageOfText.includes(i)
        ? [rank(texts.map((text, t) => ({ score: score(text, image), isRight: imageOfText[t] === i })))]
        : []
    )
  }
}

test('the mean reciprocal rank of 1, 2 and 4 is 7/12', () => {
  expect(meanReciprocalRank([1, 2, 4])).toBeCloseTo(7 / 12)
})
