import { expect, test } from 'vitest'
import type { Suggestion } from '../../../src/shared/suggesting.ts'
import { OffersState, type Question } from '../../../src/renderer/src/state/offers.svelte.ts'

const tag = (label: string): Suggestion => ({ kind: 'value', key: 'tag', insert: `tag:${label} `, label, count: 1 })
const filter: Suggestion = { kind: 'filter', key: 'tag', insert: 'tag:', label: 'tag:', count: null }

/** Answers `suggest` when told to, in any order. */
function opened() {
  const answers: ((suggestions: readonly Suggestion[]) => void)[] = []
  const troubles: unknown[] = []
  let recent: string[] = []
  const saved: string[] = ['type:note']
  const state = new OffersState(
    {
      suggest: ({ text, caret }) =>
        new Promise(resolve =>
          answers.push(suggestions => resolve({ start: text.lastIndexOf(' ', caret - 1) + 1, end: caret, suggestions }))
        ),
      searches: () => Promise.resolve({ recent, saved }),
      rememberSearch: ({ text }) => {
        recent = [text, ...recent]
        return Promise.resolve(null)
      },
      saveSearch: () => Promise.reject(new Error('The disk is full.')),
      forgetSearches: () => {
        recent = []
        return Promise.resolve(null)
      }
    },
    error => troubles.push(error),
    [{ text: 'a boat', does: 'what a photo shows' }]
  )
  return { state, answers, troubles }
}

test('the newest keystroke wins, however late the answer to an older one comes', async () => {
  const { state, answers } = opened()
  const older = state.complete('t', 1)
  const newer = state.complete('ta', 2)
  answers[1]?.([filter])
  answers[0]?.([tag('old')])
  await Promise.all([older, newer])
  expect(state.offers).toEqual([{ kind: 'completion', suggestion: filter }])
  const late = state.complete('tag', 3)
  state.close()
  answers[2]?.([filter])
  await late
  expect(state.isOpen).toBe(false)
})

test('arrows go around the list and back to the bar', async () => {
  const { state, answers } = opened()
  const asked = state.complete('tag:', 4)
  answers[0]?.([tag('a'), tag('b')])
  await asked
  const places = [1, 1, 1, -1, -1].map(by => {
    state.move(by as 1 | -1)
    return state.active
  })
  expect(places).toEqual([0, 1, -1, 1, 0])
})

test('a line takes the place of what was typed, and leaves the rest', async () => {
  const { state, answers } = opened()
  const asked = state.complete('boats ta', 8)
  answers[0]?.([tag('sea')])
  await asked
  expect(state.taken(state.offers[0] as Question, 'boats ta at night')).toEqual({
    text: 'boats tag:sea at night',
    caret: 14
  })
})

test('an empty bar offers what was saved, what was asked, examples, and to forget; a repeated question is one', async () => {
  const { state } = opened()
  await state.load()
  await state.remember('boats')
  await state.remember('boats ')
  state.openEmpty()
  expect(state.offers.map(offer => offer.kind)).toEqual(['saved', 'recent', 'example', 'forget'])
  await state.forget()
  expect(state.offers.map(offer => offer.kind)).toEqual(['saved', 'example'])
})

test('what is refused is said, and the list stays as it was', async () => {
  const { state, troubles } = opened()
  await state.load()
  await state.save('boats', true)
  expect(troubles).toHaveLength(1)
  expect(state.isSaved('boats')).toBe(false)
  expect(state.isSaved(' type:note')).toBe(true)
})
