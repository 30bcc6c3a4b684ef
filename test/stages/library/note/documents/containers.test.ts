import fc from 'fast-check'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { mayHoldNotes } from '../../../../../src/main/engine/stages/library/containers.ts'
import { Names } from '../../../../../src/main/engine/stages/library/note/documents/contained.ts'
import { ContainedNotes } from '../../../../../src/main/engine/workers/contained-notes.ts'

const folder = mkdtempSync(join(tmpdir(), 'reverie-containers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Note {
  readonly name: string
  readonly title: string
  /** By the clock of its place, to the minute. */
  readonly date: string
  readonly tags: readonly string[]
  /** Paragraphs, one a line. */
  readonly text: string
  readonly pictures: readonly string[]
}

/** All notes of a file, or why there are none. */
async function notesOf(name: string, content: string): Promise<readonly Note[] | string> {
  const path = join(folder, name)
  writeFileSync(path, content)
  const contained = new ContainedNotes()
  const listed = await contained.list(path)
  if ('code' in listed) return listed.reason
  const notes: Note[] = []
  for (const { name, modifiedMs, contentHash } of listed) {
    const read = await contained.read(join(path, name), modifiedMs)
    if (read.kind === 'failure') {
      expect(read.reason).not.toMatch(/could not be read \(/)
      continue
    }
    expect(read.contentHash).toBe(contentHash)
    notes.push({
      ...{ name, title: read.title, tags: read.tags },
      date: new Date(read.date.localMs).toISOString().slice(0, 16),
      text: read.passages.map(({ text }) => text).join('\n'),
      pictures: read.links.filter(({ kind }) => kind === 'embed').map(({ target }) => target)
    })
  }
  return notes
}

test('a journal of Day One: titles, days by the clock of the place, tags, places and pictures', async () => {
  const entries = [
    {
      uuid: 'A1',
      creationDate: '2023-01-02T23:30:00Z',
      timeZone: 'Asia/Tokyo',
      tags: ['snow'],
      text: '# Lanterns\n\n![](dayone-moment:\\/\\/AB12)\n\nCold and bright\\.'.replaceAll('\\/', '/'),
      location: { placeName: 'Old town', country: 'Japan' },
      photos: [
        { identifier: 'AB12', md5: '0a1b', type: 'jpeg' },
        { identifier: 'CD34', md5: '2c3d', type: 'png' }
      ]
    },
    { uuid: 'A2', creationDate: '2023-01-03T10:00:00Z', text: 'Lanterns', photos: [] },
    { uuid: 'A3', creationDate: '2023-01-04T10:00:00Z', text: '', location: { localityName: 'Otaru' } }
  ]
  const notes = await notesOf('Journal.json', JSON.stringify({ metadata: { version: '1.0' }, entries }, null, 1))
  expect(notes).toMatchObject([
    {
      ...{ name: 'Lanterns.md', title: 'Lanterns', date: '2023-01-03T08:30', tags: ['snow'] },
      ...{
        text: expect.stringContaining('Cold and bright.') as string,
        pictures: ['../photos/2c3d.png', '../photos/0a1b.jpeg']
      }
    },
    { name: 'Lanterns (2).md', date: '2023-01-03T10:00', text: 'Lanterns' },
    { name: '2023-01-04.md', title: '2023-01-04', text: 'Otaru' }
  ])
  expect((notes[0] as Note).text).toContain('Old town, Japan')
})

describe('a chat of Telegram', () => {
  const messages = [
    { id: 1, type: 'service', date: '2024-05-01T09:00:00', action: 'create_group' },
    { id: 2, type: 'message', date: '2024-05-01T09:01:00', from: 'Ada', text: 'The heron is back' },
    {
      id: 3,
      type: 'message',
      date: '2024-05-01T23:59:59',
      from: 'Bo',
      text: ['Look ', { type: 'bold', text: 'here' }],
      photo: 'photos/photo_1.jpg'
    },
    {
      id: 4,
      type: 'message',
      date: '2024-05-03T08:00:00',
      from: 'Ada',
      text: '',
      photo: '(File not included. Change data exporting settings to download.)'
    },
    { id: 5, type: 'message', date: '2024-05-03T08:01:00', from: 'Ada', text: 'Gone again' }
  ]
  const days = [
    {
      ...{ name: 'Pond watch 2024-05-01.txt', title: 'Pond watch', date: '2024-05-01T09:01' },
      ...{ text: 'Ada: The heron is back\nBo: Look here', pictures: ['../photos/photo_1.jpg'] }
    },
    { name: 'Pond watch 2024-05-03.txt', text: 'Ada: Gone again', pictures: [] }
  ]

  test('is its days', async () => {
    const chat = { name: 'Pond watch', type: 'private_group', id: 7, messages }
    expect(await notesOf('result.json', JSON.stringify(chat, null, 1))).toMatchObject(days)
  })

  test('among all chats is the same', async () => {
    const about = 'Here is the data you requested. Remember: Telegram is ad free.'
    const all = { about, chats: { about: '', list: [{ name: 'Pond watch', type: 'private_group', id: 7, messages }] } }
    expect(await notesOf('result.json', JSON.stringify(all, null, 1))).toMatchObject(days)
  })
})

describe('a chat of WhatsApp', () => {
  const day = {
    ...{ title: 'Ada', date: '2024-02-13T21:04' },
    ...{ text: 'Ada: The mill turns again\nBo: IMG-1.jpg\nBo: so it does', pictures: ['../IMG-1.jpg'] }
  }
  test.each([
    [
      'Android, day first',
      '13/02/2024, 21:04 - Ada: The mill\nturns again\n13/02/2024, 21:05 - Bo: \u200eIMG-1.jpg (file attached)\n13/02/2024, 21:06 - Bo: so it does\n'
    ],
    [
      'Android, twelve hours, month first',
      '2/13/24, 9:04\u202fPM - Ada: The mill\nturns again\n2/13/24, 9:05\u202fPM - Bo: IMG-1.jpg (Datei angehängt)\n2/13/24, 9:06\u202fPM - Bo: so it does\n'
    ],
    [
      'iOS',
      '[13.02.24, 21:04:10] Ada: The mill\r\nturns again\r\n\u200e[13.02.24, 21:05:10] Bo: \u200e<Anhang: IMG-1.jpg>\r\n[13.02.24, 21:06:10] Bo: so it does\r\n'
    ]
  ])('%s', async (_, text) => {
    expect(await notesOf('WhatsApp Chat with Ada.txt', text)).toMatchObject([{ name: 'Ada 2024-02-13.txt', ...day }])
  })

  test('is told from a text that is only called so', async () => {
    const path = join(folder, 'Why we left WhatsApp.txt')
    writeFileSync(path, 'Because it was time.')
    expect(await new ContainedNotes().list(path)).toMatchObject({ changedMeanwhile: true })
  })
})

test('a mailbox is its messages, whose quoted lines are as they were written', async () => {
  const mail = (subject: string, body: string): string =>
    `From a@example.org Tue Jan  2 15:04:05 2024\r\nFrom: Ada <a@example.org>\r\nSubject: ${subject}\r\nDate: Tue, 02 Jan 2024 15:04:05 +0000\r\n\r\n${body}\r\n\r\n`
  const box = mail('=?utf-8?b?U2VnZWw=?=', 'New sails.\r\n>From here on it rains') + mail('Re: sails', 'Sch\u00f6n')
  expect(await notesOf('Inbox.mbox', box)).toMatchObject([
    {
      name: 'Segel.eml',
      title: 'Segel',
      date: '2024-01-02T15:04',
      text: expect.stringContaining('From here on') as string
    },
    { name: 'Re: sails.eml' }
  ])
  expect(await notesOf('Other.mbox', 'No mail')).toContain('mailbox')
})

test('notes that are called the same have names of their own, which no path can leave', () => {
  const names = new Names('.md')
  expect(['A/b', 'a/B', 'A∕b (2)', '..', null, ''].map(title => names.next(title))).toEqual([
    ...['A∕b.md', 'a∕B (2).md', 'A∕b (2) (2).md', '_..md', 'Untitled.md', 'Untitled (2).md']
  ])
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('a', 'A', 'a (2)', 'a (3)')), { maxLength: 30 }),
      titles => {
        const some = new Names('.md')
        const all = titles.map(title => some.next(title))
        expect(new Set(all.map(name => name.toLowerCase())).size).toBe(all.length)
        expect(all.join('')).not.toMatch(/[/\\]/)
      }
    )
  )
})

test('which files are looked into is said by their names', () => {
  for (const name of ['a.enex', 'Journal.json', 'result.json', '_chat.txt', 'WhatsApp-Chat mit Bo.txt', 'In.mbox'])
    expect(mayHoldNotes(name), name).toBe(true)
  for (const name of ['a.txt', 'IMG_1.jpg.json', 'IMG_1.jpg.supplemental-metadata.json', '.x.json', 'a.md'])
    expect(mayHoldNotes(name), name).toBe(false)
})

describe('whatever a file holds, its notes are read or it is refused in a sentence', () => {
  const pieces = fc.oneof(
    fc.constantFrom('<note>', '</note>', '<title>', '</title>', '<content>', '<![CDATA[', ']]>', '<en-export>'),
    fc.constantFrom(
      '{"entries":[',
      '{"text":"a"}',
      ']}',
      '1/2/24, 3:04 PM - A: b\n',
      '[1.2.24, 03:04] A: <x: a.jpg>\n'
    ),
    fc.constantFrom('From a 2024\n', 'Subject: x\n\n', '\n\nFrom b@c Tue 2024\n'),
    fc.string({ maxLength: 10 })
  )
  test.each(['a.enex', 'a.json', '_chat.txt', 'a.mbox'])('%s', async name => {
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 15 }), async parts => {
        const notes = await notesOf(name, parts.join(''))
        if (typeof notes === 'string') expect(notes).not.toMatch(/could not be read \(/)
        else for (const note of notes) expect(note.title).not.toBe('')
      }),
      { numRuns: 100 }
    )
  })

  test('notes without end, and texts nested without end', async () => {
    expect(await notesOf('b.enex', `<en-export>${'<note>'.repeat(100_000)}`)).toContain('nested too deeply')
    expect(await notesOf('c.enex', `<en-export><note>${'<tag>'.repeat(50_000)}`)).toContain('nested too deeply')
    expect(await notesOf('b.json', `{"entries": [${'['.repeat(50_000)}`)).toMatch(/not valid JSON|holds none/)
    expect(await notesOf('_chat.txt', `1/2/24, 3:04 PM - A: ${'<'.repeat(200_000)}`)).toHaveLength(1)
  })
})
