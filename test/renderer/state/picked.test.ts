import { expect, test } from 'vitest'
import type { Picking } from '../../../src/renderer/src/picking.ts'
import { PickedState } from '../../../src/renderer/src/state/picked.svelte.ts'

const hit = (itemId: number): { itemId: number } => ({ itemId })
const hits = [10, 20, 30, 40, 50].map(hit)
const tiles = hits.map(one => ({ hits: [one] }))
const toggle = (itemId: number): Picking => ({ kind: 'toggle', hit: hit(itemId) })
const extend = (from: number, to: number): Picking => ({ kind: 'extend', from: hit(from), hit: hit(to) })

function after(...pickings: readonly Picking[]): { picked: PickedState; ids: () => number[] } {
  const picked = new PickedState()
  for (const picking of pickings) picked.take(picking, tiles, 'sea')
  return { picked, ids: () => picked.among(hits, 'sea').map(({ itemId }) => itemId) }
}

test('one is picked and taken out again, and what is picked comes in the order of the hits', () => {
  expect(after(toggle(40), toggle(10), toggle(20), toggle(10)).ids()).toEqual([20, 40])
})

test('a range goes from the last one that was picked, keeps what was picked before, and can be made shorter', () => {
  expect(after(toggle(10), toggle(30), extend(10, 50)).ids()).toEqual([10, 30, 40, 50])
  expect(after(toggle(10), toggle(30), extend(10, 50), extend(50, 40)).ids()).toEqual([10, 30, 40])
  expect(after(toggle(30), extend(30, 50), extend(50, 20)).ids()).toEqual([20, 30])
})

test('a range without one that was picked goes from where the person was', () => {
  expect(after(extend(20, 40)).ids()).toEqual([20, 30, 40])
})

test('all, and none', () => {
  expect(after({ kind: 'all' }).ids()).toEqual([10, 20, 30, 40, 50])
  expect(after({ kind: 'all' }, { kind: 'none' }).ids()).toEqual([])
  expect(after(toggle(50), { kind: 'none' }, extend(10, 20)).ids()).toEqual([10, 20])
})

test('nothing stays picked for another question, and what is not found any more is not picked', () => {
  const { picked } = after(toggle(10), toggle(20))
  expect(picked.among(hits, 'sand')).toEqual([])
  expect(picked.among([hit(20), hit(60)], 'sea')).toEqual([hit(20)])
  picked.take(toggle(30), tiles, 'sand')
  expect(picked.among(hits, 'sand')).toEqual([hit(30)])
})

test('a folded stack is picked as a whole, and one of which anything is picked gives all of it back', () => {
  const folded = [{ hits: [hit(10)] }, { hits: [20, 30, 40].map(hit) }, { hits: [hit(50)] }]
  const picked = new PickedState()
  const ids = (): number[] => picked.among(hits, 'sea').map(({ itemId }) => itemId)
  picked.take(toggle(20), folded, 'sea')
  expect(ids()).toEqual([20, 30, 40])
  picked.take(toggle(20), folded, 'sea')
  expect(ids()).toEqual([])
  picked.take(toggle(30), tiles, 'sea')
  picked.take(toggle(20), folded, 'sea')
  expect(ids()).toEqual([])
  picked.take(toggle(10), folded, 'sea')
  picked.take(extend(10, 20), folded, 'sea')
  expect(ids()).toEqual([10, 20, 30, 40])
  picked.take(toggle(30), tiles, 'sea')
  expect(ids()).toEqual([10, 20, 40])
  picked.take({ kind: 'all' }, folded, 'sea')
  expect(ids()).toEqual([10, 20, 30, 40, 50])
})
