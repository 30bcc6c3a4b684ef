import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { WordEvidence, WordQuery } from '../../../src/main/engine/base/domain.ts'
import { type HitTexts, reasonsFor, snippetFor } from '../../../src/main/engine/stages/search/explain.ts'
import { type Evidence, fuse } from '../../../src/main/engine/stages/search/fuse.ts'
import { sentenceWith, snippetOf } from '../../../src/main/engine/stages/search/snippet.ts'

const asking = (...words: string[]): WordQuery => ({ words, exact: [], without: [], lastIsPrefix: false })
const hitOf = (...evidence: Evidence[]) => fuse(evidence, 1)[0]!
const nothing: HitTexts = { words: [], textOf: () => undefined, titleOf: () => undefined }

/** Marks every place where one of the words stands. */
function marked(text: string, ...words: string[]): WordEvidence['fields'][number] {
  const marks = [...text.matchAll(new RegExp(words.join('|'), 'gi'))].map(
    match => [match.index, match.index + match[0].length] as const
  )
  return { field: 'text', text, marks }
}

test('a hit says which words stood where, what its picture and its passage scored, and how much each counted', () => {
  const hit = hitOf(
    { lane: 'words', itemId: 1, part: 2, probability: 0.5 },
    { lane: 'meaning', itemId: 1, part: 2, probability: 0.2, cosine: 0.61 },
    { lane: 'picture', itemId: 1, part: 0, probability: 0.1, cosine: 0.24 }
  )
  const text = 'We cleaned the shed. A small hedgehog slept under the leaves. Then it rained.'
  const reasons = reasonsFor(hit, asking('hedgehog', 'leaf'), {
    ...nothing,
    words: [{ itemId: 1, part: 2, fields: [marked(text, 'hedgehog', 'leaves')] }],
    textOf: () => text
  })
  expect(reasons.map(({ kind }) => kind)).toEqual(['words', 'meaning', 'picture'])
  expect(reasons[0]).toMatchObject({ field: 'text', words: ['hedgehog', 'leaves'] })
  expect(reasons[1]).toMatchObject({ text, cosine: 0.61 })
  expect(reasons[2]).toMatchObject({ cosine: 0.24 })
  expect(reasons.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
})

test('words in a title are named before the same words in a file name', () => {
  const field = (name: 'title' | 'name') => ({ ...marked('Apple pie', 'apple'), field: name })
  const words = [{ itemId: 1, part: -1, fields: [field('name'), field('title')] }]
  const hit = hitOf({ lane: 'words', itemId: 1, part: -1, probability: 0.5 })
  expect(reasonsFor(hit, asking('apple'), { ...nothing, words })[0]).toMatchObject({ field: 'title', words: ['Apple'] })
})

test('a link names the other end, and the same file is the same file', () => {
  const hit = hitOf(
    { lane: 'shown', itemId: 1, part: 0, probability: 0.3, from: 8 },
    { lane: 'same', itemId: 1, part: 0, probability: 0.999 }
  )
  expect(
    reasonsFor(hit, asking(), { ...nothing, titleOf: itemId => (itemId === 8 ? 'Casio modding' : undefined) })
  ).toMatchObject([{ kind: 'same' }, { kind: 'shown', title: 'Casio modding' }])
})

test('the snippet is cut around the densest marks, and the marks move with it', () => {
  const filler = 'Nothing of interest is said here at all. '.repeat(12)
  const text = `A hedgehog. ${filler}The hedgehog and the second hedgehog met a third hedgehog. ${filler}`
  const words = [{ itemId: 1, part: 5, fields: [marked(text, 'hedgehog')] }]
  const snippet = snippetFor(hitOf({ lane: 'words', itemId: 1, part: 5, probability: 0.5 }), asking('hedgehog'), {
    ...nothing,
    words
  })!
  expect(snippet.part).toBe(5)
  expect(snippet.text).toMatch(/^….*…$/)
  expect(snippet.text.length).toBeLessThan(260)
  expect(snippet.marks.map(([start, end]) => snippet.text.slice(start, end))).toEqual([
    'hedgehog',
    'hedgehog',
    'hedgehog'
  ])
})

test('without matched words the sentence that comes closest is shown; a photo without words has no snippet', () => {
  const filler = 'Nothing of interest is said here at all. '.repeat(12)
  const textOf = () => `${filler}At dusk hedgehogs came into the garden. ${filler}`
  const hit = hitOf({ lane: 'meaning', itemId: 1, part: 3, probability: 0.5, cosine: 0.5 })
  expect(snippetFor(hit, asking('hedgehog', 'garden'), { ...nothing, textOf })?.text).toContain(
    'hedgehogs came into the garden.'
  )
  expect(snippetFor(hitOf({ lane: 'picture', itemId: 1, part: 0, probability: 0.5 }), asking('x'), nothing)).toBeNull()
})

test('a snippet is a stretch of the text, never half a character, and its marks still mark the same words', () => {
  const word = fc.oneof(
    fc.stringMatching(/^[a-zé]{1,9}$/),
    fc.constantFrom('日本語', 'x'.repeat(80), 'y' + '🦔'.repeat(40))
  )
  const gap = fc.constantFrom(' ', '  ', '\n\n', '. ', '\t')
  const world = fc.record({
    parts: fc.array(fc.tuple(word, gap), { maxLength: 60 }),
    chosen: fc.infiniteStream(fc.boolean()),
    length: fc.integer({ min: 1, max: 200 }),
    around: fc.nat()
  })
  fc.assert(
    fc.property(world, ({ parts, chosen, length, around }) => {
      let text = ''
      const marks: (readonly [number, number])[] = []
      for (const [value, between] of parts) {
        if (chosen.next().value) marks.push([text.length, text.length + value.length])
        text += value + between
      }
      const center = marks[around % Math.max(marks.length, 1)] ?? ([0, 0] as const)
      const snippet = snippetOf(text, center, marks, length)
      const bare = snippet.text.replace(/^…|…$/gu, '')
      expect(text.replace(/\s+/gu, ' ')).toContain(bare.trim())
      expect(snippet.text.isWellFormed()).toBe(true)
      expect(bare.length).toBeLessThanOrEqual(Math.max(length, center[1] - center[0]) + 2)
      const words = new Set(marks.map(([start, end]) => text.slice(start, end)))
      for (const [start, end] of snippet.marks) expect(words).toContain(snippet.text.slice(start, end))
      if (marks.length > 0 && center[1] - center[0] <= length) expect(snippet.marks.length).toBeGreaterThan(0)
    })
  )
})

test('a sentence is found whatever the endings, and an empty text has none', () => {
  const text = 'One thing.\nTwo gardens were flooded!\nThree.'
  const [start, end] = sentenceWith(['garden', 'flooding'], text)
  expect(text.slice(start, end)).toBe('Two gardens were flooded!')
  expect(sentenceWith(['garden'], '')).toEqual([0, 0])
})
