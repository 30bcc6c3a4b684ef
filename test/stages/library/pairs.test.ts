import { describe, expect, test } from 'vitest'
import { stepsAtOnce } from '../../../src/main/engine/base/give-way.ts'
import {
  minePairs as miningPairs,
  type MinedPair,
  type PairItem,
  type PairLink
} from '../../../src/main/engine/stages/library/pairs.ts'

const photo = (itemId: number, path: string, written: Partial<PairItem> = {}): PairItem => ({
  itemId,
  kind: 'photo',
  folderId: 1,
  path,
  title: null,
  description: null,
  keywords: [],
  ...written
})
const note = (itemId: number, path: string): PairItem => ({ ...photo(itemId, path), kind: 'note', title: 'A note' })
const link = (
  fromId: number,
  toId: number | null,
  text: string,
  part = 0,
  kind: PairLink['kind'] = 'embed'
): PairLink => ({ fromId, toId, isGuess: false, kind, text, part })

const minePairs = (...given: Parameters<typeof miningPairs>): MinedPair[] => stepsAtOnce(miningPairs(...given))

const shown = (pairs: readonly MinedPair[]): [number, number | null, string, string][] =>
  pairs.map(({ photoId, noteId, reason, text }) => [photoId, noteId, reason, text])

test('what is written in a photo is paired with it', () => {
  const items = [
    photo(1, 'a.jpg', { title: 'Hedgehog', description: 'A hedgehog at night', keywords: ['garden', 'animal'] }),
    photo(2, 'b.jpg', { keywords: ['one'] })
  ]
  expect(shown(minePairs(items, []))).toEqual([
    [1, null, 'description', 'A hedgehog at night'],
    [1, null, 'title', 'Hedgehog'],
    [1, null, 'keywords', 'garden, animal']
  ])
})

test('a link that is a guess teaches nothing, unless the person confirms its words', () => {
  const items = [photo(1, 'egg/done.jpg'), note(3, 'fish/fish.md')]
  const links = [{ ...link(3, 1, 'The fish is done'), isGuess: true }]
  const passages = () => [{ part: 0, text: 'Fry it on both sides.' }]
  expect(minePairs(items, links, passages)).toEqual([])
  const said = { photoId: 1, noteId: 3, text: 'The fish is done', verdict: 'confirmed' } as const
  expect(shown(minePairs(items, links, passages, [said]))).toEqual([[1, 3, 'confirmed', 'The fish is done']])
})

test('a note that shows a photo gives its alt text and the words around it', () => {
  const items = [photo(1, 'a.jpg'), photo(2, 'b.jpg'), note(3, 'n.md')]
  const links = [
    link(3, 1, 'Our  hedgehog'),
    link(3, 2, 'IMG_1234.jpg', 1),
    link(3, 2, 'the frog', 1, 'link'),
    link(3, null, 'lost')
  ]
  const passages = [
    { part: 0, text: 'It came at night.' },
    { part: 1, text: 'A frog in the pond.' }
  ]
  expect(shown(minePairs(items, links, () => passages))).toEqual([
    [1, 3, 'alt-text', 'Our hedgehog'],
    [1, 3, 'embed', 'It came at night.'],
    [2, 3, 'embed', 'A frog in the pond.'],
    [2, 3, 'link', 'the frog']
  ])
})

test('the words around say less of each photo the more photos they are around', () => {
  const items = [photo(1, 'a.jpg'), photo(2, 'b.jpg'), note(3, 'n.md')]
  const passages = [{ part: 0, text: 'Two pictures of the garden.' }]
  const alone = minePairs(items, [link(3, 1, '')], () => passages)
  const both = minePairs(items, [link(3, 1, ''), link(3, 2, '')], () => passages)
  expect(both.map(pair => pair.weight)).toEqual([alone[0]!.weight / 2, alone[0]!.weight / 2])
})

test('a text file of the same name belongs to the photo', () => {
  const items = [
    photo(1, 'x/Frog.jpg'),
    photo(2, 'x/toad.jpg'),
    note(3, 'x/frog.txt'),
    note(4, 'x/toad.jpg.md'),
    note(5, 'y/frog.txt')
  ]
  const pairs = minePairs(items, [], id => [{ part: 0, text: `Text of note ${id}` }])
  expect(shown(pairs)).toEqual([
    [1, 3, 'same-name', 'Text of note 3'],
    [2, 4, 'sidecar', 'Text of note 4']
  ])
})

test('the same words for the same photo are one pair, for the best reason', () => {
  const items = [photo(1, 'a.jpg', { title: 'The hedgehog', description: 'The hedgehog!' }), note(2, 'n.md')]
  expect(shown(minePairs(items, [link(2, 1, 'the Hedgehog'), link(2, 1, 'the hedgehog')]))).toEqual([
    [1, null, 'description', 'The hedgehog!']
  ])
})

test('words on very many photos are a signature, not a caption', () => {
  const items = Array.from({ length: 21 }, (_, i) =>
    photo(i, `${i}.jpg`, {
      description: '© Jane Doe Photography',
      title: `Motif number ${'abcdefghijklmnopqrstu'[i]!}`
    })
  )
  const pairs = minePairs(items, [])
  expect(pairs).toHaveLength(21)
  expect(pairs.every(pair => pair.reason === 'title')).toBe(true)
})

test('a name that a person gave is worth a little, and nothing where the same words stand', () => {
  const items = [
    photo(1, 'x/hedgehog under the apple tree.jpg'),
    photo(2, 'IMG_1234.jpg'),
    photo(3, 'red-bicycle_wall.jpg', { title: 'Red bicycle wall' })
  ]
  const pairs = minePairs(items, [])
  expect(shown(pairs)).toEqual([
    [1, null, 'file-name', 'hedgehog under the apple tree'],
    [3, null, 'title', 'Red bicycle wall']
  ])
  expect(pairs[0]?.weight).toBe(0.4)
})

describe('what the user says wins', () => {
  const items = [
    photo(1, 'a.jpg', { description: 'A hedgehog at night', title: 'Spines' }),
    photo(2, 'b.jpg'),
    note(3, 'n.md')
  ]
  const say = (photoId: number, text: string, verdict: 'confirmed' | 'rejected', noteId: number | null = null) =>
    minePairs(items, [], undefined, [{ photoId, noteId, text, verdict }]).map(pair => [
      pair.photoId,
      pair.reason,
      pair.text,
      pair.weight,
      pair.verdict
    ])
  const title = [1, 'title', 'Spines', 0.9, null]

  test('a rejected pair is marked and keeps its provenance, however the words are written', () => {
    expect(say(1, 'a HEDGEHOG, at night.', 'rejected')).toEqual([
      [1, 'description', 'A hedgehog at night', 1, 'rejected'],
      title
    ])
  })

  test('a confirmed pair counts fully, and comes first', () => {
    expect(say(1, 'spines', 'confirmed')).toEqual([
      [1, 'description', 'A hedgehog at night', 1, null],
      [1, 'confirmed', 'Spines', 1, 'confirmed']
    ])
  })

  test('a pair that was never mined is there once it is confirmed, also one of two letters', () => {
    expect(say(2, 'Jo', 'confirmed', 3).at(-1)).toEqual([2, 'confirmed', 'Jo', 1, 'confirmed'])
    expect(
      minePairs(items, [], undefined, [{ photoId: 2, noteId: 3, text: 'Jo', verdict: 'confirmed' }]).at(-1)?.noteId
    ).toBe(3)
  })

  test('there is nothing to reject where nothing was mined, and no pair with a note or a photo that is gone', () => {
    const mined = say(9, 'x', 'rejected')
    expect(mined).toHaveLength(2)
    expect([say(2, 'No', 'rejected'), say(3, 'A note', 'confirmed'), say(9, 'gone', 'confirmed')]).toEqual([
      mined,
      mined,
      mined
    ])
  })

  test('no number of photos makes a signature of what was confirmed', () => {
    const many = Array.from({ length: 30 }, (_, i) => photo(i + 1, `${i}.jpg`))
    const verdicts = many.map(({ itemId }) => ({
      photoId: itemId,
      noteId: null,
      text: 'Our cat',
      verdict: 'confirmed' as const
    }))
    expect(minePairs(many, [], undefined, verdicts)).toHaveLength(30)
  })
})
