import { describe, expect, test } from 'vitest'
import { book, openDocument, presentation, shape, workbook } from './packages.ts'
import { readContent, saidBy } from './read-any.ts'

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

test('an OpenDocument in one file is read as one in a package; the pictures in it are no text', async () => {
  const flat = (kind: string, body: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="o" xmlns:text="t" xmlns:dc="d" xmlns:meta="m" xmlns:draw="w" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.${kind}">
<office:meta><dc:title>Pond diary</dc:title><meta:creation-date>2021-05-06T07:08:09</meta:creation-date><meta:keyword>birds</meta:keyword></office:meta>
<office:body><office:${kind}>${body}</office:${kind}></office:body></office:document>`
  const picture =
    '<draw:frame><draw:image><office:binary-data>iVBORw0KGgo</office:binary-data></draw:image></draw:frame>'
  expect(await saidBy('a.fodt', flat('text', `<text:p>Two herons${picture}</text:p>`))).toMatchObject({
    ...{ title: 'Pond diary', date: '2021-05-06 07:08', tags: ['birds'], text: 'Two herons' }
  })
  expect((await saidBy('a.fodp', flat('presentation', '<text:p>Raft plans</text:p>'))).text).toBe('Raft plans')
  expect(await readContent('a.fodg', flat('graphics', '<text:p>Drawn</text:p>'))).toBe('an XML file')
})

test('a text for a wiki is read as it was written', async () => {
  expect((await saidBy('a.textile', 'h1. Weirs\n\nThe *old* weir')).text).toContain('The *old* weir')
  expect((await saidBy('a.mediawiki', '== Weirs ==\nThe [[old]] weir')).text).toContain('[[old]]')
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
