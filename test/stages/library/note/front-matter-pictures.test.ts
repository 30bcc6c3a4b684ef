import fc from 'fast-check'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { NoteReading } from '../../../../src/main/engine/base/domain.ts'
import { readFrontMatter } from '../../../../src/main/engine/stages/library/note/front-matter.ts'
import { readNote } from '../../../../src/main/engine/stages/library/note/read-note.ts'
import { minePairs } from '../../../../src/main/engine/stages/library/pairs.ts'
import { resolveLinks } from '../../../../src/main/engine/stages/library/links.ts'
import { stepsAtOnce } from '../../../../src/main/engine/base/give-way.ts'
import { describeWithData } from '../../../tools/shared-data.ts'
import { temporaryFolder } from '../../../tools/temporary-folder.ts'
import { note } from './note-file.ts'

const picturesOf = (text: string): [string, string][] =>
  readFrontMatter(text).links.map(({ target, text: said }) => [target, said])

describe('what front matter says of a picture is its caption', () => {
  test.each([
    [
      'Hugo’s resources',
      'resources:\n- src: tram.jpg\n  title: Yellow tram\n- src: pix/tiles.jpg\n  name: header\n  title: Tiles\n  params: {alt: Blue tiles, cover: true}',
      [
        ['tram.jpg', 'Yellow tram'],
        ['pix/tiles.jpg', 'Tiles'],
        ['pix/tiles.jpg', 'Blue tiles']
      ]
    ],
    [
      'Jekyll’s gallery, whose small picture is the same',
      'gallery:\n  - url: /assets/quay.jpg\n    image_path: /assets/quay-th.jpg\n    alt: The quay at dusk',
      [
        ['/assets/quay.jpg', 'The quay at dusk'],
        ['/assets/quay-th.jpg', 'The quay at dusk']
      ]
    ],
    [
      'Jekyll’s header',
      'header:\n  image: /a.jpg\n  image_description: A rainbow\n  caption: "Photo: [Ann](https://x.example)"',
      [
        ['/a.jpg', 'A rainbow'],
        ['/a.jpg', 'Photo: Ann']
      ]
    ],
    ['images with captions', 'images:\n  - {image: b.jpg, caption: "A *small* boat"}', [['b.jpg', 'A small boat']]],
    [
      'a cover with its words beside it',
      'title: Post\ncover_image: c.jpg\ncover_image_alt: Two goats',
      [['c.jpg', 'Two goats']]
    ],
    ['a cover in a mapping', 'cover:\n  image: c.jpg\n  alt: Two goats', [['c.jpg', 'Two goats']]],
    [
      'photos by their names',
      'photos:\n  d.jpg: A windmill\n  e.jpg: A dyke',
      [
        ['d.jpg', 'A windmill'],
        ['e.jpg', 'A dyke']
      ]
    ],
    [
      'photos as pairs',
      'photos:\n  - [d.jpg, A windmill]\n  - [e.jpg, A dyke]',
      [
        ['d.jpg', 'A windmill'],
        ['e.jpg', 'A dyke']
      ]
    ],
    [
      'photos alone',
      'photos: [d.jpg, e.jpg]',
      [
        ['d.jpg', ''],
        ['e.jpg', '']
      ]
    ],
    ['one without words, in a list', 'resources:\n  - src: f.jpg', [['f.jpg', '']]]
  ])('%s', (_, yaml, pictures) => {
    expect(picturesOf(`---\n${yaml}\n---\nText`)).toEqual(pictures)
  })

  test('in TOML, also where a title of the page follows', () => {
    const toml =
      '+++\ntitle = "Lisbon"\n[[resources]]\nsrc = "tram.jpg"\ntitle = "Yellow \\"28\\" tram"\n[resources.params]\nalt = "A tram"\n[[resources]]\nsrc = \'t.jpg\'\n[taxonomies]\ntags = ["city"]\n+++\n'
    expect(picturesOf(toml)).toEqual([
      ['tram.jpg', 'Yellow "28" tram'],
      ['tram.jpg', 'A tram'],
      ['t.jpg', '']
    ])
    expect(readFrontMatter(toml)).toMatchObject({ title: 'Lisbon', tags: ['city'] })
  })

  test('in JSON', () => {
    const json = '{\n  "title": "Lisbon",\n  "resources": [{ "src": "a.jpg", "title": "A funicular" }]\n}\nText'
    expect(picturesOf(json)).toEqual([['a.jpg', 'A funicular']])
    expect(json.slice(readFrontMatter(json).end)).toBe('Text')
    expect(readFrontMatter('{\nNote: words in braces\n}\nText').end).toBe(0)
  })

  test('but the page’s title, an author’s and a search engine’s words are not', () => {
    const yaml =
      'title: A walk\nimage: a.jpg\nauthor: {name: Ann, image: ann.jpg, description: Writes}\nseo: {image: o.jpg, title: Walks}'
    expect(picturesOf(`---\n${yaml}\n---\n`)).toEqual([['a.jpg', '']])
  })
})

test('captions are words of the note, each once, where they were written', async () => {
  const text =
    '---\ngallery:\n  - url: a.jpg\n    image_path: a-th.jpg\n    alt: The quay at dusk\n  - image_path: b.jpg\n    title: Nets :counter\n---\nAt the sea.'
  const read = await note('words.md', text)
  expect(read.passages.map(passage => passage.text)).toEqual(['The quay at dusk\nNets\nAt the sea.'])
  expect(read.links.map(({ target, text: said, part }) => [target, said, part])).toEqual([
    ['a.jpg', 'The quay at dusk', 0],
    ['a-th.jpg', 'The quay at dusk', 0],
    ['b.jpg', 'Nets 1', 0]
  ])
})

const folder = temporaryFolder()

async function bundle(name: string, index: string, pictures: readonly string[]): Promise<NoteReading> {
  for (const path of ['', ...pictures.map(picture => join(picture, '..'))])
    mkdirSync(join(folder, name, path), { recursive: true })
  for (const picture of pictures) writeFileSync(join(folder, name, picture), '')
  const path = join(folder, name, 'index.md')
  writeFileSync(path, index)
  const read = await readNote(path, 'markdown', { modifiedMs: 0, contentHash: 'hash' })
  if (read.kind === 'failure') throw new Error(read.reason)
  return read
}

test('a pattern says its title of every picture that it stands for, with numbers, and of none that has its own', async () => {
  const yaml =
    'resources:\n- src: "*.JPG"\n  title: Fish market :counter\n- src: b.jpg\n  title: A monkfish\n- src: "**.png"\n  title: Drawn by Ada'
  const read = await bundle('patterns', `---\n${yaml}\n---\n`, [
    'a.jpg',
    'b.jpg',
    'c.jpg',
    'pix/d.png',
    'pix/e.jpg',
    'x.pdf'
  ])
  expect(read.links.map(({ target, text }) => [target, text]).sort()).toEqual([
    ['a.jpg', 'Fish market 1'],
    ['b.jpg', 'A monkfish'],
    ['c.jpg', 'Fish market 2'],
    ['pix/d.png', 'Drawn by Ada']
  ])
  expect(read.passages[0]?.text).toBe('Fish market\nA monkfish\nDrawn by Ada')
})

test('photos of a gallery are pairs with their captions, as good as alternative texts', async () => {
  const yaml =
    'resources:\n- src: tram.jpg\n  title: Yellow tram in the Alfama\n- src: tiles.jpg\n  title: Blue tiles on a wall'
  const read = await bundle('pairs', `---\ntitle: Lisbon\n${yaml}\n---\n`, ['tram.jpg', 'tiles.jpg'])
  const item = (itemId: number, path: string, kind: 'note' | 'photo') => ({
    ...{ itemId, path, kind, folderId: 1, title: null, description: null, keywords: [] }
  })
  const items = [
    item(1, 'pairs/index.md', 'note'),
    item(2, 'pairs/tram.jpg', 'photo'),
    item(3, 'pairs/tiles.jpg', 'photo')
  ]
  const toResolve = read.links.map((link, linkId) => ({ linkId, fromPath: 'pairs/index.md', folderId: 1, ...link }))
  const resolved = resolveLinks(toResolve, items)
  const links = read.links.map((link, i) => ({
    ...link,
    fromId: 1,
    toId: resolved[i]?.toId ?? null,
    isGuess: resolved[i]?.isGuess !== false
  }))
  const pairs = stepsAtOnce(minePairs(items, links)).map(({ photoId, text, reason, weight }) => [
    photoId,
    text,
    reason,
    weight
  ])
  expect(pairs).toEqual([
    [2, 'Yellow tram in the Alfama', 'alt-text', 1],
    [3, 'Blue tiles on a wall', 'alt-text', 1]
  ])
})

describeWithData('a page of Hugo with its gallery', ['people'], root => {
  test('has a caption for each photo', async () => {
    const path = join(root, 'hugo-gallery/content/lisbon/index.md')
    const read = await readNote(path, 'markdown', { modifiedMs: 0, contentHash: 'hash' })
    expect(read).toMatchObject({
      title: 'Lisbon',
      links: [
        { kind: 'embed', target: 'tram.jpg', text: 'Yellow tram squeezing through the Alfama' },
        { kind: 'embed', target: 'tiles.jpg', text: 'Blue tiles on a bakery wall' }
      ]
    })
  })
})

test('whatever front matter says, reading it throws nothing and every place is in the note', () => {
  const key = fc.constantFrom(
    'src',
    'title',
    'image',
    'params',
    'alt',
    'resources',
    'gallery',
    'a.jpg',
    'x y',
    ':counter'
  )
  const value = fc.oneof(fc.constantFrom('a.jpg', '*.jpg', '{a,b}.png', ':counter', '[', '"', '**'), fc.string())
  const { tree } = fc.letrec(tie => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      value,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 })
    )
  }))
  fc.assert(
    fc.property(fc.dictionary(key, tree, { maxKeys: 5 }), fc.constantFrom('---', '+++', ''), (root, mark) => {
      const written = JSON.stringify(root, null, mark === '' ? 1 : 0)
      const text =
        mark === '' ? `${written}\nText` : `${mark}\n${mark === '+++' ? `a = ${written}` : written}\n${mark}\nText`
      const { blocks, links } = readFrontMatter(text)
      for (const { pieces } of blocks)
        for (const { start, end } of pieces) expect(start >= 0 && start <= end && end <= text.length).toBe(true)
      for (const { start } of links) expect(start >= 0 && start <= text.length).toBe(true)
    }),
    { numRuns: 300 }
  )
})
