import { expect, test } from 'vitest'
import { isOtherLanguage } from '../../../src/main/engine/stages/search/other-language.ts'

const english = ['en']

test.each([
  ['собака на пляже', 'Cyrillic'],
  ['σκύλος στην παραλία', 'Greek'],
  ['海辺の犬', 'Japanese'],
  ['海滩上的狗', 'Chinese'],
  ['해변의 개', 'Korean'],
  ['كلب على الشاطئ', 'Arabic'],
  ['כלב על החוף', 'Hebrew'],
  ['समुद्र तट पर कुत्ता', 'Devanagari'],
  ['สุนัขบนชายหาด', 'Thai'],
  ['东京 tower', 'half of the words'],
  ['犬', 'one sign that is a word'],
  ['der Hund mit dem roten Ball', 'German'],
  ['Hund im Schnee mit dem Ball', 'German without an article at first'],
  ['un chien dans la neige', 'French'],
  ['un perro en la playa', 'Spanish'],
  ['una barca sul lago con il sole', 'Italian'],
  ['um barco em alto mar com crianças', 'Portuguese'],
  ['een hond op het strand', 'Dutch']
])('“%s” is not English: %s', caption => {
  expect(isOtherLanguage(caption, english)).toBe(true)
})

test.each([
  ['', 'filters alone'],
  ['2021 / 03', 'no words'],
  ['a dog on the beach', 'English'],
  ['hedgehog', 'one word says nothing'],
  ['Schneemann', 'one word says nothing, whatever its language'],
  ['crème brûlée', 'accents are no language'],
  ['Neuschwanstein Schloss', 'names have no small words'],
  ['El Capitan at dawn', 'one small word of another'],
  ['la vie en rose at the piano', 'English beside it'],
  ['die in the desert', 'German and English at once'],
  ['π day cake', 'a lone sign'],
  ['5 μm particle', 'a unit'],
  ['Привет written on a wall', 'a word of another script among English ones']
])('“%s” may be English: %s', caption => {
  expect(isOtherLanguage(caption, english)).toBe(false)
})

test('a name of small words is taken for its language: a mistake that only warns', () => {
  expect(isOtherLanguage('de la Cruz', english)).toBe(true)
})

test('what the model knows is no other language', () => {
  expect(isOtherLanguage('der Hund mit dem Ball', ['en', 'de'])).toBe(false)
  expect(isOtherLanguage('собака на пляже', ['ru'])).toBe(false)
  expect(isOtherLanguage('собака на пляже', ['bg', 'en'])).toBe(false)
  expect(isOtherLanguage('海滩上的狗', ['zh-Hant'])).toBe(false)
  expect(isOtherLanguage('海辺の犬', ['ja-JP'])).toBe(false)
  // Kana is no Chinese.
  expect(isOtherLanguage('うみべのいぬ', ['zh'])).toBe(true)
  expect(isOtherLanguage('a dog on the beach', ['ru'])).toBe(true)
  expect(isOtherLanguage('een hond op het strand', ['de'])).toBe(true)
})

test('when nobody says what the model knows, nothing is said', () => {
  for (const languages of [[], ['mul'], ['en', 'und'], ['en', 'not a language']])
    expect(isOtherLanguage('собака на пляже', languages)).toBe(false)
  // A language whose small words we do not have: any Latin word might be one.
  expect(isOtherLanguage('der Hund mit dem Ball', ['sw'])).toBe(false)
})
