import { describe, expect, test } from 'vitest'
import type { BothDirections } from '../../../src/shared/learning.ts'
import { chanceOf, judge } from '../../../src/main/engine/stages/train/gate.ts'
import type { Strays } from '../../../src/main/engine/stages/train/strays.ts'

describe('a candidate', () => {
  const figures = (textToImage: number, imageToText: number): BothDirections => ({
    textToImage: { r1: 0, r5: 0, r10: textToImage / 2, mrr: textToImage },
    imageToText: { r1: 0, r5: 0, r10: 0, mrr: imageToText }
  })
  const photos = (value: number, spread = 0): { asAnswer: number; asQuestion: number }[] =>
    Array.from({ length: 40 }, (_, i) => {
      const rank = value + (i % 2 === 0 ? spread : -spread)
      return { asAnswer: rank, asQuestion: rank }
    })
  const judged = (change: Partial<Parameters<typeof judge>[0]>) =>
    judge({
      before: photos(0.5),
      after: photos(0.6),
      groups: photos(0.6).map((_, i) => i),
      figures: { before: figures(0.5, 0.5), after: figures(0.6, 0.6) },
      known: null,
      asked: { captions: 64, gallery: 207 },
      share: 1,
      general: null,
      chance: 0.1,
      strays: { share: { mean: 0, low: 0, high: 0 }, foundAtOnce: 1 },
      ...change
    })

  test('that gains on both sides is accepted', () => {
    expect(judged({})).toMatchObject({ isAccepted: true, mrrGain: { low: expect.closeTo(0.1, 6) as number } })
    expect(judged({}).reason).toBe(
      'Captions and photos of notes and subjects that it had not seen find each other better (+0.100 MRR). Of 64 captions, 30 % now find their photo among the first ten of 207; it was 25 %.'
    )
  })

  test('that finds less is refused', () => {
    const { isAccepted, reason } = judged({ after: photos(0.48) })
    expect(isAccepted).toBe(false)
    expect(reason).toContain('does not find more')
    expect(reason).not.toContain('that it knows')
  })

  test('whose gain may be chance is refused, and so is one too small to matter', () => {
    // ±.4 over 40 photos: a standard error of .06 beside a gain of .05.
    const { isAccepted, reason, needed } = judged({ after: photos(0.55, 0.4) })
    expect(isAccepted).toBe(false)
    expect(reason).toContain('may be chance')
    // 1.96 · .063 / .05 = 2.5 times too far: six times as many groups.
    expect(needed).toBeGreaterThan(200)
    expect(needed).toBeLessThan(300)
    expect(reason).toContain(`40 of them are too few to know; about ${needed} would tell`)
    expect(judged({ after: photos(0.504) })).toMatchObject({ isAccepted: false, needed: null })
  })

  test('that is better for known notes alone is refused, and both are said', () => {
    const known = { mean: 0.12, low: 0.08, high: 0.16 }
    for (const after of [photos(0.5), photos(0.55, 0.4)]) {
      const { isAccepted, reason } = judged({ after, known })
      expect(isAccepted).toBe(false)
      expect(reason).toContain('It finds more new photos of notes and subjects that it knows (+0.120 MRR)')
    }
  })

  test('of which no share did better on the validation photos is refused, whatever the others say', () => {
    expect(judged({ share: 0 }).isAccepted).toBe(false)
  })

  test('that loses in one direction is refused, and the direction is named', () => {
    const worse = { before: figures(0.5, 0.5), after: figures(0.72, 0.48) }
    expect(judged({ figures: worse })).toMatchObject({ isAccepted: false })
    expect(judged({ figures: worse }).reason).toContain('photos find their captions less well')
    expect(judged({ figures: { before: figures(0.5, 0.5), after: figures(0.7, 0.495) } }).isAccepted).toBe(true)
  })

  test('that is better than before, and no better than chance, is refused', () => {
    const { isAccepted, reason } = judged({ before: photos(0.04), after: photos(0.09) })
    expect(isAccepted).toBe(false)
    expect(reason).toContain('no better than by chance')
  })

  test('that learned from captions of other photos is refused, where the map knows the library', () => {
    const strays = (mean: number, low: number, foundAtOnce: number): Strays => ({
      share: { mean, low, high: 1 },
      foundAtOnce
    })
    const { isAccepted, reason } = judged({ strays: strays(0.28, 0.12, 0.65) })
    expect(isAccepted).toBe(false)
    expect(reason).toContain('About 28 of 100 captions')
    expect(judged({ strays: strays(0.28, 0.12, 0.4) }).isAccepted).toBe(true)
    expect(judged({ strays: strays(0.28, 0.02, 0.65) }).isAccepted).toBe(true)
    expect(judged({ strays: strays(0.12, 0.08, 0.65) }).isAccepted).toBe(true)
  })

  test('that nothing is known of, because no held-out text claims to describe its photo, is not refused for strays', () => {
    expect(judged({ strays: null }).isAccepted).toBe(true)
  })

  test('whose gain is that of one group is no gain of forty photos', () => {
    // 10 of 40 photos gain .4, and all ten are frames of one burst.
    const after = photos(0.5).map((one, i) => (i < 10 ? { asAnswer: 0.9, asQuestion: 0.9 } : one))
    const each = after.map((_, i) => i)
    expect(judged({ after, groups: each }).isAccepted).toBe(true)
    const { isAccepted, reason } = judged({ after, groups: each.map(i => (i < 10 ? 0 : i)) })
    expect(isAccepted).toBe(false)
    expect(reason).toContain('may be chance')
  })

  test.each([
    ['a rank', { after: photos(NaN) }],
    ['a figure of a direction', { figures: { before: figures(0.5, 0.5), after: figures(0.6, NaN) } }],
    ['what was measured on photos of others', { general: { before: 0.8, after: NaN } }],
    ['chance', { chance: NaN }]
  ])('with no number for %s is refused', (_, change) => {
    const { isAccepted, reason } = judged(change)
    expect(isAccepted).toBe(false)
    expect(reason).toContain('some of its figures are no numbers')
  })

  test('answers in random order have a mean reciprocal rank of their own', () => {
    // Two photos and two texts: (1 + ½) / 2 in each direction.
    expect(chanceOf(2, 2)).toBeCloseTo(0.75)
    // Four texts, two of them right for each photo: about (1 + ½ + ⅓ + ¼) / 2 there.
    expect(chanceOf(2, 4)).toBeCloseTo((0.75 + 25 / 24) / 2)
    // Four photos, one of two texts right for whoever is asked.
    expect(chanceOf(4, 2, 1)).toBeCloseTo((25 / 48 + 0.75) / 2)
  })

  test('that forgets the pictures of others is refused, but for a point of a hundred', () => {
    expect(judged({ general: { before: 0.8, after: 0.78 } }).reason).toContain('78.0 % instead of 80.0 %')
    expect(judged({ general: { before: 0.8, after: 0.795 } }).isAccepted).toBe(true)
  })
})
