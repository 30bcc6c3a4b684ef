import { beforeEach, expect, test } from 'vitest'
import type { Client } from '../../../src/shared/contract.ts'
import { EngineError } from '../../../src/shared/errors.ts'
import { ExcludedState } from '../../../src/renderer/src/state/excluded.svelte.ts'

/** A library of items 1 to 9 that keeps what is left out, as the engine does. */
class SmallLibrary {
  readonly out: number[] = []
  readonly client: Pick<Client, 'excluded' | 'exclude' | 'include' | 'on'> = {
    excluded: () =>
      Promise.resolve({
        entries: this.out.map(excludedId => ({
          excludedId,
          kind: 'file',
          folderId: 1,
          path: `/p/${excludedId}`,
          files: 1
        })),
        total: this.out.length
      }),
    exclude: input => {
      const itemIds = 'itemIds' in input ? input.itemIds.filter(itemId => itemId < 10) : []
      if (itemIds.length === 0) return Promise.reject(new EngineError('not-found', 'None of this is there.'))
      this.out.push(...itemIds)
      return Promise.resolve({ excludedIds: itemIds, files: itemIds.length })
    },
    include: ({ excludedIds = [...this.out] }) => {
      for (const excludedId of excludedIds) this.out.splice(this.out.indexOf(excludedId), 1)
      return Promise.resolve({ jobId: 'j' })
    },
    on: (name, listener) => {
      if (name === 'jobEnded') this.end = jobId => (listener as (ended: { jobId: string }) => void)({ jobId })
      return () => undefined
    }
  }
  /** Tells that a job has ended. */
  end: (jobId: string) => void = () => undefined
}

let small: SmallLibrary
let state: ExcludedState
let reported: unknown[]
let changes: number

beforeEach(() => {
  small = new SmallLibrary()
  reported = []
  changes = 0
  state = new ExcludedState(
    small.client,
    error => reported.push(error),
    () => {
      changes++
      return Promise.resolve()
    }
  )
})

test('what is left out can be undone once, and the list follows while somebody looks', async () => {
  expect(await state.undo()).toBe(false)
  await state.load()
  expect(await state.exclude({ itemIds: [3, 4] })).toBe(true)
  expect(state.latest).toEqual({ excludedIds: [3, 4], files: 2 })
  expect(state.answer?.total).toBe(2)
  expect(await state.undo()).toBe(true)
  expect([state.latest, small.out, state.answer?.total, changes]).toEqual([null, [], 0, 2])
})

test('what is wanted back is shown when its job has ended, whichever is heard of first', async () => {
  state.listen()
  await state.exclude({ itemIds: [1, 2] })
  await state.include([1])
  expect(changes).toBe(2)
  small.end('another')
  expect(changes).toBe(2)
  small.end('j')
  expect(changes).toBe(3)
  await state.include([2])
  expect(changes).toBe(5)
})

test('undo is for the last; including its files in the list takes it away, including others does not', async () => {
  await state.exclude({ itemIds: [1] })
  await state.exclude({ itemIds: [2] })
  await state.include([1])
  expect(state.latest?.excludedIds).toEqual([2])
  await state.include([2])
  expect(state.latest).toBeNull()
  await state.exclude({ itemIds: [5] })
  await state.include()
  expect([state.latest, small.out]).toEqual([null, []])
})

test('a refusal is told, and what could be undone still can', async () => {
  await state.exclude({ itemIds: [1] })
  expect(await state.exclude({ itemIds: [99] })).toBe(false)
  expect(reported).toEqual([new EngineError('not-found', 'None of this is there.')])
  expect([state.latest?.excludedIds, changes]).toEqual([[1], 1])
  state.dismiss()
  expect([state.latest, small.out]).toEqual([null, [1]])
})
