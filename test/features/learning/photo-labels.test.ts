import { expect, test } from 'vitest'
import { photoLabels, type LabelledPhoto } from '../../../src/main/engine/features/learning/photo-labels.ts'

const photos = (count: number, folder: string, ...keywords: string[]): Omit<LabelledPhoto, 'itemId'>[] =>
  Array.from({ length: count }, () => ({ folder, keywords }))
const labels = (...groups: Omit<LabelledPhoto, 'itemId'>[][]): number[] => [
  ...photoLabels(groups.flat().map((photo, itemId) => ({ ...photo, itemId })))
]

test('a tag of five photos is a label, whatever its case; of four it is none', () => {
  expect(labels(photos(3, 'a', 'Dog'), photos(2, 'b', 'dog'), photos(4, 'c', 'cat'), photos(2, 'd'))).toEqual([
    0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1
  ])
})

test('of several tags the rarest says most, and what half of all photos have says nothing', () => {
  const all = labels(photos(5, 'a', 'holiday', 'beach', 'sea'), photos(6, 'b', 'holiday', 'sea'), photos(12, 'c'))
  expect(all.slice(0, 11)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
  expect(all.slice(11)).toEqual(Array(12).fill(-1))
})

test('without such a tag the folder is the label', () => {
  expect(labels(photos(5, 'a'), photos(5, 'b', 'rare'), photos(1, 'c'))).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1])
})
