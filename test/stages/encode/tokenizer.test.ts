import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openTokenizer } from '../../../src/main/engine/stages/encode/tokenizer.ts'
import { describeWithData, sharedData } from '../../tools/shared-data.ts'
import { wordTokenizer } from './tiny-pack.ts'
import { textPart } from './text-part.ts'

/** The same words, with a beginning and an end around each text. */
const framed = {
  ...wordTokenizer,
  added_tokens: [
    ...wordTokenizer.added_tokens,
    { ...wordTokenizer.added_tokens[0], id: 7, content: '[CLS]' },
    { ...wordTokenizer.added_tokens[0], id: 8, content: '[SEP]' }
  ],
  post_processor: { type: 'BertProcessing', cls: ['[CLS]', 7], sep: ['[SEP]', 8] },
  model: { ...wordTokenizer.model, vocab: { ...wordTokenizer.model.vocab, '[CLS]': 7, '[SEP]': 8 } }
}

describe('words', () => {
  test('become their numbers in the vocabulary, whatever their case', () => {
    expect(openTokenizer(wordTokenizer, textPart)('Blue sky')).toEqual({ ids: [4, 5], body: [4, 5], hasMeaning: true })
  })

  test('that are not in the vocabulary are kept as unknown, or left out where the model averages', () => {
    expect(openTokenizer(wordTokenizer, textPart)('blue zeppelin')).toEqual({
      ids: [4, 1],
      body: [4],
      hasMeaning: true
    })
    expect(openTokenizer(wordTokenizer, { ...textPart, unknownTokens: 'drop' })('blue zeppelin')).toEqual({
      ids: [4],
      body: [4],
      hasMeaning: true
    })
  })

  test('behind the context length are cut, and what frames the text stays', () => {
    const long = 'red '.repeat(100)
    expect(openTokenizer(wordTokenizer, textPart)(long).ids).toEqual(Array(8).fill(2))
    expect(openTokenizer(framed, textPart)(long).ids).toEqual([7, 2, 2, 2, 2, 2, 2, 8])
  })

  test('follow the prefix that the model wants', () => {
    expect(openTokenizer(framed, { ...textPart, prefix: 'green: ' })('sky')).toEqual({
      ids: [7, 3, 1, 5, 8],
      body: [5],
      hasMeaning: true
    })
  })
})

describe('a text has no meaning', () => {
  test('when it is empty, blank or only control characters', () => {
    const tokenize = openTokenizer(framed, textPart)
    for (const text of ['', '   ', '\n\t', '\0', '\u200b'])
      expect([text, tokenize(text).hasMeaning]).toEqual([text, false])
  })

  test('when the model knows none of its words, with a prefix or without', () => {
    expect(openTokenizer(framed, textPart)('quantum zeppelin').hasMeaning).toBe(false)
    expect(openTokenizer(framed, { ...textPart, prefix: 'green: ' })('quantum zeppelin').hasMeaning).toBe(false)
  })

  test('when it only names special tokens', () => {
    expect(openTokenizer(framed, textPart)('[PAD] [UNK] [SEP]').hasMeaning).toBe(false)
  })
})

test('half a character, alone or at the cut, is no error', () => {
  const tokenize = openTokenizer(wordTokenizer, textPart)
  expect(tokenize('red \ud83d').ids).toEqual([2])
  expect(tokenize('😀'.repeat(2000)).hasMeaning).toBe(false)
})

describeWithData('texts that break parsers', ['naughty_strings'], path => {
  const encoders = sharedData('encoders')
  const texts = JSON.parse(readFileSync(join(path, 'blns.json'), 'utf8')) as string[]

  for (const [name, size] of [
    ['text_model2vec_vq', 29_524],
    ['text_glove50', 10_620]
  ] as const) {
    test.skipIf(encoders === null)(`are tokens of the vocabulary or nothing, for ${name}`, () => {
      const file: unknown = JSON.parse(readFileSync(join(encoders ?? '', name, 'tokenizer.json'), 'utf8'))
      const tokenize = openTokenizer(file, { ...textPart, contextLength: 512, unknownTokens: 'drop' })
      expect(texts.length).toBeGreaterThan(400)
      for (const text of texts) {
        const { ids, hasMeaning } = tokenize(text)
        expect(ids.every(id => Number.isInteger(id) && id > 1 && id < size)).toBe(true)
        expect(ids.length).toBeLessThanOrEqual(512)
        expect(hasMeaning).toBe(ids.length > 0)
      }
    })
  }
})
