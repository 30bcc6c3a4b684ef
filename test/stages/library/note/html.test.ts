import { expect, test } from 'vitest'
import { note } from './note-file.ts'

const page = `<!doctype html><html><head><title>The &amp; garden</title>
<meta name="description" content="About a hedgehog"><meta name="keywords" content="garden, animals">
<meta property="article:published_time" content="2021-05-03T10:00:00Z"><style>p { color: red }</style></head>
<body><nav>Home</nav><h1>Our garden</h1><p>A <b>hedge</b>hog&nbsp;came.<br>It ate.</p>
<script>alert('x')</script><template>hidden</template><p hidden>not seen</p>
<h2>Winter</h2><ul><li>Leaves</li><li>Snow</li></ul><table><tr><td>a</td><td>b</td></tr></table>
<pre><code>let x = 1</code></pre><pre>A poem
of two lines</pre>
<figure><img src="/pix/h%20g.jpg"><figcaption>At <i>night</i></figcaption></figure><img src="data:image/gif;base64,AAAA" data-src="lazy.jpg" alt="Lazy">
<a href="other.html#x">Another page</a> <a href="https://x.example">Far away</a></body></html>`

test('a page is its prose under its headings; scripts, styles, menus and hidden parts are not', async () => {
  const read = await note('x.html', page)
  expect(read.passages.map(({ heading, text }) => [heading, text])).toEqual([
    ['', 'About a hedgehog'],
    ['Our garden', 'Our garden\nA hedgehog came. It ate.'],
    ['Our garden › Winter', 'Winter\nLeaves\nSnow\na b\nA poem of two lines\nAt night\nLazy Another page Far away']
  ])
})

test('the head gives title, date and keywords', async () => {
  const read = await note('x.html', page)
  expect(read).toMatchObject({ title: 'The & garden', tags: ['garden', 'animals'] })
  expect(read.date).toEqual({ localMs: Date.UTC(2021, 4, 3, 10), offsetMinutes: 0, source: 'document' })
})

test('pictures come with alt text or caption, local links with their text', async () => {
  const read = await note('x.html', page)
  expect(read.links.map(({ kind, target, text }) => [kind, target, text])).toEqual([
    ['embed', '/pix/h g.jpg', 'At night'],
    ['embed', 'lazy.jpg', 'Lazy'],
    ['link', 'other.html', 'Another page']
  ])
})

test('offsets point into the source', async () => {
  const read = await note('x.html', page)
  const garden = read.passages[1]
  expect(page.slice(garden?.start, garden?.end)).toBe('Our garden</h1><p>A <b>hedge</b>hog&nbsp;came.<br>It ate.')
})

test('text between the rows of a table stays where it was written', async () => {
  const read = await note(
    'x.html',
    '<p>one</p><table><tr><td>two</td></tr>three<tr><td>four</td></tr></table><p>five</p>'
  )
  const words = read.passages.flatMap(passage => passage.text.split(/\s+/))
  expect(words).toEqual(['one', 'two', 'three', 'four', 'five'])
})

test('a page nested a hundred thousand deep is read', async () => {
  expect((await note('x.html', '<div>'.repeat(100_000) + 'bottom')).passages[0]?.text).toBe('bottom')
})
