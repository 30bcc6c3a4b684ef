import { expect, test } from 'vitest'
import { toInt16, fromInt16 } from '../../../src/main/engine/math/int16.ts'
import { pairRanks } from '../../../src/main/engine/math/ranks.ts'
import { firstPhotos, ranksAmongAll } from '../../../src/main/engine/stages/train/among-all.ts'
import { identityProjector } from '../../../src/main/engine/stages/train/candidate.ts'
import { heldOut } from '../../../src/main/engine/stages/train/held-out.ts'
import { rowOf } from '../../../src/main/engine/stages/train/training-data.ts'
import { drawnData } from './drawn-data.ts'

const d = 6
const nothing = identityProjector(d)

test('ranks are those of the naive way among all photos, also those without a text, in more blocks than one', async () => {
  const gallery = toInt16(drawnData(2100, 1, { seed: 9 }).images)
  const data = { ...drawnData(1200, 2), gallery }
  // Every tenth photo is asked, and each is searched for among 3,300.
  const asked = heldOut(
    data,
    [...data.groups.keys()].filter(photo => photo % 10 === 0)
  )
  const ranks = await ranksAmongAll(data, asked, nothing, 1)

  const others = fromInt16(gallery)
  const images = [
    ...[...data.groups.keys()].map(photo => rowOf(data.images, photo, d)),
    ...Array.from({ length: 2100 }, (_, i) => rowOf(others, i, d))
  ]
  const texts = [...data.pairTexts].map(text => rowOf(data.texts, text, d))
  const naive = pairRanks(images, texts, [...data.pairPhotos])
  // Of 900,000 comparisons a few are so near that they count as ties here, against the map.
  const near = (found: readonly number[], exact: readonly number[]): void => {
    const apart = found.map((rank, i) => rank - exact[i]!)
    expect(Math.min(...apart)).toBeGreaterThanOrEqual(0)
    expect(apart.reduce((sum, one) => sum + one, 0)).toBeLessThan(5)
  }
  near(
    ranks.texts,
    asked.texts.map(text => naive.ofTexts[text]!)
  )
  near(
    ranks.ofPhotos,
    asked.photos.map(photo => naive.ofImages[photo]!)
  )

  const [first] = await firstPhotos(data, [asked.texts[0]!], nothing, 3, 1)
  const byHand = images
    .map((image, photo) => ({
      photo,
      cosine: image.reduce((sum, value, i) => sum + value * texts[asked.texts[0]!]![i]!, 0)
    }))
    .sort((a, b) => b.cosine - a.cosine)
  expect(first).toEqual(byHand.slice(0, 3).map(({ photo }) => photo))
})

test('another photo of the same text and a near-duplicate of the right one are no wrong answers, though they are not asked', async () => {
  const data = drawnData(40, 1)
  // Photos 1 and 2 are photo 0 once more.
  data.images.copyWithin(d, 0, d)
  data.images.copyWithin(2 * d, 0, d)
  const asked = heldOut(data, [0])
  const alone = (await ranksAmongAll(data, asked, nothing, 1)).texts[0]!
  const alike = { ...data, alike: data.alike.map(look => (look === 1 ? 0 : look)) }
  expect((await ranksAmongAll(alike, asked, nothing, 1)).texts[0]).toBe(alone - 1)
  const shared = {
    ...alike,
    pairPhotos: data.pairPhotos.map(photo => photo),
    pairTexts: data.pairTexts.map(text => (text === 2 ? 0 : text))
  }
  expect((await ranksAmongAll(shared, asked, nothing, 1)).texts[0]).toBe(alone - 2)
})

test('rows that are no numbers are found last, so a broken map never looks good', async () => {
  const data = { ...drawnData(9, 1), gallery: toInt16(drawnData(5, 1, { seed: 3 }).images) }
  data.images.fill(NaN)
  const asked = heldOut(data, [...data.groups.keys()])
  const { texts, ofPhotos } = await ranksAmongAll(data, asked, nothing, 1)
  expect(texts).toEqual(new Array(9).fill(14))
  expect(ofPhotos).toEqual(new Array(9).fill(9))
})
