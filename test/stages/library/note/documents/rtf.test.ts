import { describe, expect, test } from 'vitest'
import { saidBy } from './read-any.ts'

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
