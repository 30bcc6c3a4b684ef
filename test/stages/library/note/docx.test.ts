import { strToU8, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { docxFile, wordParagraph } from './docx-file.ts'
import { failure, note } from './note-file.ts'

test('a Word document is its paragraphs, with the headings above each passage', async () => {
  const bytes = docxFile(
    wordParagraph('The garden', 'Heading1') +
      wordParagraph('A hedgehog &amp; its apples.') +
      wordParagraph('Winter', 'Heading2') +
      wordParagraph('It sleeps.')
  )
  const read = await note('garden.docx', bytes)
  expect(read.title).toBe('The garden')
  expect(read.text).toBe('The garden\n\nA hedgehog & its apples.\n\nWinter\n\nIt sleeps.')
  expect(read.passages.map(({ heading, text }) => ({ heading, text }))).toEqual([
    { heading: 'The garden', text: 'The garden\nA hedgehog & its apples.' },
    { heading: 'The garden › Winter', text: 'Winter\nIt sleeps.' }
  ])
})

test('title, date and keywords of a Word document are its core properties', async () => {
  const core =
    '<dc:title>Tom &amp; Jerry</dc:title><cp:keywords>cats, mice</cp:keywords><dcterms:created xsi:type="dcterms:W3CDTF">2020-02-29T08:30:00Z</dcterms:created>'
  const read = await note('x.docx', docxFile(wordParagraph('Text.'), { core }))
  expect(read).toMatchObject({ title: 'Tom & Jerry', tags: ['cats', 'mice'] })
  expect(read.date).toEqual({ localMs: Date.UTC(2020, 1, 29, 8, 30), offsetMinutes: 0, source: 'document' })
})

test('a bomb is refused by its declared size, before it is unpacked', async () => {
  const bomb = docxFile(wordParagraph('x'), { extra: { 'word/huge.xml': new Uint8Array(60_000_000) } })
  expect(bomb.length).toBeLessThan(100_000)
  const before = process.cpuUsage().user
  expect((await failure('bomb.docx', bomb)).code).toBe('too-large')
  expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(1)
})

test('a bomb that lies about its size is stopped at that size', async () => {
  const bomb = docxFile(wordParagraph('x'), { extra: { 'word/huge.xml': new Uint8Array(60_000_000) } })
  const view = new DataView(bomb.buffer, bomb.byteOffset, bomb.byteLength)
  let lies = 0
  for (let at = 0; at + 4 < bomb.length; at++) {
    if (view.getUint32(at, true) === 0x02014b50 && view.getUint32(at + 24, true) === 60_000_000) {
      view.setUint32(at + 24, 1000, true)
      lies++
    }
  }
  expect(lies).toBe(1)
  expect((await failure('liar.docx', bomb)).code).toBe('corrupt')
})

test('another archive, another file and a damaged document each have their reason', async () => {
  expect((await failure('x.docx', zipSync({ 'a.xml': strToU8('<a/>') }))).code).toBe('wrong-content')
  expect((await failure('x.docx', 'just words')).code).toBe('wrong-content')
  const whole = docxFile(wordParagraph('x'))
  expect((await failure('x.docx', whole.subarray(0, whole.length / 2))).code).toBe('corrupt')
  expect((await failure('x.docx', docxFile('<w:p><w:r>'))).code).toBe('corrupt')
  expect((await failure('x.docx', docxFile(''))).code).toBe('no-text')
})

test('an encrypted document and one of an old Word are told apart', async () => {
  const old = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)])
  expect((await failure('x.docx', old)).code).toBe('unsupported-format')
  const locked = Buffer.concat([old, Buffer.from('EncryptedPackage', 'utf16le')])
  expect((await failure('x.docx', locked)).code).toBe('encrypted')
})
