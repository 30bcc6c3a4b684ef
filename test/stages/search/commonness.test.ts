import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { commonnessOf, contentStems, parseCommonness } from '../../../src/main/engine/stages/search/commonness.ts'
import { countStems } from '../../tools/count-stems.ts'

const table = parseCommonness('1000\nman 200\ndog 50\nrun 9\n')!

test('a question is as common as its rarest content word', () => {
  expect(commonnessOf('a man', table, true)).toBeCloseTo(Math.log(200.5 / 1000), 10)
  expect(commonnessOf('a man with his running dogs', table, true)).toBeCloseTo(Math.log(9.5 / 1000), 10)
  expect(commonnessOf('men', table, true)).toBe(commonnessOf('a man', table, true))
})

test('a word that nobody said is rare, but no rarer than the captions can tell', () => {
  expect(commonnessOf('a hedgehog', table, true)).toBeCloseTo(Math.log(0.5 / 1000), 10)
  expect(commonnessOf('a hedgehog', { ...table, captions: 1e9 }, true)).toBe(-9.5)
})

test('a question without a content word, or in words of another language, says nothing', () => {
  expect(commonnessOf('what is it', table, true)).toBeNull()
  expect(commonnessOf('', table, true)).toBeNull()
  expect(commonnessOf('ein Hund', table, false)).toBeNull()
  expect(commonnessOf('dog Hund', table, false)).toBe(commonnessOf('dog', table, true))
})

test('forms of a word meet in one stem', () => {
  for (const forms of [
    ['dog', 'dogs', 'Dog’s', "dog's"],
    ['run', 'runs', 'running'],
    ['ride', 'rides', 'riding'],
    ['box', 'boxes'],
    ['city', 'cities'],
    ['beach', 'beaches'],
    ['woman', 'women'],
    ['person', 'people', 'persons'],
    ['play', 'plays', 'playing', 'played']
  ])
    expect(new Set(forms.flatMap(contentStems)).size, forms.join()).toBe(1)
  expect(contentStems('The grass of a bus')).toHaveLength(2)
})

test('a table is counted by captions, not by words, and read back; what is no table is refused', () => {
  const text = countStems(['a dog and a dog', 'a dog runs', 'the man'])
  expect(text).toBe('3\ndog 2\nman 1\nrun 1\n')
  expect(parseCommonness(text)?.byStem.get('dog')).toBe(2)
  for (const damaged of ['', 'captions\ndog 2', '0\n', '3\ndog', '3\ndog two'])
    expect(parseCommonness(damaged)).toBeNull()
})

test('the table that ships is one, of a few thousand stems', () => {
  const shipped = parseCommonness(
    readFileSync(resolve(import.meta.dirname, '../../../resources/commonness.txt'), 'utf8')
  )!
  expect(shipped.captions).toBe(24_406)
  expect(shipped.byStem.size).toBe(3000)
  for (const question of ['people', 'a dog', 'a street'])
    expect(commonnessOf(question, shipped, true)).toBeGreaterThan(-4)
  expect(commonnessOf('a stethoscope', shipped, true)).toBe(-9.5)
})
