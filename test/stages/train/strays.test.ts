import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { straysOf } from '../../../src/main/engine/stages/train/strays.ts'

describe('captions of other photos', () => {
  const photos = 400
  const own = Array.from({ length: photos }, (_, photo) => [photo])
  const each = [...own.keys()]
  const all = own.map(() => true)

  /** A share of the captions finds its photo anywhere, the others within the first places. */
  const ranks = (share: number, within: number): number[] => {
    const random = seededRandom(3)
    return own.map((_, i) => 1 + random.below(i < share * photos ? photos : within))
  }

  test.each([0, 0.1, 0.3, 1])('are counted: %d', share => {
    const found = straysOf(ranks(share, 30), own, all, each)!
    expect(Math.abs(found.share.mean - share)).toBeLessThan(0.08)
    expect(found.share.low).toBeLessThanOrEqual(share)
    expect(found.share.high).toBeGreaterThanOrEqual(share)
    expect(found.foundAtOnce).toBeCloseTo(1 - 0.9 * share, 1)
  })

  test('a photo counts once, however many captions it has', () => {
    // Nine captions of the first photo are far off, and one of each other photo is found first.
    const many = [...new Array<number[]>(9).fill([0]), ...own.slice(1, 10)]
    const ranks = [...new Array<number>(9).fill(10), ...new Array<number>(9).fill(1)]
    const { share } = straysOf(ranks, many, all, each.slice(0, 10))!
    expect(share.mean).toBeCloseTo(0.2)
  })

  test('a map that knows nothing takes all for strays, and finds few at once', () => {
    const { share, foundAtOnce } = straysOf(ranks(1, 1), own, all, each)!
    expect(share.mean).toBeGreaterThan(0.8)
    expect(foundAtOnce).toBeLessThan(0.2)
  })

  test('are counted among texts that claim to describe their photo; a paragraph beside it may be about something else', () => {
    // The second half are paragraphs, and find their photo anywhere.
    const found = ranks(0, 30).map((rank, i) => (i < photos / 2 ? rank : 1 + ((i * 7) % photos)))
    const describing = found.map((_, i) => i < photos / 2)
    expect(straysOf(found, own, describing, each)!.share.mean).toBe(0)
    expect(straysOf(found, own, all, each)!.share.mean).toBeGreaterThan(0.3)
    expect(
      straysOf(
        found,
        own,
        found.map(() => false),
        each
      )
    ).toBeNull()
  })
})
