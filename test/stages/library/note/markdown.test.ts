import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { note } from './note-file.ts'

const textOf = async (markdown: string): Promise<string> =>
  (await note('x.md', markdown)).passages.map(passage => passage.text).join('\n\n')
const linksOf = async (markdown: string): Promise<[string, string, string][]> =>
  (await note('x.md', markdown)).links.map(({ kind, target, text }) => [kind, target, text])

test('what a reader would read is prose; markup, addresses, code and comments are not', async () => {
  const markdown = [
    'Some **bold**face, `inline code`, a [link](https://a.example/x) and https://b.example/.',
    '```js\nconst code = 1\n```',
    '    indented code',
    '<!-- a comment -->',
    '%% an Obsidian comment %%',
    '> [!tip] A callout\n> goes on',
    '1. first\n2. second\n   - inner',
    '| A | B |\n|---|---|\n| c | d |',
    'End[^1].\n\n[^1]: A footnote.\n\n[unused]: https://c.example/'
  ].join('\n\n')
  expect(await textOf(markdown)).toBe(
    'Some boldface, inline code, a link and .\nA callout goes on\nfirst\nsecond\ninner\nA B\nc d\nEnd.\nA footnote.'
  )
})

test('the title is that of the front matter, else the first top heading, else the file name', async () => {
  expect((await note('x.md', '---\ntitle: Mine\n---\n# Other')).title).toBe('Mine')
  expect((await note('x.md', 'Text\n\n## Small\n\n# The *garden*')).title).toBe('The garden')
  expect((await note('2021-05-03-the_first-hedgehog.md', 'Text')).title).toBe('The first hedgehog')
})

test('offsets point into the source, so that a hit can be highlighted there', async () => {
  const source = 'Some **bold** words &amp; [a link](x.md).\n'
  const read = await note('x.md', source)
  const [passage] = read.passages
  expect(passage?.text).toBe('Some bold words & a link.')
  expect(source.slice(passage?.start, passage?.end)).toBe('Some **bold** words &amp; [a link](x.md).')
})

test('pictures are links with their alt text, wherever they are written', async () => {
  expect(
    await linksOf(
      [
        '![A hedgehog](pix/a%20b.jpg?w=3#x "in *June*")',
        '![](c.jpg "Only a title")',
        '![By reference][r] and [a note](../n.md)',
        '<img src="d.jpg" alt="In &lt;HTML&gt;">',
        '<figure><img src="e.jpg"><figcaption>A caption</figcaption></figure>',
        '<figure>\n\n![](f.jpg)\n\n<figcaption>Apart</figcaption>\n</figure>',
        '{{< figure src="/img/g.png" caption="From Hugo" >}}',
        '{% include figure.html image_path="/img/h.png" alt="From Jekyll" %}',
        '[![Inside](i.jpg)](https://x.example)',
        '![remote](https://x.example/a.jpg) ![data](data:image/png;base64,AAAA) [mail](mailto:a@b.example) [here](#x)',
        '[r]: j.jpg'
      ].join('\n\n')
    )
  ).toEqual([
    ['embed', 'pix/a b.jpg', 'A hedgehog'],
    ['embed', 'c.jpg', 'Only a title'],
    ['embed', 'j.jpg', 'By reference'],
    ['link', '../n.md', 'a note'],
    ['embed', 'd.jpg', 'In <HTML>'],
    ['embed', 'e.jpg', 'A caption'],
    ['embed', 'f.jpg', 'Apart'],
    ['embed', '/img/g.png', 'From Hugo'],
    ['embed', '/img/h.png', 'From Jekyll'],
    ['embed', 'i.jpg', 'Inside']
  ])
})

test('Obsidian links keep their alias as prose; sizes of pictures are none', async () => {
  const markdown =
    'See [[Garden|the *garden*]], [[Pond#Frogs]] and [[a/b.md]]. ![[photo one.png|300]] ![[p.jpg|A frog|200x100]] ![[Other note]]\n\n`[[code]]`\n\n```\n[[fence]]\n```'
  expect(await linksOf(markdown)).toEqual([
    ['wikilink', 'Garden', 'the *garden*'],
    ['wikilink', 'Pond', ''],
    ['wikilink', 'a/b.md', ''],
    ['embed', 'photo one.png', ''],
    ['embed', 'p.jpg', 'A frog'],
    ['wikilink', 'Other note', '']
  ])
  expect(await textOf(markdown)).toBe('See the garden, Pond#Frogs and a/b.md. A frog\n[[code]]')
})

test('a link knows the passage that it stands in', async () => {
  const read = await note('x.md', '# One\n\nText ![](a.jpg)\n\n# Two\n\n![](b.jpg)\n\nMore.')
  expect(read.links.map(({ target, part, start }) => [target, part, start])).toEqual([
    ['a.jpg', 0, 12],
    ['b.jpg', 1, 31]
  ])
})

test('the heading that a link leads to is no tag', async () => {
  const links = [
    '[below](#soup)',
    '[#soup](#soup)',
    '[#stew][anchor]',
    '[two words](#hot soup)',
    '[[#Soup]]',
    '[[Recipes#Soup]]',
    '[[Recipes #Soup]]',
    '[[Recipes|see #Soup]]',
    '![[plan.png|the #plan]]'
  ]
  const read = await note('x.md', `${links.join(', ')} and #dinner (#lunch)\n\n[anchor]: #stew`)
  expect(read.tags).toEqual(['dinner', 'lunch'])
  expect(read.passages[0]!.text).toContain('Recipes Soup')
})

test('tags are those of the front matter and of the text, each once', async () => {
  const read = await note(
    'x.md',
    '---\ntags: [Garden, "#animals"]\n---\nA #hedgehog/small in the #garden, not #123, a#b or `#code`.'
  )
  expect(read.tags).toEqual(['Garden', 'animals', 'hedgehog/small'])
})

test('a note of pictures only is found by its title', async () => {
  expect((await note('our-garden.md', '![](a.jpg)')).passages).toEqual([
    { part: 0, start: 0, end: 0, heading: '', text: 'Our garden' }
  ])
})

test('a long note is read in sections; references and code over their borders still work', async () => {
  const filler = 'The hedgehog came back to the garden and ate the apples under the tree.\n\n'.repeat(400)
  const code = `\`\`\`\n${'secret code\n\n'.repeat(6000)}\`\`\`\n\n`
  const read = await note('x.md', `${filler}![First][pic]\n\n${code}${filler}![Second][pic]\n\n[pic]: p.jpg\n`)
  const all = read.passages.map(passage => passage.text).join('\n')
  expect(all.match(/hedgehog/g)).toHaveLength(800)
  expect(all).not.toContain('secret')
  expect(read.links.map(({ target, text }) => [target, text])).toEqual([
    ['p.jpg', 'First'],
    ['p.jpg', 'Second']
  ])
})

test.each([
  ['quotes in quotes', '> '.repeat(20_000) + 'end'],
  ['lists in lists', '- '.repeat(20_000) + 'end'],
  ['emphasis', '*a_ '.repeat(20_000) + 'end'],
  ['brackets', '![['.repeat(20_000) + 'end'],
  ['attributes', '![a](b (c)){'.repeat(20_000) + 'end'],
  ['addresses', '![a](b c ('.repeat(20_000) + 'end'],
  ['pictures that lead on', '[![a](b '.repeat(20_000) + 'end'],
  ['bars', `![[a.jpg${'|300'.repeat(20_000)} end`],
  ['shortcodes', '{{<a '.repeat(20_000) + 'end'],
  ['elements', '<div>'.repeat(20_000) + 'end']
])('hostile %s are read in reasonable time', async (_, markdown) => {
  const before = process.cpuUsage().user
  expect(await textOf(markdown)).toContain('end')
  expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(10)
})

test('whatever is written, every word of prose is in exactly one passage, where the offsets say', async () => {
  let count = 0
  const word = fc.constantFrom('garden', 'hedgehog', 'émigré', '刺猬', '🦔').map(name => `${name}${count++}q`)
  const around = fc.constantFrom(
    'W',
    '**W**',
    '*W*',
    '`W`',
    '[W](x.md)',
    '[[n|W]]',
    '[[W]]',
    '![W](a.jpg)',
    '![[a.jpg|W]]',
    '&amp;W',
    '~~W~~',
    '<b>W</b>',
    '\\*W',
    '<img src="a.jpg" alt="W">'
  )
  const inline = fc.tuple(word, around).map(([name, markup]) => ({ name, markdown: markup.replace('W', name) }))
  const line = fc.array(inline, { minLength: 1, maxLength: 40 })
  const block = fc.constantFrom(
    'L',
    '# L',
    '### L',
    '> L',
    '- L',
    '1. L\n2. x',
    '| L |\n|---|',
    '<p>L</p>',
    '- a\n\n  - L',
    '> - L',
    '[^1]: L',
    '<details>\n\nL\n\n</details>',
    'Setext L\n==='
  )
  const noise = fc.constantFrom('', '```\ncode\n```', '<!-- c -->', '---', '%% c %%', '![](x.png)')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(block, line, noise), { minLength: 1, maxLength: 10 }),
      fc.constantFrom('\n', '\r\n'),
      async (plan, newline) => {
        const names = plan.flatMap(([, inlines]) => inlines.map(({ name }) => name))
        const markdown = plan
          .map(
            ([shape, inlines, rest]) =>
              `${shape.replace('L', inlines.map(entry => entry.markdown).join(' '))}\n\n${rest}`
          )
          .join('\n\n')
          .replaceAll('\n', newline)
        const read = await note('x.md', markdown)
        let end = 0
        for (const passage of read.passages) {
          expect(passage.start).toBeGreaterThanOrEqual(end)
          end = passage.end
        }
        for (const name of names) {
          const holding = read.passages.filter(passage => passage.text.includes(name))
          expect(holding.map(passage => [name, passage.text.split(name).length - 1])).toEqual([[name, 1]])
          expect(read.text.slice(holding[0]?.start, holding[0]?.end)).toContain(name)
        }
      }
    ),
    { numRuns: 60 }
  )
})

describe('pictures as editors accept them', () => {
  test.each([
    ['an address with spaces', '![A shed](../My Photo.jpg)', '../My Photo.jpg', 'A shed'],
    ['a size behind the address', '![A kite](kite.jpg =300x200)', 'kite.jpg', 'A kite'],
    ['a width alone', '![A kite](kite.jpg =50%x)', 'kite.jpg', 'A kite'],
    ['attributes of Logseq', '![A lamp](lamp.jpg){:height 200, :width 300}', 'lamp.jpg', 'A lamp'],
    ['attributes of kramdown', '![A lamp](lamp.jpg){: .center width="9"}', 'lamp.jpg', 'A lamp'],
    ['attributes of a wikilink', '![[lamp.jpg|A lamp]]{.wide}', 'lamp.jpg', 'A lamp'],
    ['Obsidian’s size', '![A door|300](door.jpg)', 'door.jpg', 'A door'],
    ['a size alone', '![300x200](door.jpg)', 'door.jpg', ''],
    ['spaces in angle brackets, and a size', '![A shed](<my shed.jpg> =120x)', 'my shed.jpg', 'A shed'],
    ['brackets in a name', '![A shed](my shed (1).jpg)', 'my shed (1).jpg', 'A shed'],
    ['a title before the size', '![](my shed.jpg "Our shed" =300x200)', 'my shed.jpg', 'Our shed'],
    ['a title in single quotes', "![](my shed.jpg 'Our shed' =300x200)", 'my shed.jpg', 'Our shed'],
    ['a size without space', '![A shed](shed.jpg "Ours"=300x)', 'shed.jpg', 'A shed'],
    ['brackets in the words', '![A shed [old]](my shed.jpg)', 'my shed.jpg', 'A shed [old]'],
    ['one that leads to itself', '[![A shed](my shed.jpg =200x)](my shed.jpg)', 'my shed.jpg', 'A shed'],
    ['words and a size in a table', '| a |\n|---|\n| ![[boat.jpg\\|A dinghy\\|300]] |', 'boat.jpg', 'A dinghy'],
    ['a place and a size of a theme', '![[boat.jpg|right|A dinghy|300]]', 'boat.jpg', 'A dinghy'],
    ['a place alone', '![[boat.jpg|center|200]]', 'boat.jpg', ''],
    ['a width in percent', '![A door|30%](door.jpg)', 'door.jpg', 'A door'],
    ['a height alone', '![A door|x200](door.jpg)', 'door.jpg', 'A door'],
    ['a width by its name', '![A door|width=200](door.jpg)', 'door.jpg', 'A door'],
    ['attributes behind brackets in a name', '![A lamp](my lamp (2).jpg){width=50%}', 'my lamp (2).jpg', 'A lamp'],
    ['attributes behind a space', '![A lamp](lamp.jpg) {width=50%}', 'lamp.jpg', 'A lamp'],
    ['attributes behind a reference', '![A lamp][r]{height=20}\n\n[r]: lamp.jpg', 'lamp.jpg', 'A lamp'],
    ['a bar that a table escapes', '| a |\n|---|\n| ![[boat.jpg\\|A dinghy]] |', 'boat.jpg', 'A dinghy'],
    [
      'Joplin’s own address',
      '![A well](:/0123456789abcdef0123456789abcdef)',
      '0123456789abcdef0123456789abcdef.jpg',
      'A well'
    ]
  ])('%s', async (_, markdown, target, text) => {
    const read = await note('picture.md', `# Title\n\n${markdown}\n`)
    expect(read.links).toMatchObject([{ kind: 'embed', target, text }])
    const said = read.passages.map(passage => passage.text).join(' ')
    if (text !== '') expect(said).toContain(text)
    expect(said).not.toMatch(/300|200|120|30%|50%|x\)|height|width|wide|right|center|\{|=|\|/)
  })

  test.each([
    '![A night](a.jpg)Everyone',
    '![A night](a.jpg)*Everyone*',
    '![[a.jpg|A night]]Everyone',
    '![A night](my a.jpg)Everyone'
  ])('what touches one is a word of its own: %s', async markdown => {
    const read = await note('touching.md', `${markdown} slept`)
    expect(read.passages[0]?.text.replace(/ +/g, ' ')).toBe('A night Everyone slept')
  })

  test('a title among its attributes is a person’s words, and stays', async () => {
    const read = await note('title.md', '![Chart](chart.png){title="They said I needed more pictures"}')
    expect(read.passages[0]?.text).toBe('Chart They said I needed more pictures')
    const sized = await note('sized.md', '![A night](a.jpg){width="50%" title="The long one"} and a day')
    expect(sized.passages[0]?.text.replace(/ +/g, ' ')).toBe('A night The long one and a day')
  })

  test('a sentence may end with one, and a link may have spaces too', async () => {
    const read = await note('end.md', 'See ![the gate](gate.jpg), or [the shed](My Shed.md).')
    expect(read.passages[0]?.text).toBe('See the gate, or the shed.')
    expect(read.links.map(({ kind, target }) => [kind, target])).toEqual([
      ['embed', 'gate.jpg'],
      ['link', 'My Shed.md']
    ])
  })
})

test('a note as Apple’s Notes export it has its pictures and papers beside it', async () => {
  const markdown =
    '# Seaside\n\n![](Attachments/IMG%201234.heic)\n\n<img src="Attachments/Pasted%20Graphic.png" alt="Sketch of the pier" />\n\n[Tickets.pdf](Attachments/Tickets.pdf)\n'
  const read = await note('Seaside.md', markdown)
  expect(read.title).toBe('Seaside')
  expect(read.links.map(({ kind, target, text }) => [kind, target, text])).toEqual([
    ['embed', 'Attachments/IMG 1234.heic', ''],
    ['embed', 'Attachments/Pasted Graphic.png', 'Sketch of the pier'],
    ['link', 'Attachments/Tickets.pdf', 'Tickets.pdf']
  ])
})
