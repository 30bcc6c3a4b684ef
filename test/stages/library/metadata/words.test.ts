import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cleanWords,
  decodeUtf16,
  decodeWords,
  repairMojibake
} from '../../../../src/main/engine/stages/library/metadata/words.ts'

test('bytes are UTF-8 where they can be, else Windows-1252', () => {
  expect(decodeWords(Buffer.from('Käfer €', 'utf8'))).toBe('Käfer €')
  expect(decodeWords(Buffer.from([0x4b, 0xe4, 0x66, 0x65, 0x72, 0x20, 0x80]))).toBe('Käfer €')
})

test('UTF-16 is read in either order, whatever the block says', () => {
  const little = Buffer.from('Käfer', 'utf16le')
  expect(decodeUtf16(little, true)).toBe('Käfer')
  expect(decodeUtf16(little, false)).toBe('Käfer')
  expect(decodeUtf16(Buffer.from(little).swap16(), true)).toBe('Käfer')
})

describe('mojibake', () => {
  test('is repaired where it is certain', () => {
    expect(repairMojibake('MarienkÃ¤fer')).toBe('Marienkäfer')
    expect(repairMojibake('Theyâ€™re here')).toBe('They’re here')
  })

  test('is left alone where the letters may be meant', () => {
    expect(repairMojibake('Käfer')).toBe('Käfer')
    expect(repairMojibake('SÃO PAULO')).toBe('SÃO PAULO')
    expect(repairMojibake('Ã¤ and 写')).toBe('Ã¤ and 写')
  })

  test('any text that was read as Windows-1252 comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), text => {
        fc.pre(!text.includes('\ufeff')) // a byte order mark is not text
        expect(repairMojibake(new TextDecoder('windows-1252').decode(Buffer.from(text, 'utf8')))).toBe(text)
      })
    )
  })
})

describe('clean words', () => {
  test('padding, control characters and what follows the first NUL are gone', () => {
    expect(cleanWords('  The harbour \u0007\0rest of memory', 100)).toBe('The harbour')
    expect(cleanWords('one\r\ntwo', 100)).toBe('one\ntwo')
    expect(cleanWords(' \0', 100)).toBeNull()
  })

  test('a cut never halves a character', () => {
    expect(cleanWords('ab😀', 3)).toBe('ab')
  })
})
