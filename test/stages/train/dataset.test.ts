import { expect, test } from 'vitest'
import { Dataset, type DatasetOptions } from '../../../src/main/engine/stages/train/dataset.ts'
import { joined, rowOf } from '../../../src/main/engine/stages/train/training-data.ts'
import { probeOf } from '../../../src/main/engine/stages/train/probe-file.ts'
import { drawnData } from './drawn-data.ts'

const usual = { seed: 1, words: null, labels: 0, imageNoise: 0, wordDropout: 0 } as const
const all = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

function photosOf(
  data: ReturnType<typeof drawnData>,
  options: Omit<DatasetOptions, keyof typeof usual>,
  step: number
): number[] {
  const { images } = new Dataset(data, { ...usual, ...options }).batch(step)
  const rows = all(data.groups.length).map(photo =>
    rowOf(data.images, photo * data.rotations, data.imageDimension).join()
  )
  return all(options.batch).map(i => rows.indexOf(rowOf(images as Float32Array, i, data.imageDimension).join()))
}

test('the same number gives the same batch, another another, and each is of different photos', () => {
  const data = drawnData(40, 2)
  const options = { batch: 16, photos: all(40) }
  const first = photosOf(data, options, 3)
  expect(new Set(first).size).toBe(16)
  expect(photosOf(data, options, 3)).toEqual(first)
  expect(photosOf(data, options, 4)).not.toEqual(first)
})

test('only the given photos are drawn, and a small number of them again and again', () => {
  const drawn = photosOf(drawnData(9, 1), { batch: 8, photos: [2, 5, 7] }, 1)
  expect(new Set(drawn)).toEqual(new Set([2, 5, 7]))
})

test('a pair that is surer is drawn more often, and one without weight never', () => {
  const data = { ...drawnData(3, 1), pairWeights: Float32Array.of(1, 0.25, 0) }
  const counts = [0, 0, 0]
  for (let step = 1; step <= 2000; step++) counts[photosOf(data, { batch: 1, photos: all(3) }, step)[0]!]!++
  expect(counts[2]).toBe(0)
  // Four to one; the deviation of a share of .8 over 2,000 draws is .009.
  expect(counts[0]! / 2000).toBeCloseTo(0.8, 1)
})

test('a rotated photo carries its rotation, and the same words about two photos are known to be the same', () => {
  const data = drawnData(4, 1, { rotations: 4 })
  const texts = data.texts.slice()
  texts.copyWithin(6, 0, 6)
  const same = { ...data, texts, tokens: Int32Array.of(0, 0, 2, 3) }
  const batch = new Dataset(same, { ...usual, batch: 4, photos: all(4) }).batch(1)
  const photos = photosOf(same, { batch: 4, photos: all(4) }, 1)
  photos.forEach((photo, i) => {
    const rotation = [...batch.rotations!.subarray(i * 4, i * 4 + 4)].indexOf(1)
    expect(rowOf(batch.rotated as Float32Array, i, 6)).toEqual(rowOf(data.images, photo * 4 + rotation, 6))
  })
  const groups = photos.map((photo, i) => [photo, batch.textGroups![i]] as const)
  const of = (photo: number) => groups.find(([one]) => one === photo)?.[1]
  expect(of(0)).toBe(of(1))
  expect(of(2)).not.toBe(of(3))
})

test('photos of others fill their part of the batch, upright, and say nothing of rotations', () => {
  const others = drawnData(30, 2, { seed: 9 })
  const data = joined(drawnData(20, 1, { rotations: 4 }), probeOf(others, all(30), true))
  const rehearsed = { photos: all(30).map(i => 20 + i), count: 4 }
  const batch = new Dataset(data, { ...usual, batch: 10, photos: all(20), rehearsed }).batch(5)
  const drawn = photosOf(data, { batch: 10, photos: all(20), rehearsed }, 5)
  expect(drawn.slice(0, 6).every(photo => photo < 20)).toBe(true)
  expect(drawn.slice(6).every(photo => photo >= 20)).toBe(true)
  expect([...batch.rotations!.subarray(24)]).toEqual(new Array(16).fill(0))
  expect([...batch.rehearsed!]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
  expect(rowOf(batch.rotated as Float32Array, 9, 6)).toEqual(rowOf(batch.images as Float32Array, 9, 6))
})

test('noise has the length that was asked for, and is another for each photo', () => {
  const data = drawnData(64, 1, { d: 256 })
  const clean = new Dataset(data, { ...usual, batch: 64, photos: all(64) }).batch(1).images as Float32Array
  const noisy = new Dataset(data, { ...usual, imageNoise: 0.5, batch: 64, photos: all(64) })
  const rows = noisy.batch(1).images as Float32Array
  expect(rows).not.toEqual(clean)
  const lengths = all(64).map(i => Math.hypot(...rowOf(rows, i, 256)) ** 2)
  // A unit row and noise of length ½ across it: 1 + ¼.
  expect(lengths.reduce((sum, length) => sum + length, 0) / 64).toBeCloseTo(1.25, 1)
})
