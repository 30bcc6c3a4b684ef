import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Block } from '../../../../src/main/engine/stages/library/note/block.ts'
import { cutPassages } from '../../../../src/main/engine/stages/library/note/passages.ts'

const limits = { minWords: 6, maxWords: 10, maxChars: 80, maxPassages: 1000 }

/** Blocks of a source in which they stand one after the other, a line end between them. */
function blocksOf(...written: (string | [level: number, text: string])[]): Block[] {
  let start = 0
  return written.map(entry => {
    const [headingLevel, text] = typeof entry === 'string' ? [0, entry] : entry
    const block = { headingLevel, pieces: [{ text, start, end: start + text.length }] }
    start += text.length + 1
    return block
  })
}

const texts = (blocks: Block[]): string[] => cutPassages(blocks, limits).map(passage => passage.text)

test('short paragraphs are merged until there is enough, and a passage ends with a paragraph', () => {
  expect(texts(blocksOf('One two three.', 'Four five six.', 'Seven eight.'))).toEqual([
    'One two three.\nFour five six.',
    'Seven eight.'
  ])
})

test('a long paragraph is cut at sentences, into parts of about the same length', () => {
  expect(texts(blocksOf('One two three four. Five six seven. Eight nine ten. Eleven twelve.'))).toEqual([
    'One two three four. Five six seven.',
    'Eight nine ten. Eleven twelve.'
  ])
})

test('a sentence longer than a passage is cut between words', () => {
  const sentence = 'a b c d e f g h i j k l m n o'
  expect(texts(blocksOf(sentence))).toEqual(['a b c d e f g h i j', 'k l m n o'])
})

test('a heading begins a passage and is part of it; each passage knows the headings above it', () => {
  const blocks = blocksOf([1, 'Garden'], 'Apples.', [2, 'Winter'], [3, 'Snow'], 'White.', [2, 'Spring'], 'Green.')
  expect(cutPassages(blocks, limits).map(({ heading, text }) => [heading, text])).toEqual([
    ['Garden', 'Garden\nApples.'],
    ['Garden › Winter › Snow', 'Winter\nSnow\nWhite.'],
    ['Garden › Spring', 'Spring\nGreen.']
  ])
})

test('offsets are those of the first and last word in the source', () => {
  const source = '  One two.  '
  const [passage] = cutPassages([{ headingLevel: 0, pieces: [{ text: source, start: 100, end: 112 }] }], limits)
  expect(passage).toMatchObject({ part: 0, start: 102, end: 110, text: 'One two.' })
})

test('a word may go over several pieces', () => {
  const pieces = [
    { text: 'bold', start: 2, end: 6 },
    { text: 'face it', start: 8, end: 15 }
  ]
  expect(cutPassages([{ headingLevel: 0, pieces }], limits)[0]).toMatchObject({
    text: 'boldface it',
    start: 2,
    end: 15
  })
})

test('Chinese and Thai, which write no spaces, are cut between their words', () => {
  const chinese = '我们今天在花园里看见了一只刺猬。'.repeat(3)
  const passages = cutPassages(blocksOf(chinese), limits)
  expect(passages.map(passage => passage.text).join('')).toBe(chinese)
  expect(passages.every(passage => passage.text.length <= 12)).toBe(true)
})

test('what is longer than a passage without any place to cut is cut, but never inside a character', () => {
  const passages = cutPassages(blocksOf('🦔'.repeat(300)), limits)
  expect(passages.length).toBeGreaterThan(1)
  expect(passages.map(passage => passage.text).join('')).toBe('🦔'.repeat(300))
  expect(passages.every(passage => passage.text.isWellFormed() && passage.text.length <= limits.maxChars)).toBe(true)
})

test('what comes after the last passage that is allowed is left out', () => {
  const blocks = blocksOf(...Array.from({ length: 50 }, () => 'One two three four five six.'))
  const all = cutPassages(blocks, { ...limits, maxPassages: 50 })
  expect(all).toHaveLength(50)
  expect(cutPassages(blocks, { ...limits, maxPassages: 49 })).toEqual(all.slice(0, 49))
})

test('whatever the note: every word is in exactly one passage, in order, within the limits, and where the offsets say', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'B', 'é', '.', '!', '🦔', '刺', '\u0301'),
    minLength: 1,
    maxLength: 100
  })
  const text = fc.array(word, { maxLength: 60 }).map(list => list.join(' '))
  const blocks = fc.array(fc.tuple(fc.nat(3), text), { maxLength: 12 })
  fc.assert(
    fc.property(blocks, written => {
      const source = written.map(([, paragraph]) => paragraph).join('\n')
      const passages = cutPassages(blocksOf(...written), limits)
      const inkOf = (shown: string): string => shown.replace(/\s+/g, '')
      expect(passages.map(passage => inkOf(passage.text)).join('')).toBe(inkOf(source))
      let at = 0
      passages.forEach((passage, i) => {
        expect(passage.part).toBe(i)
        expect(passage.start).toBeGreaterThanOrEqual(at)
        expect(inkOf(source.slice(passage.start, passage.end))).toBe(inkOf(passage.text))
        expect(passage.text.length).toBeLessThanOrEqual(limits.maxChars)
        expect(passage.text.isWellFormed()).toBe(true)
        at = passage.end
      })
      // A word that a passage can hold is never cut.
      const isShort = (shown: string): boolean => shown.length < 40 && !shown.includes('刺')
      const shown = passages.flatMap(passage => passage.text.split(/\s+/)).filter(isShort)
      const expected = source.split(/\s+/).filter(entry => entry !== '' && isShort(entry))
      for (const entry of expected) expect(shown).toContain(entry)
    })
  )
})
