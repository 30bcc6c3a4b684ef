import { expect, test } from 'vitest'
import { Batcher } from '../../src/main/engine/workers/batcher.ts'
import { limit } from '../../src/main/engine/base/limit.ts'

test('requests go together when the batch is full, and each gets its own answer', async () => {
  const batches: number[][] = []
  const batcher = new Batcher<number, number>(3, 10_000, async batch => {
    batches.push([...batch])
    return Promise.resolve(batch.map(value => value * 10))
  })
  expect(await Promise.all([1, 2, 3, 4, 5, 6].map(value => batcher.add(value)))).toEqual([10, 20, 30, 40, 50, 60])
  expect(batches).toEqual([
    [1, 2, 3],
    [4, 5, 6]
  ])
})

test('a single request does not wait for company longer than it was told', async () => {
  const batcher = new Batcher<number, number>(8, 5, batch => Promise.resolve([...batch]))
  expect(await batcher.add(7)).toBe(7)
})

test('a batch that fails fails for each of its requests, and the next one runs', async () => {
  let fails = true
  const batcher = new Batcher<number, number>(2, 5, batch =>
    fails ? Promise.reject(new Error('no')) : Promise.resolve([...batch])
  )
  const results = await Promise.allSettled([batcher.add(1), batcher.add(2)])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  fails = false
  expect(await batcher.add(3)).toBe(3)
})

test('no more work runs at once than there are slots, and all of it runs in order', async () => {
  const atOnce = limit(2)
  let running = 0
  let most = 0
  const order: number[] = []
  await Promise.all(
    [1, 2, 3, 4, 5].map(n =>
      atOnce(async () => {
        most = Math.max(most, ++running)
        order.push(n)
        await new Promise(resolve => setTimeout(resolve, 2))
        running--
        if (n === 2) throw new Error('a slot must come back')
      }).catch(() => undefined)
    )
  )
  expect(most).toBe(2)
  expect(order).toEqual([1, 2, 3, 4, 5])
})
