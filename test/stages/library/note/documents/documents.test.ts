import fc from 'fast-check'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describeWithData } from '../../../../tools/shared-data.ts'
import { docxFile, wordParagraph } from '../docx-file.ts'
import { archive, book, openDocument, presentation, shape, workbook } from './packages.ts'
import { readAny, readContent, saidBy } from './read-any.ts'

describe('an OpenDocument', () => {
  test('has its headings, paragraphs, rows, comments, footnotes and what is said of pictures; nothing that was deleted', async () => {
    const body = `<text:tracked-changes><text:deletion><text:p>turnips</text:p></text:deletion></text:tracked-changes>
      <text:h text:outline-level="1">The pond</text:h>
      <text:p>Two<text:s text:c="2"/>herons<text:line-break/>came<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>At dawn.</text:p></text:note-body></text:note>.</text:p>
      <text:p><draw:frame><draw:image/><svg:title>Heron</svg:title><svg:desc>on one leg</svg:desc></draw:frame></text:p>
      <text:p>Ask<office:annotation><dc:creator>Bo</dc:creator><dc:date>2024</dc:date><text:p>Which reed?</text:p></office:annotation> first.</text:p>
      <table:table><table:table-row><table:table-cell><text:p>Carp</text:p></table:table-cell><table:table-cell><text:p>7</text:p></table:table-cell></table:table-row></table:table>
      <text:p><text:ruby><text:ruby-base>池</text:ruby-base><text:ruby-text>いけ</text:ruby-text></text:ruby></text:p>`
    const meta = `<dc:title>Pond diary</dc:title><meta:keyword>birds</meta:keyword><meta:keyword>water, reeds</meta:keyword>
      <meta:creation-date>2021-05-06T07:08:09</meta:creation-date>`
    const { title, date, tags, text } = await saidBy('a.odt', openDocument(body, { meta }))
    expect({ title, date, tags }).toEqual({
      ...{ title: 'Pond diary', date: '2021-05-06 07:08', tags: ['birds', 'water', 'reeds'] }
    })
    for (const words of [
      'The pond',
      'Two herons came',
      'At dawn.',
      'Heron on one leg',
      'Which reed?',
      'Carp 7',
      '池(いけ)'
    ])
      expect(text).toContain(words)
    for (const word of ['turnips', 'Bo', '2024']) expect(text).not.toContain(word)
  })

  test('may be a presentation or a spreadsheet; a drawing is said to have no text', async () => {
    const slide =
      '<draw:page><draw:frame><draw:text-box><text:p>Raft plans</text:p></draw:text-box></draw:frame></draw:page>'
    expect((await saidBy('a.odp', openDocument(slide, { kind: 'presentation' }))).text).toBe('Raft plans')
    const row =
      '<table:table><table:table-row><table:table-cell><text:p>Oars</text:p></table:table-cell></table:table-row></table:table>'
    expect((await saidBy('a.ods', openDocument(row, { kind: 'spreadsheet' }))).text).toBe('Oars')
    expect(await readContent('a.odg', openDocument('', { kind: 'graphics' }))).toBe('an OpenDocument file without text')
  })
})

describe('a presentation', () => {
  test('is read in the order of its slides, each with its notes; numbers and footers are left out', async () => {
    const slides = [
      shape('title', 'Sails') + shape('body', 'Red ones') + shape('ftr', 'Club'),
      `${shape('ctrTitle', 'Ropes')}<p:pic><p:nvPicPr><p:cNvPr id="3" name="y" descr="A knot on the mast"/></p:nvPicPr></p:pic>`
    ]
    const said = '<dc:title>Regatta</dc:title><dcterms:created>2023-04-05T06:07:00Z</dcterms:created>'
    const read = await saidBy('a.pptx', presentation(slides, ['Say hello', 'Mind the time'], said))
    expect(read).toMatchObject({ title: 'Regatta', date: '2023-04-05 06:07' })
    expect(read.text.split('\n')).toEqual([
      'Sails',
      'Red ones',
      'Say hello',
      'Ropes',
      'A knot on the mast',
      'Mind the time'
    ])
  })
})

describe('a workbook', () => {
  test('has a line for each row under the name of its sheet, and the comments', async () => {
    const rows = `<row><c t="s"><v>1</v></c><c><v>12.5</v></c><c t="b"><v>1</v></c></row>
      <row><c t="inlineStr"><is><t>by hand</t></is></c><c t="str"><f>1+1</f><v>made</v></c><c t="e"><v>#N/A</v></c></row>`
    const strings = ['<t>unused</t>', '<r><t>Broad </t></r><r><t>beans</t></r><rPh><t>ビーンズ</t></rPh>']
    const read = await saidBy('a.xlsx', workbook({ Spring: rows, Autumn: '' }, strings, 'Order early'))
    expect(read).toMatchObject({ title: 'Seeds', tags: ['garden', 'sowing'] })
    expect(read.text.split('\n')).toEqual(['Spring', 'Broad beans, 12.5', 'by hand, made', 'Autumn', 'Order early'])
  })
})

describe('a book', () => {
  const page = (body: string): string =>
    `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script/></head><body>${body}</body></html>`

  test('is read chapter by chapter, also where XHTML closes an element at once', async () => {
    const said = `<dc:title>Village chronicle</dc:title><dc:creator>Ada Moss</dc:creator><dc:date>1999-02-03</dc:date>
      <dc:subject>History, Mills</dc:subject>`
    const chapters = {
      'one two.xhtml': page('<h1>The mill</h1><p>The wheel <a id="x"/>stopped.</p>'),
      'b.xhtml': page('<p>Then rain.</p>')
    }
    expect(await saidBy('a.epub', book(chapters, { said }))).toMatchObject({
      ...{ title: 'Village chronicle', date: '1999-02-03 00:00', tags: ['History', 'Mills'] },
      text: 'Ada Moss\nThe mill\nThe wheel stopped.\nThen rain.'
    })
  })

  test('that is copy-protected says so; one whose fonts alone are encrypted is read', async () => {
    const chapters = { 'a.xhtml': page('<p>Locked</p>') }
    expect(await readContent('a.epub', book(chapters, { encrypted: 'OPS/a.xhtml' }))).toMatchObject({
      code: 'encrypted'
    })
    expect((await saidBy('b.epub', book(chapters, { encrypted: 'OPS/font.otf' }))).text).toBe('Locked')
  })
})

describe('a Rich Text document', () => {
  test.each([
    ['a code page of its own', "{\\rtf1\\ansi\\ansicpg1251 \\'d1\\'f2\\'e0\\'f0\\'e0\\'ff}", 'Старая'],
    [
      'a font’s character set',
      "{\\rtf1\\ansi{\\fonttbl{\\f0 A;}{\\f1\\fcharset128 B;}}\\f1\\'90\\'85\\'8e\\'d4}",
      '水車'
    ],
    [
      'Unicode with what older programs show',
      "{\\rtf1\\ansi\\uc1 M\\u252\\'fchle, {\\uc2 \\u-10179 ??\\u-9021 ??}}",
      'Mühle, 📃'
    ],
    ['signs by name', '{\\rtf1 a\\~b\\emdash c\\ldblquote d\\rdblquote\\line e\\-f\\{g\\}}', 'a b—c“d” ef{g}'],
    [
      'a field, whose result is the text',
      '{\\rtf1 See {\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt the map}}.}',
      'See the map.'
    ],
    [
      'nothing of pictures and what is optional',
      '{\\rtf1 A{\\pict\\wmetafile8 0102ff}{\\*\\generator X;}{\\*\\new y}B}',
      'AB'
    ],
    ['nothing hidden or deleted', '{\\rtf1 keep {\\v hide}{\\deleted gone}this}', 'keep this'],
    ['bytes of a binary part', '{\\rtf1 a{\\pict\\bin4 }}{\\}b}', 'ab']
  ])('with %s', async (_, rtf, text) => {
    expect((await saidBy('a.rtf', Buffer.from(rtf, 'latin1'))).text.replaceAll('\u00a0', ' ')).toBe(text)
  })

  test('has the headings of its styles, and a title, date and keywords of its own', async () => {
    const rtf = `{\\rtf1\\ansi{\\stylesheet{\\s0 Normal;}{\\s2\\outlinelevel0 heading 2;}}
{\\info{\\title Harbour log}{\\keywords boats; tide}{\\creatim\\yr2020\\mo7\\dy8\\hr9\\min10}}
\\pard\\s2 Monday\\par\\pard Calm sea.\\par\\trowd Low\\cell 06:10\\cell\\row}`
    const read = await saidBy('a.doc', rtf)
    expect(read).toMatchObject({ title: 'Harbour log', date: '2020-07-08 09:10', tags: ['boats', 'tide'] })
    expect(read.text.split('\n')).toEqual(['Monday', 'Calm sea.', 'Low 06:10'])
  })
})

describe('a message', () => {
  test('has its subject, date, people, text and the names of what is attached', async () => {
    const mail = `From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>\r\nTo: Ada <a@example.org>\r\nSubject: =?utf-8?b?U2VnZWw=?=\r
Date: Tue, 02 Jan 2024 15:04:05 +0000\r\nContent-Type: multipart/mixed; boundary=b\r\n\r
--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSch=F6ne Segel.\r
--b\r\nContent-Type: image/jpeg; name=boat.jpg\r\nContent-Disposition: attachment; filename=boat.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n/9j/\r\n--b--\r\n`
    expect(await saidBy('a.eml', mail)).toMatchObject({
      ...{ title: 'Segel', date: '2024-01-02 15:04' },
      text: 'Jürgen <j@example.org> → Ada <a@example.org>\nSchöne Segel.\nboat.jpg'
    })
  })

  test('that is a saved page has what the page says, and no sender', async () => {
    const saved = `From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/\r\nSubject: Orchard\r\nMIME-Version: 1.0\r
Content-Type: multipart/related; type="text/html"; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html\r
Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><body><h1>Apples</h1><p>Old =C3=A4pple kinds</p><script>x()</script></body></html>\r\n--x--\r\n`
    expect(await saidBy('a.mhtml', saved)).toMatchObject({ title: 'Orchard', text: 'Apples\nOld äpple kinds' })
  })

  test('of which the name alone speaks is none', async () => {
    expect(await readContent('a.eml', 'Nothing of the kind')).toMatchObject({ code: 'wrong-content' })
  })
})

const marked: readonly (readonly [name: string, text: string])[] = [
  [
    'a.org',
    `#+TITLE: Winter\n#+DATE: <2021-03-04 Thu 10:20>\n#+FILETAGS: :apples:\n* TODO [#A] Pruning :tools:\n:PROPERTIES:\n:ID: secret\n:END:
We cut the *old*\ntrees, see [[file:shed.md][the shed]].[fn:1]\n# secret\n#+CAPTION: At dusk\n[[./trees.jpg]]\n#+begin_src sh\nsecret\n#+end_src
- [X] the /saw/\n| Boskoop | 40 |\n|---+---|\n`
  ],
  [
    'a.rst',
    `======\nWinter\n======\n\n:Date: 2021-03-04 10:20\n:Tags: apples, tools\n\nPruning\n-------\n\nWe cut the **old**\ntrees, see \`the shed <shed.md>\`_. [1]_\n
.. secret\n\n.. image:: trees.jpg\n   :alt: At dusk\n   :width: 200\n\n.. code-block:: sh\n\n   secret\n\n- the *saw*\n\n=======  ==\nBoskoop  40\n=======  ==\n`
  ],
  [
    'a.adoc',
    `= Winter\nAda Moss <a@example.org>\nv1, 2021-03-04\n:tags: apples, tools\n:imagesdir: .\n\n== Pruning\n\nWe cut the *old*\ntrees, see link:shed.md[the shed].\n
// secret\nimage::trees.jpg[At dusk,200]\n\n[source,sh]\n----\nsecret\n----\n\n* the _saw_\n\n|===\n|Boskoop |40\n|===\n`
  ],
  [
    'a.tex',
    `\\documentclass{article}\\usepackage{secret}\\title{Winter}\\date{2021-03-04}\\begin{document}\\maketitle\n\\section{Pruning}\\label{secret}
We cut the \\textbf{old}\ntrees, see \\href{shed.md}{the shed}. % secret\n\n\\begin{figure}[h]\\includegraphics[width=2cm]{trees.jpg}\\caption{At dusk}\\end{figure}
$secret$ \\begin{verbatim}secret\\end{verbatim}\n\\begin{itemize}\\item the \\emph{saw}\\end{itemize}\n\\begin{tabular}{ll}Boskoop & 40\\end{tabular}\n\\end{document}`
  ]
]

describe('a text with light marks', () => {
  test.each(marked)('%s says what its writer meant, and shows what it names', async (name, text) => {
    const read = await saidBy(name, text)
    expect(read).toMatchObject({ title: 'Winter', date: expect.stringMatching(/^2021-03-04/) as string })
    for (const words of ['Pruning', 'We cut the old trees, see the shed.', 'At dusk', 'the saw', 'Boskoop 40'])
      expect(read.text.replace(/ +/g, ' ')).toContain(words)
    expect(read.text).not.toContain('secret')
    expect(read.links.map(([kind, target, said]) => [kind, target.replace(/^\.\//, ''), said])).toEqual(
      expect.arrayContaining([
        ['link', 'shed.md', 'the shed'],
        ['embed', 'trees.jpg', 'At dusk']
      ])
    )
    if (name !== 'a.tex') expect(read.tags.toSorted()).toEqual(['apples', 'tools'])
  })

  test('letters of TeX are the letters that they make', async () => {
    const tex = `\\"{o}\\"a \\'{e} \\c{c} \\v{s} \\ss{} \\o re --- \\\`a, 5\\%`
    expect((await saidBy('b.tex', `Names: ${tex}`)).text).toBe('Names: öä é ç š ß ø re — à, 5%')
  })
})

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

describe('what stands beside a Word document’s text', () => {
  const run = (text: string): string => `<w:r><w:t>${text}</w:t></w:r>`
  test('is read after it: boxes, equations, readings, fields, headers, comments, and what is said of pictures', async () => {
    const body = `${wordParagraph('In the flow')}<w:p><w:r><mc:AlternateContent xmlns:mc="mc"><mc:Choice><w:drawing><wp:docPr xmlns:wp="wp" id="1" descr="A gazebo"/><wps:txbx xmlns:wps="wps"><w:txbxContent><w:p>${run('In a box')}</w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:p>${run('In a box')}</w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>
      <w:p><m:oMath xmlns:m="m"><m:r><m:t>E=mc</m:t></m:r></m:oMath></w:p>
      <w:p><w:r><w:ruby><w:rt>${run('いけ')}</w:rt><w:rubyBase>${run('池')}</w:rubyBase></w:ruby></w:r></w:p>
      <w:p><w:fldSimple w:instr="AUTHOR">${run('Ada Moss')}</w:fldSimple></w:p><w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>`
    const part = (name: string, text: string): Uint8Array =>
      Buffer.from(`<w:${name} xmlns:w="w"><w:p>${run(text)}</w:p></w:${name}>`)
    const extra = { 'word/header1.xml': part('hdr', 'The Society'), 'word/comments.xml': part('comments', 'Ask again') }
    const { text } = await saidBy('a.docx', docxFile(body, { extra }))
    for (const words of [
      'In the flow',
      'In a box',
      'E=mc',
      '池',
      'いけ',
      'Ada Moss',
      'The Society',
      'Ask again',
      'A gazebo'
    ])
      expect(text).toContain(words)
    expect(text.match(/In a box/g)).toHaveLength(1)
    expect(text).not.toContain('gone')
  })
})

describe('hostile documents cost nothing but themselves', () => {
  const entities = `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${'b'
    .split('')
    .map(n => `<!ENTITY ${n} "${'&a;'.repeat(50)}">`)
    .join('')}]>`
  test.each([
    ['groups without end', 'a.rtf', `{\\rtf1 ${'{'.repeat(200_000)}`],
    ['elements without end', 'a.odt', openDocument('<text:span>'.repeat(200_000))],
    ['rows within rows', 'b.odt', openDocument(`<table:table-row>`.repeat(50_000))],
    ['entities of its own', 'a.opml', `<?xml version="1.0"?>${entities}<opml><outline text="&b;"/></opml>`],
    [
      'a chapter that is not there',
      'a.epub',
      archive({ mimetype: 'application/epub+zip', 'META-INF/container.xml': '<rootfile full-path="x"/>' })
    ],
    [
      'parts within parts',
      'a.eml',
      Array.from({ length: 300 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join('')
    ],
    ['cells without end', 'b.ipynb', `{"cells": ${'['.repeat(50_000)}`],
    ['quotes without end', 'a.csv', '"a,'.repeat(100_000)],
    ['marks without end', 'b.org', '*a'.repeat(200_000)],
    ['sections without end', 'b.tex', '\\section{'.repeat(100_000)],
    ['braces without end', 'a.tex', `\\section{${'{'.repeat(100_000)}`]
  ])('%s', async (_, name, content) => {
    const read = await readContent(name, content)
    const length = typeof read === 'string' || read.kind === 'failure' ? 0 : read.text.length
    expect(length).toBeLessThan(1_000_000)
  })

  const names = ['a.rtf', 'a.org', 'a.rst', 'a.adoc', 'a.tex', 'a.csv', 'a.eml', 'a.ipynb', 'a.opml', 'a.mdx'] as const
  const seeds: readonly string[] = [
    '{\\rtf1\\ansi ',
    "\\'e4{}\\u12 ?",
    '#+CAPTION: [[a]]\n',
    '====\n.. image:: x\n',
    'image::a[b]\n',
    '\\begin{a}{b}$',
    '"a",;\n',
    'From: a\r\n\r\n',
    '{"cells":[{}]}',
    '<opml><outline text="a"/>'
  ]
  test('whatever a text holds, it is read or refused in a sentence', async () => {
    const content = fc.array(fc.oneof(fc.constantFrom(...seeds), fc.string({ maxLength: 12 })), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), content, async (name, parts) => {
        const text = parts.join('')
        const read = await readContent(name, text === '' ? 'x' : text)
        if (typeof read === 'string') return
        if (read.kind === 'failure') expect(read.reason, text).not.toMatch(/could not be read \(/)
        else expect(read.passages.length).toBeGreaterThan(0)
      }),
      { numRuns: 400 }
    )
  })

  test('a package with any byte changed is read or refused in a sentence', async () => {
    const packages = {
      'a.odt': openDocument('<text:p>One</text:p>'),
      'a.pptx': presentation([shape('title', 'One')], ['Two']),
      'a.xlsx': workbook({ One: '<row><c><v>1</v></c></row>' }, []),
      'a.epub': book({ 'a.xhtml': '<html><body><p>One</p></body></html>' })
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(packages) as (keyof typeof packages)[])),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (name, at, by) => {
          const bytes = Uint8Array.from(packages[name])
          bytes[at % bytes.length]! ^= by
          const read = await readContent(name, bytes)
          if (typeof read !== 'string' && read.kind === 'failure')
            expect(read.reason).not.toMatch(/could not be read \(/)
        }
      ),
      { numRuns: 300 }
    )
  })
})

describeWithData('the documents that people have', ['people', 'documents'], root => {
  const words: Readonly<Record<string, string>> = {
    ...{ 'letter.odt': 'apricots', 'minutes.rtf': 'garden club', 'TXT.rtf': 'Diary', 'novel.epub': 'mill wheel' },
    ...{
      'garden.adoc': 'Turn it in March',
      'lab.ipynb': 'Lake temperatures',
      'list.csv': 'Heron',
      'log.log': 'walked'
    },
    ...{
      'mail.eml': 'sails',
      'outline.opml': 'Paint the gate',
      'page.mht': 'Old apple kinds',
      'paper.tex': 'Moss growth'
    },
    ...{ 'post.mdx': 'We flew three', 'readme.rst': 'Around the pond', 'todo.org': 'Repair the greenhouse' }
  }
  test('are read, or said to be of a kind that is not', async () => {
    const files = globSync('**/*.*', { cwd: root }).filter(path => !path.endsWith('.rtfd'))
    expect(files.length).toBeGreaterThanOrEqual(19)
    for (const path of files.filter(name => words[basename(name)] !== undefined)) {
      const read = await readAny(join(root, path))
      expect(read, path).toMatchObject({
        kind: 'note',
        text: expect.stringContaining(words[basename(path)]!) as string
      })
    }
    expect(await readAny(join(root, 'notes.one'))).toBe('a OneNote notebook')
  })
})

describeWithData('text that is not in a Word document’s main flow', ['reports', 'R23-docx'], root => {
  test.each([
    ['a_textbox', ['rhubarb', 'gazebo']],
    ['h_header', ['Balestrand']],
    ['i_comment', ['salsify']],
    ['b_textbox_alt', ['quince']],
    ['c_strict', ['gooseberry']],
    ['e_tracked', ['parsnips']],
    ['f_sdt', ['celeriac']],
    ['g_footnote', ['tachyon']]
  ])('%s', async (name, words) => {
    const read = await readAny(join(root, `${name}.docx`))
    const text = typeof read === 'string' || read.kind === 'failure' ? '' : read.text
    for (const word of words) expect(text).toContain(word)
    expect(text).not.toContain('turnips')
  })
})

describeWithData('notes of Joplin and of Ulysses', ['people'], root => {
  test('are called as their writers called them', async () => {
    const title = async (path: string): Promise<unknown> => {
      const read = await readAny(join(root, path))
      return typeof read === 'string' || read.kind === 'failure' ? read : read.title
    }
    const id = '7b8b965ad4bca0e41ab51de7b31363a1'
    expect(await title(`joplin-raw/${id}.md`)).toBe('Beehive inspection in May')
    expect(await title('textbundle/Letters from the harbour.textbundle/text.md')).toBe('Letters from the harbour')
    expect(await title('textbundle/Tide tables.textbundle/text.markdown')).toBe('Tide tables')
    expect(await title('documents/note.textpack')).not.toBe('not looked at')
  })
})
