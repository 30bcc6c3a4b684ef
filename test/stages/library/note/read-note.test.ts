import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { resolveLinks } from '../../../../src/main/engine/stages/library/links.ts'
import { localTarget, wikiTarget } from '../../../../src/main/engine/stages/library/note/local-target.ts'
import { readNote } from '../../../../src/main/engine/stages/library/note/read-note.ts'
import { titleFromFileName } from '../../../../src/main/engine/stages/library/note/titles.ts'
import { describeWithData } from '../../../tools/shared-data.ts'
import { docxFile, wordParagraph } from './docx-file.ts'
import { failure, note, readFileNamed } from './note-file.ts'

test('plain text has its first short line as title, and paragraphs', async () => {
  const read = await note('x.txt', '\n\nThe hedgehog\n\nIt came\nin the evening.\r\n\r\nIt ate.')
  expect(read.title).toBe('The hedgehog')
  expect(read.passages.map(passage => passage.text)).toEqual(['The hedgehog\nIt came in the evening.\nIt ate.'])
})

test('plain text that begins with a paragraph is called by its file name', async () => {
  expect((await note('my_diary.txt', 'word '.repeat(50))).title).toBe('My diary')
})

test('a text in UTF-16 gives the same passages as in UTF-8', async () => {
  const wide = await note('x.txt', Buffer.from('\ufeffZoë came.', 'utf16le'))
  expect(wide.passages).toEqual((await note('x.txt', 'Zoë came.')).passages)
})

test('each file that cannot be read has its own reason', async () => {
  expect((await failure('x.md', '')).code).toBe('empty-file')
  expect((await failure('x.md', 'x'.repeat(101), { maxTextBytes: 100 })).code).toBe('too-large')
  expect((await failure('x.md', Buffer.from([0xff, 0xd8, 0xff, 0xe0]))).code).toBe('wrong-content')
  expect((await failure('x.md', 'words\n\n'.repeat(100), { maxMs: 0 })).code).toBe('too-slow')
  const gone = await readNote('/nowhere/x.md', 'markdown', { modifiedMs: 0, contentHash: 'h' })
  expect(gone).toEqual({
    kind: 'failure',
    code: 'cannot-open',
    reason: 'This file is no longer there.',
    systemCode: 'ENOENT',
    contentHash: 'h'
  })
})

test('a file of blanks only is found by its name', async () => {
  expect((await note('two-words.txt', ' \n\n ')).passages).toEqual([
    { part: 0, start: 0, end: 0, heading: '', text: 'Two words' }
  ])
})

test('a book is cut into passages, none of them lost', async () => {
  const book = Array.from({ length: 20_000 }, (_, i) => `Sentence ${i} tells of the hedgehog in the garden.`).join(' ')
  const read = await note('book.txt', book)
  expect(read.passages.length).toBeGreaterThan(1000)
  expect(read.passages.map(passage => passage.text).join(' ')).toBe(book)
})

test.each([
  ['2021-05-03-my_first-note.md', 'My first note'],
  ['Well-known words.txt', 'Well-known words'],
  ['2021-05-03.md', '2021-05-03'],
  ['.md', '.md'],
  ['éa.html', 'Éa']
])('the name %s reads %s', (name, title) => {
  expect(titleFromFileName(name)).toBe(title)
})

describeWithData('texts that break parsers', ['naughty_strings', 'blns.json'], path => {
  const strings = JSON.parse(readFileSync(path, 'utf8')) as string[]
  // eslint-disable-next-line no-control-regex -- one of the strings is every control character and nothing else
  const isRubbish = (text: string): boolean => /[\x01-\x06]{6}/.test(text)
  // eslint-disable-next-line no-control-regex -- a tab is the one control that is kept
  const xmlRefuses = /[^\x09\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu
  const inXml = (text: string): string =>
    text
      .toWellFormed()
      .replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`)
      .replace(xmlRefuses, '')

  test.each(['md', 'txt', 'html'])(
    'are read as notes (%s), and all their words are kept in plain text',
    async extension => {
      for (const text of strings) {
        if (text === '') continue
        const read = await readFileNamed(`x.${extension}`, text)
        expect([text, read.kind]).toEqual([text, isRubbish(text) ? 'failure' : 'note'])
        if (read.kind === 'failure') continue
        for (const { start, end, text: shown } of read.passages) {
          expect(shown.isWellFormed() && start <= end && end <= read.text.length).toBe(true)
        }
        const words = (shown: string): string[] => shown.split(/[\s\0-\x1f\x7f]+/).filter(word => word !== '') // eslint-disable-line no-control-regex
        const kept = words(read.passages.map(passage => passage.text).join(' '))
        if (extension === 'txt' && words(read.text).length > 0) expect(kept).toEqual(words(read.text))
      }
    }
  )

  test('are read as titles, tags, headings, alt texts and targets', async () => {
    for (const text of strings) {
      const read = await readFileNamed(
        'x.md',
        `---\ntitle: ${JSON.stringify(text)}\ntags: [${JSON.stringify(text)}]\n---\n# ${text}\n\n![${text}](${text}) [[${text}|${text}]] <img src="${text}" alt="${text}">`
      )
      expect(read.kind).toBe(isRubbish(text) ? 'failure' : 'note')
      if (read.kind === 'note') expect(read.title.isWellFormed() && read.title.length > 0).toBe(true)
    }
  })

  test('are read in a Word document', async () => {
    const read = await note('x.docx', docxFile(strings.map(text => wordParagraph(inXml(text))).join('')))
    expect(read.text).toContain('undefined')
  })

  test('are file names and link targets that lead nowhere but to the file of that name', () => {
    const items = strings.map((text, itemId) => ({
      itemId,
      kind: 'note' as const,
      folderId: 1,
      path: `notes/${text.replaceAll('/', '-')}.md`
    }))
    const links = strings.flatMap((text, linkId) => {
      const target = wikiTarget(text) ?? localTarget(text)
      return target === null ? [] : [{ linkId, fromPath: 'start.md', folderId: 1, target, kind: 'wikilink' as const }]
    })
    const resolved = resolveLinks(links, items)
    expect(resolved).toHaveLength(links.length)
    const known = resolved.filter(({ toId }) => toId !== null)
    expect(known.length).toBeGreaterThan(100)
    for (const text of strings) expect(titleFromFileName(`${text}.md`).length).toBeGreaterThan(0)
  })
})
