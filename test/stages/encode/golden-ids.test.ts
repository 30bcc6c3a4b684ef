import { describe, expect, test } from 'vitest'
import { openTokenizer } from '../../../src/main/engine/stages/encode/tokenizer.ts'
import { byteCharacters, clipWords, pieces, smallClip, smallSiglip } from './small-tokenizers.ts'
import { textPart } from './text-part.ts'

const part = { ...textPart, contextLength: 77, output: { name: 'text_embeds', pooling: 'none' } } as const

const texts = [
  'a photo of a cat',
  'A  Photo\nof a CAT',
  "the dog's ball isn't red; it's blue!",
  'photographs of greenest catsgrass',
  'café naïve Über Straße',
  '2 cats, 34 mats & 5.6 %',
  '“quoted” — dashes… and 🐈‍⬛',
  '猫の写真 и кошка',
  'e\u0301 is é',
  '<b>cat</b>   \t x'
]

describe('the ids of CLIP’s byte pairs', () => {
  const clip = smallClip()

  /** From the definition: words, bytes, and always the earliest learned merge of all that are possible. */
  const naive = (text: string): number[] => {
    const ranks = new Map(clip.merges.map((pair, rank) => [pair.join(' '), rank]))
    const characters = byteCharacters()
    const clean = text.normalize('NFC').replace(/\s+/gu, ' ').trim().toLowerCase()
    return (clean.match(new RegExp(clipWords, 'gu')) ?? []).flatMap(word => {
      const parts = [...Buffer.from(word)].map(byte => characters[byte]!)
      parts.push(`${parts.pop()!}</w>`)
      for (;;) {
        const known = parts.slice(1).map((right, i) => ranks.get(`${parts[i]!} ${right}`) ?? Infinity)
        const best = Math.min(...known)
        if (!(best < Infinity)) break
        const at = known.indexOf(best)
        parts.splice(at, 2, parts[at]! + parts[at + 1]!)
      }
      return parts.map(token => clip.file.model.vocab[token]!)
    })
  }

  test.each(texts)('of “%s” are those of a naive second way, between start and end', text => {
    expect(openTokenizer(clip.file, part)(text).ids).toEqual([clip.startId, ...naive(text), clip.endId])
  })

  test('merge whole words that were learned, and do not care about case', () => {
    const { ids, body } = openTokenizer(clip.file, part)('A PHOTO of a Cat')
    expect(body.map(id => Object.entries(clip.file.model.vocab).find(([, one]) => one === id)?.[0])).toEqual([
      'a</w>',
      'photo</w>',
      'of</w>',
      'a</w>',
      'cat</w>'
    ])
    expect(ids).toHaveLength(7)
  })

  test('of a text that is too long are cut to 77, the end token kept', () => {
    const { ids } = openTokenizer(clip.file, part)('a photo of a cat '.repeat(50))
    expect([ids.length, ids[0], ids[76]]).toEqual([77, clip.startId, clip.endId])
    expect(ids.slice(1, 76)).toEqual(naive('a photo of a cat '.repeat(15)))
  })
})

describe('the ids of SigLIP’s pieces', () => {
  /** From the definition: of all ways to cut the sentence, the one whose pieces are the most likely together. */
  const naive = (text: string): number[] => {
    const clean = text
      .toLowerCase()
      .replace(/[!-/:-@[-`{-~]/g, '')
      .replace(/\s+/gu, ' ')
      .trim()
    const scores = new Map(pieces.slice(3).map(([piece, score], i) => [piece, { score, id: i + 3 }]))
    const best = (rest: string): { score: number; ids: number[] } | null => {
      if (rest === '') return { score: 0, ids: [] }
      let winner: { score: number; ids: number[] } | null = null
      for (let end = 1; end <= rest.length; end++) {
        const piece = scores.get(rest.slice(0, end))
        const tail = piece === undefined ? null : best(rest.slice(end))
        if (piece === undefined || tail === null) continue
        const score = piece.score + tail.score
        if (winner === null || score > winner.score) winner = { score, ids: [piece.id, ...tail.ids] }
      }
      return winner
    }
    return clean.split(' ').flatMap(word => best(`▁${word}`)?.ids ?? [2])
  }

  test.each([
    'a photo of a cat',
    'A Photo of CATS!',
    'red grass, blue sky; green photograph.',
    'reds rest offer',
    'cats   at\tsea'
  ])('of “%s” are those of a naive second way, with the end behind', text => {
    expect(openTokenizer(smallSiglip, { ...part, contextLength: 64 })(text).ids).toEqual([...naive(text), 1])
  })

  test('cut “cats” where two pieces together are more likely than the longest first', () => {
    // ▁cat + s: −5.9 − 3.3 = −9.2; ▁ca + ts: −5.5 − 4.1 = −9.6; ▁ca + t + s is worse still.
    expect(openTokenizer(smallSiglip, { ...part, contextLength: 64 })('cats').ids).toEqual([8, 9, 1])
  })

  test('of a text that is too long are cut to 64, the end token kept', () => {
    const { ids } = openTokenizer(smallSiglip, { ...part, contextLength: 64 })('a cat '.repeat(100))
    expect([ids.length, ids[63]]).toEqual([64, 1])
  })
})
