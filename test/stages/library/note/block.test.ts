import fc from 'fast-check'
import { expect, test } from 'vitest'
import { align } from '../../../../src/main/engine/stages/library/note/block.ts'

test('text that stands in the source as it is, is one piece', () => {
  expect(align('hedgehog', 'a hedgehog!', 2, 10)).toEqual([{ text: 'hedgehog', start: 2, end: 10 }])
})

test('an escape, an entity and the prefix of a continued line are what the source has more', () => {
  const source = 'a\\*b &eacute;&#x1F994;c\n> d'
  expect(align('a*b é🦔c\nd', source, 0, source.length)).toEqual([
    { text: 'a', start: 0, end: 1 },
    { text: '*b ', start: 2, end: 5 },
    { text: 'é', start: 5, end: 13 },
    { text: '🦔', start: 13, end: 22 },
    { text: 'c\n', start: 22, end: 24 },
    { text: 'd', start: 26, end: 27 }
  ])
})

test('whatever the source is, the pieces are the value, in order and inside the range', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '&', 'amp;', '\\', '\n', '> ', '🦔', '<b>', '\0') })
  fc.assert(
    fc.property(texts, texts, texts, (value, before, source) => {
      const whole = before + source + before
      const pieces = align(value, whole, before.length, before.length + source.length)
      expect(pieces.map(piece => piece.text).join('')).toBe(value)
      let at = before.length
      for (const piece of pieces) {
        expect(piece.start).toBeGreaterThanOrEqual(at)
        expect(piece.end).toBeGreaterThanOrEqual(piece.start)
        at = piece.end
      }
      expect(at).toBeLessThanOrEqual(before.length + source.length)
    })
  )
})
