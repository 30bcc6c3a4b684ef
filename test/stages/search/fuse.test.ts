import fc from 'fast-check'
import { expect, test } from 'vitest'

import { relevantFrom } from '../../../src/main/engine/stages/search/calibrate.ts'
import {
  alongLinks,
  type Evidence,
  fuse,
  type Linked,
  shownTrust
} from '../../../src/main/engine/stages/search/fuse.ts'

const found = (lane: Evidence['lane'], itemId: number, probability: number, part = 0): Evidence => ({
  lane,
  itemId,
  part,
  probability
})

test('two lanes that find the same item make it more probable, and share it by what each adds', () => {
  const [hit] = fuse([found('words', 1, 0.5), found('meaning', 1, 0.2)], 10)
  // 1 − (1 − 0.5)(1 − 0.2) = 0.6; ln 0.5 / ln 0.4 = 0.7565
  expect(hit?.score).toBeCloseTo(0.6)
  expect(hit?.evidence.map(({ lane }) => lane)).toEqual(['words', 'meaning'])
  expect(hit?.evidence[0]?.share).toBeCloseTo(0.7565, 4)
})

test('an item that only one lane can see is judged by that lane alone', () => {
  const hits = fuse([found('words', 1, 0.3), found('meaning', 1, 0.3), found('picture', 2, 0.6)], 10)
  expect(hits.map(hit => hit.itemId)).toEqual([2, 1])
  expect(hits[0]?.score).toBeCloseTo(0.6)
})

test('of several passages of a note, the best one counts, once', () => {
  const [hit] = fuse([found('meaning', 1, 0.2, 4), found('meaning', 1, 0.4, 7), found('meaning', 1, 0.4, 9)], 10)
  expect(hit?.score).toBeCloseTo(0.4)
  expect(hit?.evidence).toHaveLength(1)
  expect(hit?.evidence[0]?.part).toBe(7)
})

test('equal scores come by item id, and the cut-off is the documented one', () => {
  const hits = fuse([found('words', 9, relevantFrom), found('picture', 3, relevantFrom), found('words', 5, 0.1)], 2)
  expect(hits.map(hit => [hit.itemId, hit.isRelevant])).toEqual([
    [3, true],
    [9, true]
  ])
  expect(fuse([found('words', 1, relevantFrom - 0.01)], 1)[0]?.isRelevant).toBe(false)
})

test('the note that shows a relevant photo inherits some of it, the neighbour of a weak one nothing', () => {
  const hits = fuse([found('same', 1, 1), found('picture', 2, 0.1)], 10)
  const links = new Map([
    [1, [7, 1]],
    [2, [8]]
  ])
  const inherited = alongLinks(hits, itemId => (links.get(itemId) ?? []).map(other => ({ itemId: other, part: 0 })))
  expect(inherited.map(({ lane, itemId }) => [lane, itemId])).toEqual([['shown', 7]])
  expect(inherited[0]?.probability).toBeCloseTo(shownTrust, 3)
})

test('three photos come with a note at most: those that stand nearest to a passage that was found', () => {
  const photos = [0, 1, 2, 3, 4, 4, 9].map((part, i): Linked => ({ itemId: 10 + i, part }))
  const noteFoundAt = (...parts: number[]) =>
    fuse(
      parts.map((part, i) => found(i === 0 ? 'words' : 'meaning', 1, 1, part)),
      10
    )
  const along = (...parts: number[]) =>
    alongLinks(noteFoundAt(...parts), () => photos).map(({ itemId, probability, from }) => [itemId, probability, from])
  const trust = 0.9999 * shownTrust
  const near = (distance: number) => expect.closeTo(trust / (1 + distance), 3) as number
  expect(along(4)).toEqual([
    [14, near(0), 1],
    [15, near(0), 1],
    [13, near(1), 1]
  ])
  expect(along(9, 2)).toEqual([
    [12, near(0), 1],
    [16, near(0), 1],
    [11, near(1), 1]
  ])
  // Its title or its tags were found: the photos at its beginning.
  expect(along(-1)).toEqual([
    [10, near(0), 1],
    [11, near(1), 1],
    [12, near(2), 1]
  ])
  // A photo of a note that is shown twice stands where it is nearest.
  const twice: Linked[] = [
    { itemId: 7, part: 0 },
    { itemId: 7, part: 5 }
  ]
  expect(alongLinks(noteFoundAt(5), () => twice)).toMatchObject([{ itemId: 7, probability: near(0) }])
})

// ── properties ──────────────────────────────────────────────────────────────────────────────────────────────────────

const evidence = fc.record({
  lane: fc.constantFrom('words' as const, 'picture' as const, 'meaning' as const, 'shown' as const),
  itemId: fc.integer({ min: 1, max: 12 }),
  part: fc.integer({ min: -1, max: 3 }),
  probability: fc.double({ min: 0, max: 1, noNaN: true })
})
const some = fc.array(evidence, { maxLength: 40 })

test('more evidence never lowers a score, and touches no other item', () => {
  fc.assert(
    fc.property(some, evidence, (before, more) => {
      const scores = new Map(fuse(before, 100).map(hit => [hit.itemId, hit.score]))
      for (const hit of fuse([...before, more], 100)) {
        const score = scores.get(hit.itemId) ?? 0
        if (hit.itemId === more.itemId) expect(hit.score).toBeGreaterThanOrEqual(score - 1e-12)
        else expect(hit.score).toBe(score)
      }
    })
  )
})

test('the ranking does not depend on the order of the evidence, is sorted, and its shares add up', () => {
  fc.assert(
    fc.property(some, fc.integer({ min: 1, max: 20 }), (list, limit) => {
      const hits = fuse(list, limit)
      expect(fuse(list.toReversed(), limit)).toEqual(hits)
      expect(hits.length).toBeLessThanOrEqual(limit)
      for (const [i, hit] of hits.entries()) {
        const next = hits[i + 1]
        if (next) expect(hit.score > next.score || (hit.score === next.score && hit.itemId < next.itemId)).toBe(true)
        expect(hit.score).toBeGreaterThanOrEqual(0)
        expect(hit.score).toBeLessThan(1)
        expect(hit.evidence.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
      }
    })
  )
})
