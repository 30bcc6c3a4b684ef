import fc from 'fast-check'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { PlacedBlock } from '../../../../src/main/engine/base/domain.ts'
import { pageProperties } from '../../../../src/main/engine/stages/library/note/logseq.ts'
import { readNote } from '../../../../src/main/engine/stages/library/note/read-note.ts'
import { Deadline } from '../../../../src/main/engine/stages/library/note/refusal.ts'
import { showMarkdown } from '../../../../src/main/engine/stages/library/note/show-markdown.ts'
import { titleFromFileName } from '../../../../src/main/engine/stages/library/note/titles.ts'
import { temporaryFolder } from '../../../tools/temporary-folder.ts'
import { note } from './note-file.ts'

const id = '64216f0e-7c2a-4f5e-9a0b-1234567890ab'
const wordsOf = async (markdown: string): Promise<string> =>
  (await note('page.md', markdown)).passages.map(({ text }) => text.replace(/[ \n]+/g, ' ')).join('\n')

describe('the properties of a page', () => {
  const text = [
    'title:: Beekeeping/Spring',
    'alias:: hives, [[Bees, wild]]',
    'tags:: #garden, [[sea travel]], honey',
    'author:: Ann Heather',
    'public:: true',
    'created:: 2022-03-04',
    '',
    '- The first hive',
    `  id:: ${id}`,
    '  collapsed:: true',
    '- The second'
  ].join('\n')

  test('are its title, tags and date; what an alias or an author is called stays to be read', async () => {
    const read = await note('page.md', text)
    expect(read).toMatchObject({ title: 'Beekeeping/Spring', tags: ['garden', 'sea travel', 'honey'] })
    expect(new Date(read.date.localMs).toISOString().slice(0, 10)).toBe('2022-03-04')
    expect(await wordsOf(text)).toBe('hives, Bees, wild Ann Heather 2022-03-04 The first hive The second')
    expect(read.links.map(({ target }) => target)).toEqual(['Bees, wild', 'sea travel'])
  })

  test('may stand in the first block, with any line ends, and not in the second', async () => {
    const block = '- title:: Roof\r\n  tags:: repair\r\n- tags:: none\r\n- Slates'
    expect(await note('page.md', block)).toMatchObject({ title: 'Roof', tags: ['repair'] })
    expect((await note('page.md', 'Some words.\n\ntitle:: No title of this')).title).toBe('Page')
  })

  test('are not shown as text', async () => {
    const blocks = await showMarkdown(text, new Deadline(10_000), 1000)
    const shown = JSON.stringify(blocks.map(({ block }: PlacedBlock) => block))
    expect(shown).not.toMatch(/title|tags|public|true|collapsed|64216f0e|alias/)
    expect(shown).toContain('The first hive')
  })
})

test.each([
  ['a reference to a block', `See ((${id})) again`, 'See again'],
  ['a link to a block', `See [the frame](((${id}))) again`, 'See the frame again'],
  ['an embedded block and page', `{{embed ((${id}))}} and {{embed [[Pond]]}}`, 'and Pond'],
  ['a query', 'Open {{query (and (task TODO) [[hive]])}} now', 'Open now'],
  ['an advanced query', 'Before\n#+BEGIN_QUERY\n{:title "x" :query [:find ?b]}\n#+END_QUERY\nAfter', 'Before After'],
  ['a film', 'Watch {{video https://films.example/x}} it', 'Watch it'],
  ['a gap to learn', 'The queen is {{cloze marked blue}} now', 'The queen is marked blue now'],
  ['a clock', '- Smoke\n  :LOGBOOK:\n  CLOCK: [2024-01-02 Tue 10:00:00]\n  :END:\n  more', 'Smoke more'],
  ['its order', '- one\n  logseq.order-list-type:: number\n  background-color:: red\n- two', 'one two'],
  ['a card', '- front #card\n  card-last-score:: 3\n  card-ease-factor:: 2.5', 'front #card']
])('%s is no text', async (_, markdown, said) => {
  expect(await wordsOf(markdown)).toBe(said)
})

test('a tag of several words is a tag and leads to its page; a person’s own properties further down stay', async () => {
  const read = await note('page.md', 'About #[[sea travel]] and #nets.\n\nrating:: five stars')
  expect(read.tags).toEqual(['nets', 'sea travel'])
  expect(read.links).toMatchObject([{ kind: 'wikilink', target: 'sea travel' }])
  expect(read.passages[0]?.text).toBe('About sea travel and #nets.\nrating:: five stars')
  expect((await note('page.md', 'In `#[[code]]` nothing.')).tags).toEqual([])
})

test.each([
  ['projects___roof.md', 'projects/roof'],
  ['Projects%2FRoof tiles.md', 'Projects/Roof tiles'],
  ['a___b___c_d.md', 'a/b/c_d'],
  ['2024_01_02.md', '2024_01_02'],
  ['my_first_note.md', 'My first note']
])('the page of %s is called %s', (name, title) => {
  expect(titleFromFileName(name)).toBe(title)
})

test('a page of the journal has its day', async () => {
  const { date } = await note('2024_01_02.md', '- Rain all day')
  expect([new Date(date.localMs).toISOString().slice(0, 10), date.source]).toEqual(['2024-01-02', 'file-name'])
})

test('whatever a page begins with, its properties stand in it, in order', () => {
  const line = fc.constantFrom(
    'title:: x',
    '- tags:: [[a',
    'alias::',
    '',
    '  b:: c ',
    'id:: ',
    'ü-1:: true',
    '::',
    'a:: b:: c',
    '- '
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(line, fc.string()), { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      (lines, newline) => {
        const text = lines.join(newline)
        let before = 0
        for (const { start, end } of pageProperties(text, 0).ranges) {
          expect(start >= before && start <= end && end <= text.length).toBe(true)
          before = end
        }
      }
    )
  )
})

test('hostile pages cost no time', async () => {
  const before = process.cpuUsage().user
  for (const text of [':LOGBOOK:\n', '#+BEGIN_QUERY\n', '{{query ', '{{embed x', '((', '#[[', 'a:: b\n'])
    await note('page.md', text.repeat(20_000) + 'end')
  expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(20)
})

test('a page in Org has its title, tags and aliases too, and no references', async () => {
  const org = `#+title: Water/Mill\n#+alias: Wheelhouse, The Race\n#+tags: rye, old stones\n\n* Grinds ((${id})) rye`
  const path = join(temporaryFolder(), 'mill.org')
  writeFileSync(path, org)
  const read = await readNote(path, 'org', { modifiedMs: 0, contentHash: 'hash' })
  expect(read).toMatchObject({
    ...{ title: 'Water/Mill', tags: ['rye', 'old stones'], aliases: ['Wheelhouse', 'The Race'] },
    passages: [{ text: expect.stringMatching(/^Grinds +rye$/) as unknown }]
  })
})
