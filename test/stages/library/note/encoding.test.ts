import { expect, test } from 'vitest'
import { decodeText } from '../../../../src/main/engine/stages/library/note/encoding.ts'

const words = 'Zoë saw a hedgehog. '

function swapped(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}

test.each([
  ['UTF-8', Buffer.from(words)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${words}`)],
  ['UTF-16 LE with a mark', Buffer.from(`\ufeff${words}`, 'utf16le')],
  ['UTF-16 BE with a mark', swapped(`\ufeff${words}`)],
  ['UTF-16 LE without one', Buffer.from(words, 'utf16le')],
  ['UTF-16 BE without one', swapped(words)],
  ['Latin-1', Buffer.from(words, 'latin1')]
])('%s is decoded', (_, bytes) => {
  expect(decodeText(bytes)).toBe(words)
})

test('quotation marks of windows-1252 are those, not controls of Latin-1', () => {
  expect(decodeText(Buffer.from([0x93, 0x61, 0x94, 0x20, 0x80]))).toBe('“a” €')
})

test('a stray NUL is forgiven', () => {
  expect(decodeText(Buffer.from('a note with\0one'))).toBe('a note with\0one')
})

test.each([
  ['a picture', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])],
  ['a PDF', Buffer.from('%PDF-1.7 whatever')],
  ['noise', Buffer.from(Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3) * 31) & 255))],
  ['only NULs', Buffer.alloc(1000)]
])('%s is no text', (_, bytes) => {
  expect(() => decodeText(bytes)).toThrow(expect.objectContaining({ code: 'wrong-content' }))
})
