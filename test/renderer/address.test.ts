import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashWith, isFoldingIn, orderIn, questionIn } from '../../src/renderer/src/address.ts'

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

test('that similar photos are not stacked stands there too; that they are does not', () => {
  expect(hashWith('#key=abc', 'dog', 'best', false)).toBe('#key=abc&q=dog&stacks=off')
  expect(hashWith('#q=dog&stacks=off', 'dog', 'best', true)).toBe('#q=dog')
  expect([isFoldingIn('#q=dog&stacks=off'), isFoldingIn('#q=dog'), isFoldingIn('#stacks=perhaps')]).toEqual([
    false,
    true,
    true
  ])
})
