import fc from 'fast-check'
import { expect, test } from 'vitest'
import { relevantFrom } from '../../../src/main/engine/stages/search/calibrate.ts'
import {
  noteFeatures,
  noteOfPicture,
  noteWeights,
  type AskedPicture,
  type CandidateNote
} from '../../../src/main/engine/stages/search/notes-of-picture.ts'
import { unit } from '../../../src/main/engine/math/vectors.ts'

/** Photos all around a circle stand for what is unrelated: their mean is the middle, so centring changes nothing. */
const at = (degrees: number): Float32Array =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180))
const around = Array.from({ length: 36 }, (_, i) => at(i * 10 + 5))
const note = (itemId: number, shows: readonly number[], more: Partial<CandidateNote> = {}): CandidateNote => ({
  ...{ itemId, shows, meaning: null, text: null },
  ...more
})
const asked = (more: Partial<AskedPicture>): AskedPicture => ({
  ...{ picture: at(0), common: null, photos: [], notes: [] },
  unrelated: {
    ...{ photos: around, neutralPhotos: around, commonPhotos: around, neutralCommonPhotos: around },
    captions: around
  },
  counts: { photos: 36, texts: 36 },
  ...more
})

test('a note is judged by its photos that are most alike, and names the first of them', () => {
  const photos = [0, 20, 90, 180].map((degrees, i) => ({ itemId: 10 + i, vector: at(degrees) }))
  const notes = [note(1, [12, 13]), note(2, [11]), note(3, [12, 10]), note(4, [])]
  const features = noteFeatures(asked({ photos, notes }))
  expect(features.map(({ like }) => like?.itemId)).toEqual([12, 11, 10, undefined])
  expect(features[2]?.like?.cosine).toBeCloseTo(1)
  expect(features[1]?.like?.cosine).toBeCloseTo(Math.cos(Math.PI / 9))
  // Fisher’s z of the cosines with a circle has mean 0. The same picture is cut at .999; √(2 ln 36) is expected of the best.
  const squares = around.map(([cosine = 0]) => Math.atanh(cosine) ** 2)
  const spread = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length)
  expect(features[2]?.photos).toBeCloseTo(Math.atanh(0.999) / spread - Math.sqrt(2 * Math.log(36)), 2)
  expect(features[3]?.photos).toBe(-Infinity)
})

test('a photo as alike as everything else of its library is no find, however unlike the neutral ones', () => {
  // Screenshots: all alike, and far from the neutral photos.
  const screenshots = Array.from({ length: 200 }, (_, i) =>
    unit(Float32Array.of(1, 0.1 * Math.sin(i), 0.1 * Math.cos(i)))
  )
  const neutral = around.map(([x = 0, y = 0]) => unit(Float32Array.of(0.1, x, y)))
  const unrelated = {
    ...{ photos: screenshots, neutralPhotos: neutral, commonPhotos: [], neutralCommonPhotos: [] },
    captions: []
  }
  const photos = [{ itemId: 10, vector: unit(Float32Array.of(1, 0.1, 0)) }]
  const counts = { photos: 200, texts: 36 }
  const picture = unit(Float32Array.of(1, -0.1, 0))
  const [found] = noteFeatures(asked({ picture, photos, notes: [note(1, [10])], unrelated, counts }))
  expect(noteOfPicture(found!).probability).toBeLessThan(relevantFrom)
})

test('what a note says counts, and so does that it says what the notes of alike photos say', () => {
  const photos = [{ itemId: 10, vector: at(2) }]
  const speaking = note(1, [10], { text: at(40) })
  const notes = [
    speaking,
    note(2, [], { text: at(45), meaning: at(0) }),
    note(3, [], { text: at(200), meaning: at(180) })
  ]
  const [, near, far] = noteFeatures(asked({ photos, notes, common: at(0) }))
  expect(near!.alikeNotes).toBeGreaterThan(far!.alikeNotes)
  expect(near!.words).toBeCloseTo(Math.SQRT2 - Math.sqrt(2 * Math.log(36)), 1)
  expect(near!.words).toBeGreaterThan(far!.words)
})

test('evidence only adds: another photo never makes a note less probable, and none is as good as one that is not alike', () => {
  const degrees = fc.integer({ min: 0, max: 359 })
  fc.assert(
    fc.property(fc.array(degrees, { minLength: 1, maxLength: 6 }), degrees, (shown, more) => {
      const photos = [...shown, more].map((one, i) => ({ itemId: i, vector: at(one) }))
      const some = shown.map((_, i) => i)
      const features = noteFeatures(
        asked({ photos, notes: [note(1, some), note(2, [...some, shown.length]), note(3, [])] })
      )
      const [few, many, none] = features.map(one => noteOfPicture(one).probability)
      expect(many!).toBeGreaterThanOrEqual(few! - 1e-12)
      expect(few!).toBeGreaterThanOrEqual(none! - 1e-12)
    })
  )
})

test('what is needed for a relevant note is said in log-odds, and shares say where it comes from', () => {
  const found = { photos: -noteWeights.knee + noteWeights.needed / noteWeights.photos, words: 0, alikeNotes: 0 }
  expect(noteOfPicture(found)).toEqual({ probability: expect.closeTo(relevantFrom) as number, shareOfPhotos: 1 })
  expect(noteOfPicture({ photos: -Infinity, words: 1, alikeNotes: 1 }).shareOfPhotos).toBe(0)
  expect(noteOfPicture({ photos: -Infinity, words: -9, alikeNotes: 0 }).shareOfPhotos).toBe(0)
})
