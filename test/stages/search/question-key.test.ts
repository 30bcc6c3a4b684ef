import { expect, test } from 'vitest'
import { parseQuery } from '../../../src/main/engine/stages/search/parse.ts'
import { questionKey } from '../../../src/main/engine/stages/search/question-key.ts'

const key = (text: string, named: string | null = null): string | null => questionKey(parseQuery(text), named)

test('questions are one by their words, whatever their case, spaces, accents’ form and filters', () => {
  expect(key('A dog  on the Beach ')).toBe('a dog on the beach')
  expect(key('type:photo a dog after:2020 on the beach')).toBe('a dog on the beach')
  expect(key('cafe\u0301')).toBe(key('CAFÉ'))
})

test('quotes, what is left out, and the picture tell questions apart', () => {
  expect(key('"a dog"')).toBe('"a dog"')
  expect(key('dog -cat')).toBe('dog -"cat"')
  expect(key('dog', 'abc')).toBe('like:abc dog')
  expect(key('', 'abc')).toBe('like:abc')
})

test('nothing is claimed by filters alone, by what is left out, or by nothing', () => {
  expect([key(''), key('type:photo is:favourite'), key('-dog')]).toEqual([null, null, null])
})
