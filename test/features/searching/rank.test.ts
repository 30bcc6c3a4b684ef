import { expect, test } from 'vitest'
import { describe as describeHits } from '../../../src/main/engine/features/searching/describe.ts'
import { hasFound } from '../../../src/main/engine/features/searching/evidence.ts'
import type { Question } from '../../../src/main/engine/features/searching/question.ts'
import { rank } from '../../../src/main/engine/features/searching/rank.ts'
import { parseQuery } from '../../../src/main/engine/stages/search/parse.ts'
import { questionKey } from '../../../src/main/engine/stages/search/question-key.ts'
import { openMemoryStore } from '../../../src/main/engine/store/database.ts'
import type { Store } from '../../../src/main/engine/store/store.ts'
import { addFiles, note, photo } from '../../store/drawn.ts'

/** A question as `ask` makes it where no model is in use. */
function question(text: string, more: Partial<Question> = {}): Question {
  const parsed = parseQuery(text)
  return {
    parsed,
    allowed: null,
    limit: 10,
    isWordsOnly: false,
    isBare: parsed.caption === '',
    isOldestFirst: false,
    model: null,
    text: null,
    picture: null,
    commonness: null,
    same: [],
    named: [],
    key: questionKey(parsed, null),
    signal: new AbortController().signal,
    ...more
  }
}

/** A note about a boat that shows a photo without words, a note about snow, and a photo that nothing shows. */
function library(): { store: Store; boat: number; shown: number; snow: number; alone: number } {
  const store = openMemoryStore()
  const [boat, shown, snow, alone] = addFiles(store, '/n', 'diary.md', '1.jpg', 'snow.md', '2.jpg') as [
    number,
    number,
    number,
    number
  ]
  const link = { kind: 'embed', target: '1.jpg', text: '', start: 0, part: 0 } as const
  store.items.saveReading(boat, note('1', ['An old boat in the harbour.'], { links: [link] }))
  store.items.saveReading(shown, photo('2', { localMs: 1_500_000_000_000 }))
  store.items.saveReading(snow, note('3', ['Snow on the alps.']))
  store.items.saveReading(alone, photo('4', { localMs: 1_600_000_000_000 }))
  store.links.resolve([...store.links.all()].map(({ linkId }) => ({ linkId, toId: shown, isGuess: false })))
  return { store, boat, shown, snow, alone }
}

test('a question without a model is ranked by its words, and then along links', () => {
  const { store, boat, shown } = library()
  const ranking = rank(question('boat'), store)
  expect(ranking.hits.map(({ itemId, evidence }) => [itemId, evidence.map(({ lane }) => lane)])).toEqual([
    [boat, ['words']],
    [shown, ['shown']]
  ])
  expect(ranking.hits[1]?.evidence[0]?.from).toBe(boat)
  const hits = describeHits(ranking, store)
  expect(hits.map(({ reasons }) => reasons)).toMatchObject([
    [{ kind: 'words', field: 'text', words: ['boat'], share: 1 }],
    [{ kind: 'shown', title: 'A note', share: 1 }]
  ])
  expect(hits[0]?.snippet).toMatchObject({ text: 'An old boat in the harbour.', marks: [[7, 11]], part: 0 })
  store.close()
})

test('of a diary of eleven days, three photos come with the day that was asked for; a guess leads nowhere', () => {
  const store = openMemoryStore()
  const [diary = 0, guessed = 0, ...photos] = addFiles(
    store,
    '/n',
    ...['diary.md', 'x.jpg', ...Array.from({ length: 11 }, (_, day) => `${day}.jpg`)]
  )
  const days = Array.from({ length: 11 }, (_, day) => (day === 4 ? 'We took the ferry.' : `Day ${day} went by.`))
  const links = [...days.keys(), 4].map((part, i) => {
    return { kind: 'embed', target: i === 11 ? 'x.jpg' : `${part}.jpg`, text: '', start: i, part } as const
  })
  store.items.saveReading(diary, note('1', days, { links }))
  for (const [i, itemId] of [...photos, guessed].entries()) store.items.saveReading(itemId, photo(`p${i}`))
  store.links.resolve(
    [...store.links.all()].map(({ linkId, target }) => {
      const isGuess = target === 'x.jpg'
      return { linkId, toId: isGuess ? guessed : photos[Number.parseInt(target, 10)]!, isGuess }
    })
  )
  const { hits } = rank(question('ferry'), store)
  expect(hits[0]?.itemId).toBe(diary)
  const [found, ...near] = hits.slice(1).map(({ itemId }) => photos.indexOf(itemId))
  expect([found, near.sort()]).toEqual([4, [3, 5]])
  store.close()
})

test('an item that was asked with is certain, and links lead no further than what is allowed', () => {
  const { store, boat, shown } = library()
  const ofShown = question('', { isBare: false, same: [shown], named: [shown] })
  expect(rank(ofShown, store).hits.map(({ itemId, score }) => [itemId, Math.round(score * 1000) / 1000])).toEqual([
    [shown, 0.999],
    [boat, 0.95]
  ])
  const allowed = new Set([boat])
  expect(rank({ ...ofShown, allowed }, store).hits.map(({ itemId }) => itemId)).toEqual([boat])
  store.close()
})

test('a note that no word of its text has found is shown by its beginning', () => {
  const { store, boat } = library()
  // Its file's name has the word, its text has not.
  const hits = describeHits(rank(question('diary'), store), store)
  expect(hits.find(({ itemId }) => itemId === boat)).toMatchObject({
    reasons: [{ kind: 'words', field: 'name', words: ['diary'] }],
    snippet: { text: 'An old boat in the harbour.', marks: [], part: 0 }
  })
  store.close()
})

test('filters alone are ranked by date; each hit says that a filter chose it', () => {
  const { store, shown, alone } = library()
  const photos = question('type:photo', { limit: 1 })
  expect(rank(photos, store).hits.map(({ itemId }) => itemId)).toEqual([alone])
  const ranking = rank({ ...photos, isOldestFirst: true }, store)
  expect(describeHits(ranking, store)).toMatchObject([
    { itemId: shown, score: 1, isRelevant: true, reasons: [{ kind: 'filter', share: 1 }], snippet: null }
  ])
  store.close()
})

test('nothing is like a question of which no word stands anywhere; a filter that lets nothing through has nothing either', () => {
  const { store, shown } = library()
  const hasEvidence = (asked: Question): boolean => rank(asked, store).hasEvidence
  expect(hasEvidence(question('boat'))).toBe(true)
  expect(hasEvidence(question('zebra'))).toBe(false)
  expect(hasEvidence(question('boat', { allowed: new Set([shown]) }))).toBe(false)
  expect(hasEvidence(question('', { isBare: false, same: [shown], named: [shown] }))).toBe(true)
  expect(hasEvidence(question('type:photo'))).toBe(true)
  expect(hasEvidence(question('type:photo', { allowed: new Set() }))).toBe(false)
  store.close()
})

test('a lane of cosines has found something where any item but the asked one is above its reference', () => {
  // √(2 ln 100) = 3.03.
  const background = { count: 100, mean: 0, standardDeviation: 0.1 }
  const lane = (...cosines: number[]) => ({
    backgrounds: [background],
    hits: cosines.map((cosine, i) => ({ itemId: i + 1, part: 0, cosine }))
  })
  expect(hasFound(lane(0.31, 0.1), null)).toBe(true)
  expect(hasFound(lane(0.29, 0.1), null)).toBe(false)
  expect(hasFound(lane(1, 0.1), 1)).toBe(false)
  expect(hasFound(lane(), null)).toBe(false)
})

test('a question that nobody waits for any more is not ranked', () => {
  const { store } = library()
  expect(() => rank(question('boat', { signal: AbortSignal.abort() }), store)).toThrow('aborted')
  store.close()
})

test('what the person called wrong comes last and is not relevant, for this question alone; its other reasons are still told', () => {
  const { store, boat, shown } = library()
  store.hitVerdicts.set({ question: 'boat', contentHash: '1', text: 'Boat', verdict: 'wrong' }, 1)
  const hits = describeHits(rank(question('  BOAT '), store), store)
  // Nothing comes along the links of a note that is wrong.
  expect(hits).toMatchObject([
    {
      ...{ itemId: boat, score: 0, isRelevant: false, said: 'wrong' },
      reasons: [
        { kind: 'said', verdict: 'wrong', share: 1 },
        { kind: 'words', share: 0 }
      ]
    }
  ])
  const other = describeHits(rank(question('old boat'), store), store)
  expect(other.map(({ itemId, isRelevant }) => [itemId, isRelevant])).toContainEqual([boat, true])
  expect(other[0]).not.toHaveProperty('said')
  expect(other.map(({ itemId }) => itemId)).toContain(shown)
})

test('what the person called right is relevant although no lane finds it, with filters too, but never past a filter', () => {
  const { store, boat, alone } = library()
  store.hitVerdicts.set({ question: 'boat', contentHash: '4', text: 'boat', verdict: 'right' }, 1)
  const hits = describeHits(rank(question('boat'), store), store)
  expect(hits[0]).toMatchObject({
    itemId: alone,
    isRelevant: true,
    said: 'right',
    reasons: [{ kind: 'said', share: 1 }]
  })
  expect(hits.map(({ itemId }) => itemId)).toContain(boat)
  expect(rank(question('boat type:photo', { allowed: new Set([alone]) }), store).hits.map(hit => hit.itemId)).toEqual([
    alone
  ])
  expect(rank(question('boat', { allowed: new Set([boat]) }), store).hits.map(hit => hit.itemId)).toEqual([boat])
})
