import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Hit } from '../../src/shared/searching.ts'
import { foldStacks } from '../../src/shared/stacks.ts'
import { countStacks, StacksState } from '../../src/renderer/src/state/stacks.svelte.ts'
import { belongingFirst, pictureOf, placeOf, tilesOf, type Tile } from '../../src/renderer/src/tiles.ts'

const hit = (itemId: number, stack?: number, isRelevant = true): Hit => ({
  ...{ itemId, isRelevant, kind: 'photo', folderId: 1, path: `/${itemId}.jpg`, title: `${itemId}.jpg`, dateMs: 0 },
  ...{ widthPx: 4, heightPx: 3, thumbhash: null, score: 0.5, reasons: [], snippet: null },
  ...(stack === undefined ? {} : { stack })
})
const ids = (hits: readonly { itemId: number }[]): number[] => hits.map(({ itemId }) => itemId)
const shown = (tiles: readonly Tile[]): number[] => tiles.map(tile => tile.hit.itemId)

/** Hits in any order, some of them of a stack that is named by one of its own. */
const someHits = fc
  .uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 30 })
  .chain(itemIds => fc.tuple(fc.constant(itemIds), fc.array(fc.nat(5), { minLength: 30, maxLength: 30 })))
  .map(([itemIds, groups]) => {
    const byGroup = Map.groupBy(itemIds, (_, i) => (groups[i] === 0 ? null : groups[i]))
    return itemIds.map((itemId, i) => {
      const group = groups[i] === 0 ? [] : byGroup.get(groups[i])!
      return hit(itemId, group.length < 2 ? undefined : Math.min(...group), itemId % 7 > 0)
    })
  })

describe('folding', () => {
  test('keeps every hit exactly once, and the order of the first ones', () => {
    fc.assert(
      fc.property(someHits, hits => {
        const folded = foldStacks(hits)
        expect(ids(folded.flat()).sort((a, b) => a - b)).toEqual(ids(hits).sort((a, b) => a - b))
        const places = folded.map(([first]) => hits.indexOf(first))
        expect(places).toEqual(places.toSorted((a, b) => a - b))
        for (const stack of folded) expect(ids(stack)).toEqual(ids(hits.filter(one => stack.includes(one))))
      })
    )
  })

  test('of what is folded changes nothing more', () => {
    fc.assert(
      fc.property(someHits, hits => {
        const firsts = foldStacks(hits).map(([first]) => first)
        expect(foldStacks(firsts).map(([first]) => first)).toEqual(firsts)
        expect(foldStacks(foldStacks(hits).flat())).toEqual(foldStacks(hits))
      })
    )
  })

  test('whichever stacks are open, each hit has one tile that stands for it, and open ones a tile of their own', () => {
    fc.assert(
      fc.property(someHits, fc.func(fc.boolean()), (hits, choose) => {
        const isOpen = (stack: readonly Hit[]): boolean => choose(Math.min(...ids(stack)))
        const tiles = tilesOf(hits, isOpen)
        expect(ids(tiles.flatMap(tile => tile.hits)).sort((a, b) => a - b)).toEqual(ids(hits).sort((a, b) => a - b))
        for (const one of hits) {
          const tile = tiles[placeOf(tiles, one.itemId)]!
          if (tile.stack === null || tile.stack.isOpen) expect(tile.hit).toBe(one)
        }
        expect(tiles.filter(tile => (tile.stack?.place ?? 0) === 0).map(tile => tile.hit)).toEqual(
          foldStacks(hits).map(([first]) => first)
        )
      })
    )
  })
})

test('an open stack stands together, among the better matches where the first of it does', () => {
  const hits = [hit(1), hit(2, 2), hit(3), hit(4, 2), hit(5, undefined, false), hit(6, 2, false)]
  const [folded, open] = [tilesOf(hits, () => false), tilesOf(hits, () => true)]
  expect(shown(folded)).toEqual([1, 2, 3, 5])
  expect(ids(folded[1]!.hits)).toEqual([2, 4, 6])
  expect(shown(open)).toEqual([1, 2, 4, 6, 3, 5])
  expect(open.map(tile => tile.isRelevant)).toEqual([true, true, true, true, true, false])
  expect(open.map(tile => tile.stack?.place)).toEqual([undefined, 0, 1, 2, undefined, undefined])
})

test('stacks open and close by themselves, stay so in another order and with more hits, and begin folded for another question', () => {
  const hits = [hit(1, 1), hit(2, 1), hit(3, 3), hit(4, 3)]
  const stacks = new StacksState()
  const toggle = (place: number): void => stacks.toggle(stacks.tiles(hits, 'sea')[place]!.stack!, 'sea')
  expect(shown(stacks.tiles(hits, 'sea'))).toEqual([1, 3])
  toggle(1)
  expect(shown(stacks.tiles(hits, 'sea'))).toEqual([1, 3, 4])
  expect(shown(stacks.tiles([...hits.toReversed(), hit(5, 3)], 'sea'))).toEqual([4, 3, 5, 2])
  expect(shown(stacks.tiles(hits, 'sand'))).toEqual([1, 3])
  toggle(0)
  expect(shown(stacks.tiles(hits, 'sea'))).toEqual([1, 2, 3, 4])
  toggle(3)
  expect(shown(stacks.tiles(hits, 'sea'))).toEqual([1, 2, 3])
  stacks.isFolding = false
  expect(stacks.tiles(hits, 'sea').map(tile => [tile.hit.itemId, tile.stack])).toEqual(
    hits.map(one => [one.itemId, null])
  )
})

test('stacks are counted with all their photos', () => {
  expect(countStacks([hit(1), hit(2, 2), hit(3), hit(4, 2), hit(5, 5), hit(6, 5), hit(7, 2)])).toEqual({
    stacks: 2,
    photos: 5
  })
  expect(countStacks([hit(1)])).toEqual({ stacks: 0, photos: 0 })
})

test('a tile has the picture of its photo, or the first that its note shows', () => {
  expect(pictureOf(hit(3))).toBe(3)
  expect(pictureOf({ ...hit(4), kind: 'note', firstPhotoId: 9 })).toBe(9)
  expect(pictureOf({ ...hit(5), kind: 'note' })).toBeNull()
})

test('to a picture the relevant notes come first, and everything keeps its order', () => {
  const note = (itemId: number, isRelevant = true): Hit => ({ ...hit(itemId, undefined, isRelevant), kind: 'note' })
  const tiles = tilesOf([hit(1), note(2), hit(3), note(4), hit(5, undefined, false), note(6, false)], () => false)
  const parts = belongingFirst(tiles)
  expect(shown(parts.tiles)).toEqual([2, 4, 1, 3, 5, 6])
  expect(parts.belonging).toBe(2)
  expect(belongingFirst(tilesOf([hit(1), note(6, false)], () => false))).toMatchObject({ belonging: 0 })
})
