import { describe, expect, test } from 'vitest'
import { docxFile, wordParagraph } from '../docx-file.ts'
import { saidBy } from './read-any.ts'

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
