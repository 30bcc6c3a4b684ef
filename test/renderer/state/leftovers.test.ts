import { expect, test } from 'vitest'
import type { Leftovers } from '../../../src/shared/leftovers.ts'
import { LeftoversState } from '../../../src/renderer/src/state/leftovers.svelte.ts'

/** An engine that found something, or nothing, and heard what became of it. */
function opened(found: Leftovers): { state: LeftoversState; answers: boolean[]; reported: unknown[] } {
  const answers: boolean[] = []
  const reported: unknown[] = []
  const engine = {
    leftovers: () => Promise.resolve(found),
    settleLeftovers({ hasConsent }: { hasConsent: boolean }) {
      answers.push(hasConsent)
      if (answers.length > 1) return Promise.reject(new Error('The disk is full.'))
      return Promise.resolve({ deletedFiles: hasConsent ? 2 : 0, freedBytes: 9, left: [] })
    }
  }
  return { state: new LeftoversState(engine, error => reported.push(error)), answers, reported }
}
const found: Leftovers = { paths: ['/a', '/b'], sizeBytes: 9, isSettled: false }

test('is offered when there is something, and not when it was settled before', async () => {
  const cases = [found, { ...found, isSettled: true }, { ...found, paths: [] }]
  const offered = cases.map(async one => {
    const { state } = opened(one)
    await state.load()
    return state.offered
  })
  expect(await Promise.all(offered)).toEqual([found, null, null])
})

test('a yes is told with what was deleted, until it is dismissed; a no says nothing more', async () => {
  const yes = opened(found)
  await yes.state.load()
  await yes.state.settle(true)
  expect([yes.state.offered, yes.state.settled?.deletedFiles, yes.answers]).toEqual([null, 2, [true]])
  yes.state.dismiss()
  expect(yes.state.settled).toBeNull()

  const no = opened(found)
  await no.state.load()
  await no.state.settle(false)
  expect([no.state.offered, no.state.settled, no.answers]).toEqual([null, null, [false]])
})

test('what could not be kept is reported, and stays offered', async () => {
  const { state, reported } = opened(found)
  await state.settle(false)
  await state.load()
  await state.settle(true)
  expect(reported).toHaveLength(1)
  expect(state.offered).toEqual(found)
})
