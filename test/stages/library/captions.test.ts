import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldWords, isCaption, nameWords } from '../../../src/main/engine/stages/library/captions.ts'

test.each([
  'Älplermagronen',
  'The team',
  'A photo of a hedgehog',
  'Screenshot of the htop program',
  'Casio watch',
  '刺猬',
  'Image of the moon over Paris',
  '5 hedgehogs',
  'My first digital camera',
  'Taken in Paris'
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
  'OLYMPUS DIGITAL CAMERA',
  'SONY DSC',
  '...',
  'ab'
])('%j is none', text => {
  expect(isCaption(text)).toBe(false)
})

test.each([
  ['a/hedgehog under the apple tree.jpg', 'hedgehog under the apple tree'],
  ['red-bicycle_wall (2).jpg', 'red bicycle wall'],
  ['IMG_2034 Oma im Garten.JPG', 'Oma im Garten'],
  ['2019-07-14 Hike to Mount Rigi.heic', 'Hike to Mount Rigi'],
  ['RedBicycleWall.png', 'Red Bicycle Wall'],
  ['summer%20at%20the%20lake.jpg', 'summer at the lake'],
  ["grandma's-kitchen.webp", "grandma's kitchen"],
  ['苹果树下的刺猬.jpg', '苹果树下的刺猬'],
  ['apple-pie-2.jpg', 'apple pie'],
  ['le chat.v2.jpg', 'le chat'],
  ['lights-html-page.jpg', 'lights html page']
])('the name %j is words', (path, words) => {
  expect(nameWords(path)).toBe(words)
})

test.each([
  'IMG_1234.jpg',
  'hedgehog.jpg',
  'n01440764_tench.jpg',
  'Hedgehog (3) edited copy.jpg',
  'DSC00123-Pano.jpg',
  'Screenshot 2021-05-03 at 12.30.11 PM.png',
  'WhatsApp Image 2021-05-03 at 12.30.11.jpeg',
  'signal-2021-05-03-123011.jpg',
  'olympus-digital-camera-3.jpg',
  'OLYMPUS DIGITAL CAMERA.jpg',
  '550e8400-e29b-41d4-a716-446655440000.jpg',
  'xkcd-brb-ffs.png',
  'a b.jpg',
  '.jpg'
])('the name %j is none', path => {
  expect(nameWords(path)).toBeNull()
})

test('texts are told apart by their words', () => {
  expect(foldWords(' The hedgehog! ')).toBe(foldWords('the   Hedgehog'))
  expect(foldWords('caf\u00e9')).toBe(foldWords('cafe\u0301'))
  expect(foldWords('🦔')).not.toBe(foldWords('🐸'))
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      expect(foldWords(foldWords(text))).toBe(foldWords(text))
    })
  )
})
