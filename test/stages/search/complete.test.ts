import fc from 'fast-check'
import { expect, test } from 'vitest'
import { completionAt, writtenFilter } from '../../../src/main/engine/stages/search/complete.ts'
import { parseQuery } from '../../../src/main/engine/stages/search/parse.ts'

/** `|` is the caret. */
const at = (marked: string) => {
  const caret = marked.indexOf('|')
  return completionAt(marked.replace('|', ''), caret)
}

test('a word may become the name of a filter, or a tag', () => {
  expect(at('dogs ca|')).toEqual({ start: 5, end: 7, key: null, typed: 'ca' })
  expect(at('ca|mera dogs')).toEqual({ start: 0, end: 6, key: null, typed: 'ca' })
})

test('behind a colon a value is typed, quoted or not, until its quote is closed', () => {
  expect(at('dogs tag:gar|')).toEqual({ start: 5, end: 12, key: 'tag', typed: 'gar' })
  expect(at('tag:|')).toEqual({ start: 0, end: 4, key: 'tag', typed: '' })
  expect(at('IN:"my fol| ')).toEqual({ start: 0, end: 11, key: 'in', typed: 'my fol' })
  expect(at('in:"my folder"| dogs')).toBeNull()
  expect(at('dogs -tag:gar|')).toEqual({ start: 6, end: 13, key: 'tag', typed: 'gar' })
  expect(at('-in:"my fol|')).toEqual({ start: 1, end: 11, key: 'in', typed: 'my fol' })
})

test('between words, in a quotation, behind a minus and behind an unknown key nothing is completed', () => {
  for (const marked of ['|', 'dogs |', 'dogs |cats', '"two wo|rds"', '-ca|', 'http:|', '12|'])
    expect(at(marked)).toBeNull()
})

test('whatever is typed, the range holds the caret and lies in the text', () => {
  const pieces = fc.oneof(fc.constantFrom('tag:', 'in:"', '"', ' ', 'a', '“', 'camera:', '-', '\n', '🦔'), fc.string())
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), fc.nat(), (parts, anywhere) => {
      const text = parts.join('')
      const caret = anywhere % (text.length + 1)
      const found = completionAt(text, caret)
      if (found === null) return
      expect(found.start).toBeLessThan(caret)
      expect(found.end).toBeGreaterThanOrEqual(caret)
      expect(found.end).toBeLessThanOrEqual(text.length)
    })
  )
})

test('a filter that is written is understood as it was meant', () => {
  const value = fc.stringMatching(/^[\p{L}\p{N}][\p{L}\p{N} .,/-]*$/u).map(text => text.trim())
  fc.assert(
    fc.property(fc.constantFrom('tag', 'in', 'camera'), value, (key, text) => {
      const written = writtenFilter(key, text)
      expect(parseQuery(written ?? '').tokens).toMatchObject([{ kind: key, label: text }])
    })
  )
  expect(writtenFilter('tag', 'a "b"')).toBeNull()
})
