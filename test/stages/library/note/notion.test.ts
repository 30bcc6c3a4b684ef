/** Notion's exports: Markdown and HTML with properties below the title, names that end with ids. */
import { describe, expect, test } from 'vitest'
import { resolveLinks } from '../../../../src/main/engine/stages/library/links.ts'
import { titleFromFileName } from '../../../../src/main/engine/stages/library/note/titles.ts'
import { describeWithData } from '../../../tools/shared-data.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { note } from './note-file.ts'

const id = '0a1b2c3d4e5f60718293a4b5c6d7e8f9'
const dayOf = ({ date }: { date: { localMs: number } }): string =>
  new Date(date.localMs).toISOString().slice(0, 16).replace('T', ' ')

describe('properties below the title', () => {
  test.each([
    [
      'Markdown',
      '# Rye\n\nCreated: January 2, 2024 3:04 PM\nTags: bread, sea travel\nServes: 4\n\nThe dough.',
      ['bread', 'sea travel']
    ],
    ['one tag of several words', '# Rye\r\n\r\nTags: sea travel\r\n\r\nThe dough.', ['sea travel']],
    ['an empty property among them', '# Rye\nDone:\nCategory: bread\n\nThe dough.', ['bread']],
    ['no heading', 'Rye\n\nLabels: bread; rye\n\nThe dough.', ['bread', 'rye']],
    ['emphasis', '# Rye\n\n**Tags:** bread, rye\n\nThe dough.', ['bread', 'rye']],
    ['front matter above', '---\ntags: [a]\n---\n# Rye\n\nTags: bread\n', ['a', 'bread']],
    ['a sentence', '# Rye\n\nTags: those that I found on the old box\n\nThe dough.', []],
    ['prose beside it', '# Rye\n\nWe wrote this down at home.\nTags: bread, rye\n', []],
    ['far below', `# Rye\n\nOne.\n\nTwo.\n\nThree.\n\nTags: bread\n`, []]
  ])('in %s', async (_, markdown, tags) => {
    expect((await note(`Rye ${id}.md`, markdown)).tags).toEqual(tags)
  })

  test('in HTML, where each choice has its own place', async () => {
    const row = (kind: string, key: string, value: string): string =>
      `<tr class="property-row property-row-${kind}"><th><span class="icon property-icon"><svg></svg></span>${key}</th><td>${value}</td></tr>`
    const choices = ['bread', 'sea travel'].map(
      one => `<span class="selected-value select-value-color-pink">${one}</span>`
    )
    const html = `<html><head><title>Rye</title></head><body><article id="x" class="page sans"><header><h1 class="page-title">Rye</h1></header>
      <table class="properties"><tbody>${row('multi_select', 'Tags', choices.join(''))}${row('created_time', 'Created', '<time>@January 2, 2024 3:04 PM</time>')}</tbody></table>
      <div class="page-body"><p>The dough.</p><table class="simple-table"><tr><th>Tags</th><td>none</td></tr></table></div></article></body></html>`
    const read = await note(`Rye ${id}.html`, html)
    expect(read).toMatchObject({ title: 'Rye', tags: ['bread', 'sea travel'] })
    expect(dayOf(read)).toBe('2024-01-02 15:04')
  })
})

test.each([
  [`Rye bread ${id}.md`, 'Rye bread'],
  [`Recipes ${id}.csv`, 'Recipes'],
  [`Recipes ${id}_all.csv`, 'Recipes'],
  [`${id}.md`, id]
])('%s is called %s', (name, title) => {
  expect(titleFromFileName(name).toLowerCase()).toBe(title.toLowerCase())
})

test('links lead to pages by their ids and to pictures in the page’s folder', async () => {
  const page = `Home ${id}/Rye bread ${id}.md`
  const markdown = `# Home\n\n[Rye bread](Home%20${id}/Rye%20bread%20${id}.md)\n\n![IMG_1.png](Home%20${id}/IMG_1.png)`
  const read = await note(`Home ${id}.md`, markdown)
  const paths = [`Export/Home ${id}.md`, `Export/${page}`, `Export/Home ${id}/IMG_1.png`, 'Export/Other/IMG_1.png']
  const items = paths.map((path, itemId) => ({
    ...{ itemId, folderId: 1, path },
    kind: path.endsWith('.md') ? ('note' as const) : ('photo' as const)
  }))
  const links = read.links.map((link, linkId) => ({ ...link, linkId, fromPath: paths[0] ?? '', folderId: 1 }))
  expect(resolveLinks(links, items).map(({ toId, isGuess }) => [toId, isGuess])).toEqual([
    [1, false],
    [2, false]
  ])
})

describeWithData('a page of Notion of the collection', ['people'], root => {
  test('has its tags and its day', async () => {
    const read = await note('notion.md', readFileSync(join(root, 'note-dates/notion.md')))
    expect([read.tags, dayOf(read)]).toEqual([['bread', 'rye'], '2024-01-02 15:04'])
  })
})
