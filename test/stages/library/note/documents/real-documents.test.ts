import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { describeWithData } from '../../../../tools/shared-data.ts'
import { readAny } from './read-any.ts'

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
