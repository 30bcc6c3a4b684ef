import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { folded, foldText, joinedWords } from '../../src/main/engine/store/word-folding.ts'

test.each([
  ['Łódź, Straße, Øresund, smørrebrød', 'Lodz  Strasse  Oresund  smorrebrod'],
  ['Ge\u00adsamt\u00adkonzept kaleido\u200bscope می\u200cخواهم', 'Gesamtkonzept kaleidoscope ميخواهم'],
  ['תִּקּוּן עוֹלָם', 'תקון עולם'],
  ['كَتَبَ الوَلَدُ مـــرحـــبـــا أكل', 'كتب الولد مرحبا اكل'],
  ['Ακρόπολη ΟΔΥΣΣΕΑΣ Οδυσσέας', 'Ακροπολη ΟΔΥΣΣΕΑΣ Οδυσσεασ'],
  ['Зелёная ёлка, чай, за́мок', 'Зеленая елка  чай  замок'],
  ['ＵＳＢ ｶﾒﾗ ｶﾞﾗｽ ０３ ﬁnal x² ﻣﺮﺣﺒﺎ Ⅻ', 'USB カメラ ガラス 03 final x2 مرحبا XII'],
  ['किताब ज़मीन', 'किताब ज़मीन'.normalize('NFKC')],
  ['ภาษาไทย 한국어 沙滩', 'ภาษาไทย 한국어 沙滩'],
  ['Sunny zanzibar🏖️ with friends', 'Sunny zanzibar  with friends'],
  ['don’t — l’été', 'don t   l ete']
])('%s is folded', (text, alike) => {
  const normal = text.normalize('NFC')
  const separators = (given: string): string => given.replaceAll(',', ' ')
  expect(separators(folded(normal))).toBe(alike)
  expect(foldText(normal).text).toBe(folded(normal))
})

describe('properties', () => {
  const signs = fc.constantFrom(
    ...[
      'a',
      'É',
      'ß',
      ' ',
      '-',
      '\u00ad',
      '\u0301',
      'ﬁ',
      'ｶ',
      'ﾞ',
      '한',
      '画',
      'क',
      'ि',
      'أ',
      '🏖️',
      '\ud800',
      'ё',
      'Ⅻ',
      '’'
    ]
  )
  const text = fc
    .array(fc.oneof(signs, fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 20 })
    .map(parts => parts.join('').normalize('NFC'))

  test('each sign knows where it stood: places ascend, begin at a sign and end at the end', () => {
    fc.assert(
      fc.property(text, given => {
        const { text: alike, starts } = foldText(given)
        expect(starts).toHaveLength(alike.length + 1)
        expect(starts.at(-1)).toBe(given.length)
        expect(starts.every((start, i) => start >= (starts[i - 1] ?? 0))).toBe(true)
      })
    )
  })
})

test('words with hyphens are known as one, with where they stand', () => {
  expect(joinedWords('An e-mail about the plug‑in, 2026-11-30 and - well - nothing')).toEqual([
    { word: 'email', start: 3, end: 9 },
    { word: 'plugin', start: 20, end: 27 }
  ])
  expect(joinedWords('Straßen-Café')).toEqual([{ word: 'StrassenCafe', start: 0, end: 12 }])
})
