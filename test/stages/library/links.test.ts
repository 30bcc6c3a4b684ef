import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  resolveLinks,
  resolvingLinks,
  type LinkableItem,
  type LinkToResolve
} from '../../../src/main/engine/stages/library/links.ts'

function library(...paths: string[]): LinkableItem[] {
  return paths.map((path, itemId) => ({
    itemId,
    kind: /\.(md|txt|html)$/i.test(path) ? 'note' : 'photo',
    folderId: 1,
    path
  }))
}

function target(
  items: readonly LinkableItem[],
  from: string,
  written: string,
  kind: LinkToResolve['kind'] = 'embed'
): string | null {
  return resolved(items, from, written, kind)?.[0] ?? null
}

function resolved(
  items: readonly LinkableItem[],
  from: string,
  written: string,
  kind: LinkToResolve['kind'] = 'embed'
): [path: string, trust: 'certain' | 'guess'] | null {
  const [answer] = resolveLinks([{ linkId: 7, fromPath: from, folderId: 1, target: written, kind }], items)
  expect(answer?.linkId).toBe(7)
  const path = items.find(item => item.itemId === answer?.toId)?.path
  return path === undefined ? null : [path, answer?.isGuess === true ? 'guess' : 'certain']
}

test('a path counts from where the note stands, then from the root of the folder', () => {
  const items = library('a/n.md', 'a/x.jpg', 'x.jpg', 'pix/y.jpg')
  expect(target(items, 'a/n.md', 'x.jpg')).toBe('a/x.jpg')
  expect(target(items, 'a/n.md', './x.jpg')).toBe('a/x.jpg')
  expect(target(items, 'a/n.md', '../x.jpg')).toBe('x.jpg')
  expect(target(items, 'a/n.md', 'pix/y.jpg')).toBe('pix/y.jpg')
  expect(target(items, 'a/n.md', '/x.jpg')).toBe('x.jpg')
})

test('a path from the root of a site is found below any folder', () => {
  const items = library('blog/content/n.md', 'blog/static/pix/x.jpg', 'blog/static/old/x.jpg')
  expect(target(items, 'blog/content/n.md', '/pix/x.jpg')).toBe('blog/static/pix/x.jpg')
  expect(target(items, 'blog/content/n.md', '/base/url/pix/x.jpg')).toBe('blog/static/pix/x.jpg')
  expect(target(items, 'blog/content/n.md', '/base/url/x.jpg')).toBeNull()
})

test('an address that says where it starts, and is not there, means nothing where several files bear the name', () => {
  const items = library('dishes/fish/fish.md', 'dishes/meat/done.jpg', 'dishes/egg/done.jpg', 'dishes/egg/raw.jpg')
  for (const written of ['./done.jpg', '../done.jpg', '/done.jpg', '.\\done.jpg'])
    expect(target(items, 'dishes/fish/fish.md', written), written).toBeNull()
  expect(target(items, 'dishes/egg/egg.md', './done.jpg')).toBe('dishes/egg/done.jpg')
  // One file bears it: perhaps it was moved. Nobody can know, so it is a guess.
  expect(resolved(items, 'dishes/fish/fish.md', './raw.jpg')).toEqual(['dishes/egg/raw.jpg', 'guess'])
  expect(resolved(items, 'dishes/egg/egg.md', './raw.jpg')).toEqual(['dishes/egg/raw.jpg', 'certain'])
  const sites = library('one/static/pix/x.jpg', 'two/static/pix/x.jpg')
  expect(target(sites, 'one/content/n.md', '/pix/x.jpg')).toBeNull()
  // A site and what was built of it: copies of one picture are one target.
  const built = sites.map(item => ({ ...item, contentHash: 'same' }))
  expect(resolved(built, 'one/content/n.md', '/pix/x.jpg')).toEqual(['one/static/pix/x.jpg', 'certain'])
})

test('the longest common end of the path decides which file is meant', () => {
  const items = library('pictures/fish/done.jpg', 'pictures/meat/done.jpg', 'notes/meat/done.jpg')
  expect(target(items, 'notes/fish/n.md', './done.jpg')).toBe('pictures/fish/done.jpg')
  expect(target(items, 'notes/fish/n.md', 'done.jpg')).toBe('pictures/fish/done.jpg')
  expect(target(items, 'notes/fish/n.md', '/x/pictures/meat/done.jpg')).toBe('pictures/meat/done.jpg')
})

test('a link is a guess where another file might be meant', () => {
  const items = library('a/n.md', 'b/x.jpg', 'c/x.jpg', 'c/only.jpg', 'static/pix/y.jpg', 'c/pix/z.jpg', 'd/pix/z.jpg')
  expect(resolved(items, 'a/n.md', 'x.jpg')).toEqual(['b/x.jpg', 'guess'])
  expect(resolved(items, 'c/n.md', 'x.jpg')).toEqual(['c/x.jpg', 'certain'])
  // A bare name is an address in Obsidian, as long as there is one file of that name.
  expect(resolved(items, 'a/n.md', 'only.jpg')).toEqual(['c/only.jpg', 'certain'])
  expect(resolved(items, 'a/n.md', '/pix/y.webp')).toEqual(['static/pix/y.jpg', 'certain'])
  expect(resolved(items, 'a/n.md', 'pix/z.jpg')).toEqual(['c/pix/z.jpg', 'guess'])
  // Only the note’s own path tells which `x.jpg`.
  expect(resolved(items, 'z/b/n.md', 'x.jpg')).toEqual(['b/x.jpg', 'guess'])
})

test('a picture that was converted is found by its name if that is unambiguous', () => {
  const items = library('notes/n.md', 'static/pix/a.jpg', 'static/pix/b.jpg', 'static/pix/b.png')
  expect(target(items, 'notes/n.md', '/pix/a.webp')).toBe('static/pix/a.jpg')
  expect(target(items, 'notes/n.md', '/pix/b.webp')).toBeNull()
  expect(target(items, 'notes/n.md', '/pix/b.png')).toBe('static/pix/b.png')
})

test('a wikilink is the note of that name, with or without extension, whatever the case, the nearest of several', () => {
  const items = library('Home.md', 'a/b/n.md', 'a/Garden.md', 'c/garden.md', 'c/v1.2 plan.md', 'pic.jpg')
  expect(target(items, 'a/b/n.md', 'garden', 'wikilink')).toBe('a/Garden.md')
  expect(target(items, 'c/x.md', 'Garden.md', 'wikilink')).toBe('c/garden.md')
  expect(target(items, 'a/b/n.md', 'c/garden', 'wikilink')).toBe('c/garden.md')
  expect(target(items, 'a/b/n.md', 'v1.2 plan', 'wikilink')).toBe('c/v1.2 plan.md')
  expect(target(items, 'a/b/n.md', 'pic.jpg', 'wikilink')).toBe('pic.jpg')
  expect(target(items, 'a/b/n.md', 'nothing', 'wikilink')).toBeNull()
})

test('an address of a page is the note that makes it', () => {
  const items = library('content/posts/first.md', 'content/posts/second/index.md', 'content/n.md')
  expect(target(items, 'content/n.md', '/posts/first/', 'link')).toBe('content/posts/first.md')
  expect(target(items, 'content/n.md', '/posts/second/', 'link')).toBe('content/posts/second/index.md')
})

test('composed and decomposed letters are the same, and so are cases, unless both exist', () => {
  const items = library('n.md', 'pix/Caf\u00e9.jpg', 'both/x.jpg', 'both/X.jpg')
  expect(target(items, 'n.md', 'pix/cafe\u0301.JPG')).toBe('pix/Caf\u00e9.jpg')
  expect(target(items, 'n.md', 'both/X.jpg')).toBe('both/X.jpg')
  expect(target(items, 'n.md', 'both/x.jpg')).toBe('both/x.jpg')
})

test('a link stays in its folder', () => {
  const items = [...library('a/n.md', 'secret.jpg'), { itemId: 9, kind: 'photo' as const, folderId: 2, path: 'x.jpg' }]
  expect(target(items, 'a/n.md', 'x.jpg')).toBeNull()
  expect(target(items, 'a/n.md', '../../../../etc/passwd', 'link')).toBeNull()
  expect(target(items, 'a/n.md', '', 'link')).toBeNull()
  expect(target(items, 'a/n.md', '..', 'link')).toBeNull()
})

test('a picture is embedded, never a note; a note that links to itself has no link', () => {
  const items = library('a.md', 'b.md')
  expect(target(items, 'a.md', 'b.md', 'embed')).toBeNull()
  expect(target(items, 'a.md', 'a.md', 'link')).toBeNull()
})

test('notes may be named by their absolute paths, of any system', () => {
  const items = library('a/n.md', 'a/x.jpg', 'x.jpg')
  expect(target(items, '/home/me/notes/a/n.md', 'x.jpg')).toBe('a/x.jpg')
  expect(target(items, 'C:\\Users\\me\\a\\n.md', 'x.jpg')).toBe('a/x.jpg')
  expect(target(items, 'a/n.md', '..\\x.jpg')).toBe('x.jpg')
})

// ── a naive second way: for each link, look at every item ──

const fold = (path: string): string => path.normalize('NFC').toLowerCase()
const stem = (path: string): string => path.replace(/(?<=[^/])\.[^./]*$/, '')

function normal(path: string): string | null {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..' && parts.length === 0) return null
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

/** How many parts two paths have in common at their ends. */
function commonEnd(a: string, b: string): number {
  const [one, other] = [a.split('/').reverse(), b.split('/').reverse()]
  const differs = one.findIndex((part, i) => part !== other[i])
  return differs < 0 ? one.length : differs
}

function naive(link: LinkToResolve, items: readonly LinkableItem[]): { toId: number | null; isGuess: boolean } {
  const nothing = { toId: null, isGuess: false }
  const directory = link.fromPath.split('/').slice(0, -1)
  const written = link.target.replace(/\/+$/, '')
  const saysStart = /^(\/|\.\.?(\/|$))/.test(written)
  const fromNote = written.startsWith('/') ? null : normal([...directory, written].join('/'))
  const whole = [fromNote, written.startsWith('.') ? null : normal(written)]
  const name = normal(written.replace(/^(\.{0,2}\/+)+/, ''))
  if (name === null || name === '') {
    const hit = items.find(item => fromNote !== null && item.folderId === link.folderId && item.path === fromNote)
    return hit === undefined || hit.path === link.fromPath ? nothing : { toId: hit.itemId, isGuess: false }
  }
  const rounds: {
    kind: string | null
    change: (path: string) => string
    ofItem: (path: string) => string
    unique: boolean
  }[] = [
    { kind: link.kind === 'embed' ? 'photo' : null, change: path => path, ofItem: path => path, unique: false },
    ...(link.kind === 'embed'
      ? [{ kind: 'photo', change: stem, ofItem: stem, unique: true }]
      : ['', ...(link.kind === 'link' ? ['/index', '/_index', '/readme'] : [])].map(page => ({
          kind: 'note',
          change: (path: string) => path + page,
          ofItem: stem,
          unique: false
        })))
  ]
  const choose = (
    list: LinkableItem[],
    spelled: string,
    ofItem: (path: string) => string,
    unique: boolean
  ): LinkableItem | null => {
    const isExact = (item: LinkableItem): boolean =>
      ofItem(item.path).normalize('NFC').endsWith(spelled.normalize('NFC'))
    const [winner] = list.toSorted(
      (a, b) =>
        Number(isExact(b)) - Number(isExact(a)) ||
        a.path.split('/').length - b.path.split('/').length ||
        (fold(a.path) < fold(b.path) ? -1 : fold(a.path) > fold(b.path) ? 1 : a.path < b.path ? -1 : 1)
    )
    if (winner === undefined) return null
    return unique && list.filter(item => stem(fold(item.path)) === stem(fold(winner.path))).length > 1 ? null : winner
  }
  const answer = ({ itemId, path }: LinkableItem, isGuess: boolean): ReturnType<typeof naive> =>
    path === link.fromPath ? nothing : { toId: itemId, isGuess }
  for (const { kind, change, ofItem, unique } of rounds) {
    const pool = items.filter(item => item.folderId === link.folderId && (kind === null || item.kind === kind))
    const folded = (item: LinkableItem): string => fold(ofItem(item.path))
    for (const path of whole) {
      if (path === null || path === '') continue
      const hit = choose(
        pool.filter(item => folded(item) === fold(change(path))),
        change(path),
        ofItem,
        unique
      )
      if (hit !== null) return answer(hit, false)
    }
    const base = change(fromNote ?? name)
    // A page that an address adds to a name is no part of the name.
    const added = change(name).split('/').length - name.split('/').length
    const least = Math.min(2, name.split('/').length) + added
    const lengths = new Set(pool.map(item => commonEnd(folded(item), fold(base))).filter(length => length >= least))
    for (const length of [...lengths].sort((a, b) => b - a)) {
      const fitting = pool.filter(item => commonEnd(folded(item), fold(base)) >= length)
      if (saysStart && fitting.length > 1) return nothing
      for (let depth = saysStart ? 0 : directory.length; depth >= 0; depth--) {
        const above = directory
          .slice(0, depth)
          .map(part => `${fold(part)}/`)
          .join('')
        const end = base.split('/').slice(-length).join('/')
        const hit = choose(
          fitting.filter(item => fold(item.path).startsWith(above)),
          end,
          ofItem,
          unique
        )
        if (hit === null) continue
        const ofName = pool.filter(
          item => commonEnd(folded(item), fold(change(name))) >= change(name).split('/').length
        )
        const isByName = saysStart && length - added === 1
        const isOneOfSeveral = fitting.length > 1 || (length > change(name).split('/').length && ofName.length > 1)
        return answer(hit, isByName || isOneOfSeveral)
      }
    }
  }
  return nothing
}

test('the index finds what looking at every item finds', () => {
  const part = fc.constantFrom('a', 'A', 'b', 'pix', 'Caf\u00e9', 'cafe\u0301', 'x.y')
  const file = fc.tuple(
    fc.constantFrom('a', 'b', 'B', 'index', 'caf\u00e9'),
    fc.constantFrom('.md', '.MD', '.jpg', '.png', '.txt', '')
  )
  const path = fc
    .tuple(fc.array(part, { maxLength: 3 }), file)
    .map(([folders, [name, extension]]) => [...folders, name + extension].join('/'))
  const paths = fc.uniqueArray(fc.tuple(fc.constantFrom(1, 2), path), {
    maxLength: 25,
    selector: ([folder, text]) => `${folder}${text}`
  })
  const targets = fc
    .tuple(fc.constantFrom('', '/', './', '../../', '../../../', 'z/'), path, fc.constantFrom('', '/'))
    .map(texts => texts.join(''))
  const kinds = fc.constantFrom('embed' as const, 'wikilink' as const, 'link' as const)
  fc.assert(
    fc.property(
      paths,
      fc.array(fc.tuple(path, targets, kinds, fc.constantFrom(1, 2)), { maxLength: 10 }),
      (files, asked) => {
        const items = files.map(([folderId, itemPath], itemId) => ({ ...library(itemPath)[0]!, itemId, folderId }))
        const links = asked.map(([fromPath, written, kind, folderId], linkId) => ({
          linkId,
          fromPath,
          folderId,
          target: written,
          kind
        }))
        expect(resolveLinks(links, items)).toEqual(links.map(link => ({ linkId: link.linkId, ...naive(link, items) })))
      }
    ),
    { numRuns: 500 }
  )
})

test('a hundred thousand links among a hundred thousand items, many of the same name, take seconds', () => {
  const items = Array.from({ length: 100_000 }, (_, i): LinkableItem => {
    const name = i % 2 === 0 ? `image${i % 50}.jpg` : i % 3 === 0 ? 'index.md' : `note ${i}.md`
    return {
      itemId: i,
      kind: i % 2 === 0 ? 'photo' : 'note',
      folderId: 1,
      path: `a${i % 7}/b${i % 1000}/c${i % 5}/${name}`
    }
  })
  const links = Array.from({ length: 100_000 }, (_, i): LinkToResolve => ({
    linkId: i,
    fromPath: items[(i * 7 + 1) % items.length]!.path,
    folderId: 1,
    target: i % 3 === 0 ? 'index' : i % 3 === 1 ? `image${i % 50}.jpg` : `/x/c1/image${i % 50}.png`,
    kind: i % 3 === 0 ? 'wikilink' : 'embed'
  }))
  const before = process.cpuUsage().user
  expect(resolveLinks(links, items)).toHaveLength(100_000)
  expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(15)
})

test('resolving comes in steps, so many for so many links and items, and to the same end', () => {
  const items = library(
    ...Array.from({ length: 1000 }, (_, i) => `a${i % 9}/${i % 3 === 0 ? `n${i}.md` : `x${i}.jpg`}`)
  )
  const links = items.flatMap(({ itemId, kind, path }): LinkToResolve[] =>
    kind === 'photo'
      ? []
      : [{ linkId: itemId, fromPath: path, folderId: 1, target: `x${itemId + 1}.jpg`, kind: 'embed' }]
  )
  const steps = resolvingLinks(links, items)
  let count = 0
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) count++
  expect(step.value).toEqual(resolveLinks(links, items))
  // Twice over the items and twice over the links, at least once in 128 of them.
  expect(count).toBeGreaterThanOrEqual(Math.floor((2 * items.length + 2 * links.length) / 128))
})

test('a wikilink leads to what is called so where nothing has the name: a title, a bundle, a day', () => {
  const titled = (items: LinkableItem[], titles: Readonly<Record<string, string>>): LinkableItem[] =>
    items.map(item => ({
      ...item,
      title: titles[item.path] ?? null,
      aliases: item.path === 'pages/x.md' ? ['Water Wheel', 'the old mill'] : []
    }))
  const items = titled(
    library(
      ...['n.md', 'pages/a___b.md', 'pages/x.md', 'Tide tables.textbundle/text.md', 'journals/2024_01_02.md'],
      ...['one/2.md', 'two/2.md', 'daily/2023-12-31.md', 'p.jpg', 'pages/named.md']
    ),
    {
      ...{ 'pages/a___b.md': 'a/b', 'pages/x.md': 'The  Old Mill', 'one/2.md': 'Twice', 'two/2.md': 'Twice' },
      ...{ 'p.jpg': 'A photo', 'pages/named.md': 'x' }
    }
  )
  const led = (written: string): ReturnType<typeof resolved> => resolved(items, 'n.md', written, 'wikilink')
  expect(led('a/b')).toEqual(['pages/a___b.md', 'certain'])
  expect(led('the old mill')).toEqual(['pages/x.md', 'certain'])
  expect(led('water wheel')).toEqual(['pages/x.md', 'certain'])
  expect(led('Tide tables')).toEqual(['Tide tables.textbundle/text.md', 'certain'])
  expect(led('Jan 2nd, 2024')).toEqual(['journals/2024_01_02.md', 'certain'])
  expect(led('Tuesday, January 2, 2024')).toEqual(['journals/2024_01_02.md', 'certain'])
  expect(led('2024-01-02')).toEqual(['journals/2024_01_02.md', 'certain'])
  expect(led('Dec 31st, 2023')).toEqual(['daily/2023-12-31.md', 'certain'])
  // The name of a file comes before the title of another.
  expect(led('x')).toEqual(['pages/x.md', 'certain'])
  expect(led('twice')?.[1]).toBe('guess')
  expect(led('A photo')).toBeNull()
  expect(resolved(items, 'n.md', 'The old mill', 'link')).toBeNull()
})
