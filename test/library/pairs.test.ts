import { expect, test } from 'vitest'
import { isCaption, minePairs, type PairItem, type PairLink } from '../../src/main/engine/library/pairs.ts'

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
): PairLink => ({ fromId, toId, kind, text, part })

const shown = (pairs: ReturnType<typeof minePairs>): [number, number | null, string, string][] =>
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

test.each([
  'Älplermagronen',
  'The team',
  'A photo of a hedgehog',
  'Screenshot of the htop program',
  'Casio watch',
  '刺猬',
  'Image of the moon over Paris',
  '5 hedgehogs'
])('%j is a caption', text => {
  expect(isCaption(text)).toBe(true)
})

test.each([
  '',
  'IMG_1234',
  'IMG_1234.JPG',
  'image',
  'Image 3',
  'photo',
  'screenshot',
  'Screenshot 2021-05-03 at 12.30.11',
  'Screen Shot 2021-05-03 at 12.30.11 PM',
  'Pasted image 20210503123011',
  'DSC00123',
  'P1010023',
  'PXL_20210503_123011',
  'WhatsApp Image 2021-05-03 at 12.30.11',
  'hedgehog.jpg',
  'https://x.example/a.jpg',
  '2021-05-03',
  '550e8400-e29b-41d4-a716-446655440000',
  'd41d8cd98f00b204e9800998ecf8427e',
  '...',
  'ab'
])('%j is none', text => {
  expect(isCaption(text)).toBe(false)
})
