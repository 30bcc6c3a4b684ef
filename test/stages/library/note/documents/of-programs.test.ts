import { describe, expect, test } from 'vitest'
import { archive } from './packages.ts'
import { readContent, saidBy } from './read-any.ts'

test('a notebook is its prose; its code is code, and what it printed is left out', async () => {
  const cells = [
    { cell_type: 'markdown', source: ['# Lake\n', 'Cold *water*.'] },
    { cell_type: 'code', source: 'print("secret")', outputs: [{ text: ['secret'] }] },
    { cell_type: 'markdown', source: '![Ice](ice.jpg)' }
  ]
  const read = await saidBy('a.ipynb', JSON.stringify({ cells, metadata: {}, nbformat: 4 }))
  expect(read).toMatchObject({ title: 'Lake', links: [['embed', 'ice.jpg', 'Ice']] })
  expect(read.text).toContain('Cold water.')
  expect(read.text).not.toContain('secret')
  expect(await readContent('b.ipynb', '{"cells": 3}')).toMatchObject({ code: 'wrong-content' })
  expect(await readContent('c.ipynb', '{"cells": [')).toMatchObject({ code: 'corrupt' })
})

test('a canvas is its cards, groups and arrows from left to right, and shows its files', async () => {
  const nodes = [
    { type: 'file', file: 'img/attic.jpg', x: 300 },
    { type: 'text', text: '# Plans\nRent the *yellow* boat', x: 0 },
    { type: 'group', label: 'Near the lake', x: 100 }
  ]
  const read = await saidBy('Summer.canvas', JSON.stringify({ nodes, edges: [{ label: 'ask Ilse' }] }))
  expect(read).toEqual({
    ...{ title: 'Summer', date: null, tags: [], links: [['embed', 'img/attic.jpg', '']] },
    text: 'Plans\nRent the yellow boat\nNear the lake\nask Ilse'
  })
  expect(await readContent('b.canvas', '{')).toMatchObject({ code: 'corrupt' })
})

test('a drawing of Excalidraw is its texts and its pictures, under the name of its file', async () => {
  const drawing = `---\n\nexcalidraw-plugin: parsed\ntags: [excalidraw]\n---\n==⚠  Switch to EXCALIDRAW VIEW. ⚠==\n\n# Excalidraw Data\n
## Text Elements\nSkylight ^aB3dE6gH\n\n## Embedded Files\n${'0'.repeat(40)}: [[attic.jpg]]\n\n%%\n## Drawing\n\`\`\`compressed-json\nN4KAk\n\`\`\`\n%%`
  const read = await saidBy('Attic layout.excalidraw.md', drawing)
  expect(read).toMatchObject({ title: 'Attic layout', links: [['embed', 'attic.jpg', '']] })
  expect(read.text.trim()).toBe('Skylight')
})

describe('an item of Joplin', () => {
  const item = (text: string, more: string, type: number): string =>
    `${text}\n\nid: ${'0a'.repeat(16)}\nparent_id: ${'1b'.repeat(16)}\ncreated_time: 2021-05-06T07:08:09.123Z\n${more}type_: ${type}`

  test('that is a note has its first line as title, its date, and no properties in its text', async () => {
    const text = `Beehive in May\n\nThe second frame.\n\n![brood](:/${'2c'.repeat(16)})`
    expect(await saidBy('0a.md', item(text, 'encryption_applied: 0\n', 1))).toEqual({
      ...{ title: 'Beehive in May', date: '2021-05-06 07:08', tags: [] },
      ...{ text: 'Beehive in May\nThe second frame.\nbrood', links: [['embed', `${'2c'.repeat(16)}.jpg`, 'brood']] }
    })
  })

  test('that is no note, or encrypted, says so; a text about Joplin is a text', async () => {
    expect(await readContent('1b.md', item('Apiary', '', 2))).toMatchObject({
      reason: 'This is a notebook of Joplin, not a note.'
    })
    expect(await readContent('2c.md', item('', 'encryption_applied: 1\n', 1))).toMatchObject({ code: 'encrypted' })
    expect((await saidBy('about.md', 'Every item ends with type_: 1')).text).toBe('Every item ends with type_: 1')
  })
})

test('a TextPack is the Markdown in it', async () => {
  const pack = archive({
    'Tides.textbundle/text.md': 'High water at nine. #sea travel# #tides',
    'Tides.textbundle/info.json': '{}'
  })
  expect(await saidBy('Tide tables.textpack', pack)).toMatchObject({
    ...{ title: 'Tide tables', tags: ['sea travel', 'tides'] },
    text: 'High water at nine. #sea travel# #tides'
  })
})

test('a table has a line for each row, whatever separates its values', async () => {
  const rows = 'Name, Place\nHeron, the "big" weir\nOwl, Barn, loft'
  const quoted = 'Name,Place\r\n"Heron","the ""big""\nweir"\r\nOwl,"Barn, loft"\r\n'
  expect(await saidBy('birds.csv', quoted)).toMatchObject({ title: 'Birds', text: rows })
  expect((await saidBy('b.csv', 'Name;Place\nHeron;the "big" weir\nOwl;Barn, loft')).text).toBe(rows)
  expect((await saidBy('c.tsv', 'Name\tPlace\nHeron\tthe "big" weir\nOwl\tBarn, loft')).text).toBe(rows)
})

test('an outline has its lines and their notes', async () => {
  const opml =
    '<?xml version="1.0"?><opml><head><title>Plans</title></head><body><outline text="Paint &amp; oil" _note="green"><outline text="the gate"/></outline></body></opml>'
  expect(await saidBy('a.opml', opml)).toMatchObject({ title: 'Plans', text: 'Paint & oil\ngreen\nthe gate' })
})

test('MDX is Markdown without its modules', async () => {
  const mdx = "import Kite from './kite'\nexport const meta = { a: 1 }\n\n# Kites\n\nWe import none from Peru.\n"
  expect((await saidBy('a.mdx', mdx)).text).toBe('Kites\nWe import none from Peru.')
})
