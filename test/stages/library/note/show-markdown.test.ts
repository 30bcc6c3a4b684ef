import { readFile, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NoteBlock, NoteInline } from '../../../../src/main/engine/base/domain.ts'
import { Deadline } from '../../../../src/main/engine/stages/library/note/refusal.ts'
import { showMarkdown } from '../../../../src/main/engine/stages/library/note/show-markdown.ts'
import { showLimits, showNote } from '../../../../src/main/engine/stages/library/note/show-note.ts'
import { temporaryFolder } from '../../../tools/temporary-folder.ts'
import { note } from './note-file.ts'

const placed = (markdown: string) => showMarkdown(markdown, new Deadline(60_000), showLimits.maxNodes)
const shown = async (markdown: string): Promise<NoteBlock[]> => (await placed(markdown)).map(({ block }) => block)
const text = (words: string): NoteInline => ({ kind: 'text', text: words })
const paragraph = (...children: NoteInline[]): NoteBlock => ({ kind: 'paragraph', children })

test('headings, lists, tasks, quotes, code, tables and rules are what they are in any renderer', async () => {
  const markdown = [
    '---\ntitle: Mine\n---\n# The garden',
    'Some **bold *and* soft** words, `code` and ~~gone~~.\\\nA line.',
    '3. third\n4. fourth\n   - [x] done\n   - [ ] open',
    '> A quote',
    '```js\nconst [[code]] = 1\n```',
    '| A | B |\n|---|---|\n| *c* | d |',
    '***'
  ].join('\n\n')
  expect(await shown(markdown)).toEqual([
    { kind: 'heading', level: 1, children: [text('The garden')] },
    paragraph(
      text('Some '),
      { kind: 'strong', children: [text('bold '), { kind: 'emphasis', children: [text('and')] }, text(' soft')] },
      ...[text(' words, '), { kind: 'code', text: 'code' } as const, text(' and ')],
      { kind: 'deleted', children: [text('gone')] },
      ...[text('.'), { kind: 'break' } as const, text('A line.')]
    ),
    {
      kind: 'list',
      start: 3,
      items: [
        { isDone: null, blocks: [paragraph(text('third'))] },
        {
          isDone: null,
          blocks: [
            paragraph(text('fourth')),
            {
              kind: 'list',
              start: null,
              items: [
                { isDone: true, blocks: [paragraph(text('done'))] },
                { isDone: false, blocks: [paragraph(text('open'))] }
              ]
            }
          ]
        }
      ]
    },
    { kind: 'quote', blocks: [paragraph(text('A quote'))] },
    { kind: 'code', text: 'const [[code]] = 1' },
    {
      kind: 'table',
      rows: [
        [[text('A')], [text('B')]],
        [[{ kind: 'emphasis', children: [text('c')] }], [text('d')]]
      ]
    },
    { kind: 'rule' }
  ])
})

test('links and wikilinks say where they lead, and pictures where they stand, as the note’s own links do', async () => {
  const source =
    'See [a *page*](https://a.example/x), [[Other note|the other]] and [[Third]].\n\n![alt](a.jpg) ![[b.png|300]] <img src="c.jpg" alt="third">'
  expect(await shown(source)).toEqual([
    paragraph(
      text('See '),
      {
        kind: 'link',
        address: 'https://a.example/x',
        start: 4,
        children: [text('a '), { kind: 'emphasis', children: [text('page')] }]
      },
      text(', '),
      { kind: 'link', address: 'Other note', start: source.indexOf('[[Other'), children: [text('the other')] },
      text(' and '),
      { kind: 'link', address: 'Third', start: source.indexOf('[[Third'), children: [text('Third')] },
      text('.')
    ),
    paragraph(
      { kind: 'picture', text: 'alt', start: source.indexOf('![alt') },
      text(' '),
      { kind: 'picture', text: '', start: source.indexOf('![[b') },
      text(' '),
      { kind: 'picture', text: 'third', start: source.indexOf('<img') }
    )
  ])
  const { links } = await note('x.md', source)
  const embeds = links.filter(({ kind }) => kind === 'embed').map(({ start }) => start)
  const pictures = picturesIn(await shown(source))
  expect(pictures).toEqual(embeds)
})

test('of HTML only words and pictures are left: nothing that acts, and no comment', async () => {
  const source = [
    '<script>alert(1)</script>',
    '<div onclick="x()"><h2>Saved</h2><p>Still <b>to</b> be read.</p><img src="d.jpg" onerror="x()"></div>',
    'In a line <a href="javascript:x()">of text</a><br>and <span onload=x()>more</span>.',
    '<!-- not this -->',
    '%% nor this %%'
  ].join('\n\n')
  const blocks = await shown(source)
  expect(blocks).toEqual([
    { kind: 'heading', level: 2, children: [text('Saved')] },
    paragraph(text('Still to be read.')),
    paragraph({ kind: 'picture', text: '', start: source.indexOf('<img') }),
    paragraph(text('In a line '), text('of text'), { kind: 'break' }, text('and '), text('more'), text('.'))
  ])
  expect(JSON.stringify(blocks)).not.toMatch(/script|onclick|alert|not this|nor this/)
})

test('entities, and marks in the middle of a word, are the words that they stand for', async () => {
  expect(await shown('Fish &amp; chips &#x1f994; \\*not soft\\*')).toEqual([
    paragraph(text('Fish & chips 🦔 *not soft*'))
  ])
})

test('a block knows where it stands, so that a passage is found in it', async () => {
  const source = '# Top\n\nFirst words.\n\n- an item\n- another\n'
  const blocks = await placed(source)
  expect(blocks.map(({ start, end }) => source.slice(start, end))).toEqual([
    '# Top',
    'First words.',
    '- an item\n- another'
  ])
  const { passages } = await note('x.md', source)
  const meeting = blocks.filter(({ start, end }) => start < passages[0]!.end && passages[0]!.start < end)
  expect(meeting).toHaveLength(3)
})

test('what is nested deeper than anybody writes is shown flat, and too many parts are refused', async () => {
  const deep = `${'> '.repeat(45)}inner words`
  const depthOf = (block: NoteBlock): number =>
    block.kind === 'quote' ? 1 + Math.max(0, ...block.blocks.map(depthOf)) : 0
  const [quote] = await shown(deep)
  expect(depthOf(quote!)).toBe(8)
  expect(JSON.stringify(quote)).toContain('inner words')
  const emphasis = await shown(`${'*a '.repeat(400)}${'b* '.repeat(400)}`)
  expect(JSON.stringify(emphasis).match(/emphasis/g)?.length ?? 0).toBeLessThanOrEqual(400)
  await expect(showMarkdown('- a\n'.repeat(300), new Deadline(60_000), 200)).rejects.toThrow('more parts')
})

test('whatever is written, no text is lost to a mask and nothing throws', async () => {
  const piece = fc.constantFrom(
    '# ',
    '- ',
    '> ',
    '**',
    '_',
    '`',
    '```\n',
    '[[a|b]]',
    '![[c.png]]',
    '%% x %%',
    '<b>',
    '</b>',
    '&amp;',
    '\n',
    '\n\n',
    'word ',
    '| a | b |\n|--|--|\n',
    '[x](y)',
    '🦔',
    '\\',
    '<!--',
    '[^1]'
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async pieces => {
      const blocks = await shown(pieces.join(''))
      expect(JSON.stringify(blocks)).not.toMatch(/[\ue000\ue001\ue002]/)
    }),
    { numRuns: 300 }
  )
})

test('a file is shown only as the content that is known of it', async () => {
  const path = join(temporaryFolder(), 'n.md')
  await writeFile(path, '# One\n')
  const hash = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
  expect((await showNote(path, hash))?.map(({ block }) => block)).toEqual([
    { kind: 'heading', level: 1, children: [text('One')] }
  ])
  await writeFile(path, '# Two\n')
  expect(await showNote(path, hash)).toBeNull()
  expect(await showNote(`${path}.gone`, hash)).toBeNull()
  const large = 'word '.repeat(showLimits.maxTextBytes / 4)
  await writeFile(path, large)
  expect(await showNote(path, createHash('sha256').update(large).digest('hex'))).toBeNull()
})

function picturesIn(blocks: readonly NoteBlock[]): number[] {
  return [...JSON.stringify(blocks).matchAll(/"kind":"picture","text":"[^"]*","start":(\d+)/g)].map(match =>
    Number(match[1])
  )
}
