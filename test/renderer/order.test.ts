import { expect, test } from 'vitest'
import type { Hit } from '../../src/shared/searching.ts'
import { inOrder } from '../../src/renderer/src/order.ts'

const hit = (itemId: number, dateMs: number, isRelevant: boolean): Hit => ({
  itemId,
  kind: 'note',
  folderId: 1,
  path: `/notes/${itemId}.md`,
  title: `${itemId}`,
  dateMs,
  widthPx: null,
  heightPx: null,
  thumbhash: null,
  score: 0.5,
  isRelevant,
  reasons: [],
  snippet: null
})
const ranked = [hit(1, 20, true), hit(2, 30, true), hit(3, 20, true), hit(4, 90, false), hit(5, 10, false)]
const ids = (hits: readonly Hit[]): number[] => hits.map(({ itemId }) => itemId)

test('weaker matches stay below in every order, and equal dates stay as they were ranked', () => {
  expect(ids(inOrder(ranked, 'best'))).toEqual([1, 2, 3, 4, 5])
  expect(ids(inOrder(ranked, 'newest'))).toEqual([2, 1, 3, 4, 5])
  expect(ids(inOrder(ranked, 'oldest'))).toEqual([1, 3, 2, 5, 4])
})
