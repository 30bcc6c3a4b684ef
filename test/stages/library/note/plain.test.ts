import { expect, test } from 'vitest'
import { readPlain } from '../../../../src/main/engine/stages/library/note/plain.ts'

const linksOf = (text: string): [string, string, string][] =>
  readPlain(text).links.map(({ kind, target, text: said }) => [kind, target, said])

test.each([
  ['a line of its own', 'The old mill.\n\nmill (2).jpg\n', ['embed', 'mill (2).jpg']],
  ['a line with a path', 'The old mill.\r\n  attachments/old mill.PNG  \r\n', ['embed', 'attachments/old mill.PNG']],
  ['an entry of a list', '- mill.heic', ['embed', 'mill.heic']],
  ['brackets around it', '[mill.jpg]', ['embed', 'mill.jpg']],
  ['a word before it', 'file: mill.jpg', ['embed', 'mill.jpg']],
  ['a word before it, within a line', 'The wheel turns again (Photo: my mill.jpg), at last.', ['embed', 'my mill.jpg']],
  ['another language', 'Anhang: "Alte Mühle.jpg"', ['embed', 'Alte Mühle.jpg']],
  ['a document', 'Attachment: plan of 2021.pdf', ['link', 'plan of 2021.pdf']]
])('%s is an attachment of a plain text, without a caption', (_, text, [kind, target]) => {
  expect(linksOf(text)).toEqual([[kind, target, '']])
})

test.each([
  'I lost mill.jpg yesterday.',
  'https://mills.example/mill.jpg',
  'file: https://mills.example/mill.jpg',
  'Profile: mill',
  'notes.txt',
  'C:\\mills\\mill.jpg'
])('%s is none', text => {
  expect(linksOf(text)).toEqual([])
})

test('an attachment knows where it stands, and long lists cost no time', () => {
  const text = 'One\n\nfile: a.jpg\nb.jpg\n'
  expect(readPlain(text).links.map(({ start }) => text.slice(start, start + 5))).toEqual(['a.jpg', 'b.jpg'])
  const before = process.cpuUsage().user
  for (const line of ['file: a', 'a.jpg\n', 'file: (', 'photo:   x', '- [['])
    expect(readPlain(line.repeat(100_000)).links.length).toBeLessThanOrEqual(2000)
  expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(10)
})
