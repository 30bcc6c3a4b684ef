import { expect, test } from 'vitest'
import { several } from '../../../src/main/engine/features/indexing/read-files.ts'

test('whoever takes long over a result gets those too that are done meanwhile', async () => {
  const control = { pace: () => Promise.resolve() }
  const gates: (() => void)[] = []
  const work = (item: number): Promise<number> => new Promise(resolve => gates.push(() => resolve(item)))
  const taken: number[] = []
  const taking = (async () => {
    for await (const item of several([1, 2, 3], control, work)) {
      taken.push(item)
      // The rest is done while this one is saved.
      for (const open of gates) open()
      await new Promise(resolve => setImmediate(resolve))
    }
  })()
  await new Promise(resolve => setImmediate(resolve))
  gates[0]!()
  await taking
  expect(taken).toEqual([1, 2, 3])
})

test('a failure is told also when it comes while nobody waits for a result', async () => {
  const control = { pace: () => new Promise<void>(resolve => setImmediate(resolve)) }
  const work = (item: number): Promise<number> => Promise.reject(new Error(`no ${item}`))
  await expect(several([1], control, work).next()).rejects.toThrow('no 1')
  await expect(several([1, 2, 3], control, work).next()).rejects.toThrow('no 1')
})
