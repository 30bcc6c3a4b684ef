import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { failure, note, readFileNamed } from './note-file.ts'
import { pdfFile } from './pdf-file.ts'

test('a PDF is its paragraphs, with words divided at the end of a line put together again', async () => {
  const bytes = pdfFile({
    pages: [
      ['The hedgehog came in the even-', 'ing and ate the apples.', '', '', 'A second paragraph.'],
      ['Second page.']
    ]
  })
  const read = await note('hedgehog.pdf', bytes)
  expect(read.text).toBe('The hedgehog came in the evening and ate the apples.\n\nA second paragraph.\n\nSecond page.')
  expect(read.passages.map(passage => passage.text)).toEqual([
    'The hedgehog came in the evening and ate the apples.\nA second paragraph.\nSecond page.'
  ])
})

test('title, date and keywords of a PDF are its properties', async () => {
  const info = { Title: 'Our garden', CreationDate: "D:20210503142000+02'00'", Keywords: 'garden; animals' }
  const read = await note('x.pdf', pdfFile({ pages: [['Text.']], info }))
  expect(read.title).toBe('Our garden')
  expect(read.tags).toEqual(['garden', 'animals'])
  expect(read.date).toEqual({ localMs: Date.UTC(2021, 4, 3, 14, 20), offsetMinutes: 120, source: 'document' })
})

test('a title that is the file name of the program that printed it is no better than our own', async () => {
  const read = await note('a-walk.pdf', pdfFile({ pages: [['Text.']], info: { Title: 'untitled.dvi' } }))
  expect(read.title).toBe('A walk')
})

test('a PDF that asks for a password is refused as encrypted', async () => {
  const bytes = pdfFile({ pages: [['Secret.']], password: 'tiger' })
  expect(await failure('x.pdf', bytes)).toMatchObject({
    code: 'encrypted',
    contentHash: createHash('sha256').update(bytes).digest('hex')
  })
})

test('an encrypted PDF that opens without a password is read', async () => {
  const read = await note('x.pdf', pdfFile({ pages: [['Not so secret.']], password: '', info: { Title: 'Open' } }))
  expect(read.text).toBe('Not so secret.')
  expect(read.title).toBe('Open')
})

test('a scan without text says that text recognition would help', async () => {
  const scan = await failure('scan.pdf', pdfFile({ pages: [[], []] }))
  expect(scan.code).toBe('no-text')
  expect(scan.reason).toContain('OCR')
})

test('a PDF that was cut off at any place is read or refused, and never throws', async () => {
  const whole = pdfFile({ pages: [['A line of text.'], ['And another.']] })
  const seen = new Set<string>()
  for (let length = 1; length < whole.length; length += 97) {
    const read = await readFileNamed('cut.pdf', whole.subarray(0, length))
    seen.add(read.kind === 'note' ? 'note' : read.code)
  }
  expect(seen).toContain('corrupt')
  expect([...seen].filter(kind => !['note', 'corrupt', 'no-text', 'wrong-content'].includes(kind))).toEqual([])
})

test('a text that is called PDF is wrong content', async () => {
  expect((await failure('x.pdf', 'just words')).code).toBe('wrong-content')
})

test('more pages than the limit are refused, not cut', async () => {
  expect((await failure('x.pdf', pdfFile({ pages: [['1'], ['2'], ['3']] }), { maxPages: 2 })).code).toBe('too-large')
})
