import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashWith, orderIn, questionIn } from '../../src/renderer/src/address.ts'

test('any question survives the address', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }).filter(text => text.trim() !== ''),
      question => {
        expect(questionIn(hashWith('', question))).toBe(question)
      }
    )
  )
  expect(questionIn(hashWith('', 'a & b #c +d "e"'))).toBe('a & b #c +d "e"')
})

test('other parts of the fragment are kept, and an empty question leaves nothing', () => {
  expect(hashWith('#key=abc&q=old', 'new')).toBe('#key=abc&q=new')
  expect(hashWith('#key=abc&q=old', '')).toBe('#key=abc')
  expect(hashWith('#q=old', '  ')).toBe('')
  expect(questionIn('')).toBe('')
})

test('an order that was chosen stands beside the question; the usual one does not', () => {
  expect(hashWith('#key=abc', 'dog', 'oldest')).toBe('#key=abc&q=dog&order=oldest')
  expect(hashWith('#q=dog&order=oldest', 'dog', 'best')).toBe('#q=dog')
  expect(orderIn('#q=dog&order=newest')).toBe('newest')
  expect(orderIn('#q=dog&order=size')).toBe('best')
  expect(orderIn('')).toBe('best')
})
