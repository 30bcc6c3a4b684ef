import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { unified } from 'unified'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import type { Nodes } from 'mdast'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Markdown files directly in a folder, relative to the repository. */
const markdownIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter(name => name.endsWith('.md'))
    .map(name => (folder === '' ? name : `${folder}/${name}`))

const decisions = markdownIn('docs/decisions')
const documents = [...markdownIn(''), ...markdownIn('docs'), ...decisions]
/** Documents that describe the code as it is now; the changelog also names what is gone. */
const current = documents.filter(path => path !== 'CHANGELOG.md')

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Every node of a document, in order. */
function nodesOf(path: string): Nodes[] {
  const below = (node: Nodes): Nodes[] => [node, ...('children' in node ? node.children.flatMap(below) : [])]
  return below(unified().use(remarkParse).use(remarkGfm).parse(read(path)))
}

const textOf = (node: Nodes): string =>
  'value' in node ? node.value : 'children' in node ? node.children.map(textOf).join('') : ''

/** A heading's address as GitHub makes it: lower case, words joined by dashes. */
const addressOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

/** Texts between backticks. */
const namedIn = (path: string): string[] =>
  nodesOf(path).flatMap(node => (node.type === 'inlineCode' ? [node.value] : []))

/** What a pattern's first group finds in all code of a document. */
const commandsIn = (path: string, pattern: RegExp): string[] =>
  nodesOf(path)
    .flatMap(node => (node.type === 'code' || node.type === 'inlineCode' ? [node.value] : []))
    .flatMap(code => [...code.matchAll(pattern)].map(match => match[1]!))

describe('the documents', () => {
  test.each(documents)('%s exists and starts with a title', path => {
    expect(nodesOf(path)[1]).toMatchObject({ type: 'heading', depth: 1 })
  })

  test.each(documents)('links in %s lead somewhere', path => {
    const nodes = nodesOf(path)
    const targets = nodes.flatMap(node =>
      node.type === 'link' || node.type === 'image' || node.type === 'definition' ? [node.url] : []
    )
    const broken = targets.filter(target => {
      if (/^(https?|mailto):/.test(target)) return false
      const [file = '', anchor] = decodeURIComponent(target).split('#')
      const document = file === '' ? path : join(dirname(path), file)
      if (!existsSync(join(root, document))) return true
      if (anchor === undefined || !document.endsWith('.md')) return false
      return !nodesOf(document).some(node => node.type === 'heading' && addressOf(textOf(node)) === anchor)
    })
    expect(broken).toEqual([])
  })

  test('the documents that a reader looks for are there', () => {
    const wanted = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md']
    const behind = ['indexing', 'measurements', 'models', 'processes', 'search', 'security', 'ssal', 'tests']
    expect(documents).toEqual(expect.arrayContaining([...wanted, ...behind.map(name => `docs/${name}.md`)]))
  })

  test.each(documents)('lines of prose in %s are within 120 characters', path => {
    const lines = read(path).split('\n')
    const isProse = new Set<number>()
    for (const node of nodesOf(path))
      if ((node.type === 'paragraph' || node.type === 'heading') && node.position !== undefined)
        for (let line = node.position.start.line; line <= node.position.end.line; line++) isProse.add(line)
    expect(lines.filter((line, i) => isProse.has(i + 1) && line.length > 120)).toEqual([])
  })

  test('ARCHITECTURE.md is a map of at most 12 kB', () => {
    expect(Buffer.byteLength(read('ARCHITECTURE.md'))).toBeLessThanOrEqual(12_000)
  })

  test.each(decisions)('%s has its number and the four headings of a decision', path => {
    const headings = nodesOf(path).flatMap(node => (node.type === 'heading' ? [textOf(node)] : []))
    const number = /^\d{3}(?=-)/.exec(basename(path))?.[0] ?? 'no number'
    expect(headings[0]).toMatch(new RegExp(`^${number} · .`))
    expect(headings.slice(1)).toEqual(['Context', 'Decision', 'Consequences', 'What would change our mind'])
  })

  test('each decision has a number of its own', () => {
    const numbers = decisions.map(path => basename(path).slice(0, 3))
    expect(numbers.length).toBeGreaterThan(15)
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  test.each(['README.md', 'CONTRIBUTING.md'])('the commands in %s are scripts of package.json', path => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const commands = commandsIn(path, /\bnpm (?:run (?:-s )?)?([a-z][a-z:-]*)/g)
    const builtIn = ['ci', 'install', 'run', 'rebuild']
    expect(commands).toContain('start')
    expect(commands).toContain('test')
    expect(commands.filter(command => !builtIn.includes(command) && !(command in scripts))).toEqual([])
  })

  test('the benchmarks that documents name are there', () => {
    const named = current.flatMap(path => commandsIn(path, /\bnpm run (?:-s )?bench ([a-z][a-z-]*)/g))
    expect(named.length).toBeGreaterThan(20)
    expect(named.filter(name => !existsSync(join(root, `test/bench/${name}.ts`)))).toEqual([])
  })

  test('each promise in SECURITY.md names a test that exists', () => {
    const rows = nodesOf('SECURITY.md').flatMap(node => (node.type === 'tableRow' ? [node.children.map(textOf)] : []))
    const named = rows
      .slice(1)
      .map(([, cell = '']) => /^(test\/[\w./-]+\.test\.ts): “(.+)”$/.exec(cell)?.slice(1) ?? [cell])
    expect(named.length).toBeGreaterThan(25)
    const missing = named.filter(
      ([file = '', name]) => name === undefined || !existsSync(join(root, file)) || !read(file).includes(`'${name}`)
    )
    expect(missing).toEqual([])
  })

  test('docs/tests.md says of each folder of tests what it proves', () => {
    const foldersIn = (folder: string): string[] =>
      readdirSync(join(root, folder), { withFileTypes: true })
        .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
        .map(entry => `${folder}/${entry.name}`)
    const folders = foldersIn('test').flatMap(folder => (folder === 'test/stages' ? foldersIn(folder) : [folder]))
    const map = read('docs/tests.md')
    expect(folders.length).toBeGreaterThan(15)
    expect(folders.filter(folder => !map.includes(`\`${folder}`))).toEqual([])
  })

  test('editors are told the width that the formatter has', () => {
    const { printWidth } = JSON.parse(read('.prettierrc.json')) as { printWidth: number }
    expect(read('.editorconfig')).toContain(`max_line_length = ${printWidth}\n`)
  })

  test.each(current)('files that %s names exist', path => {
    const files = namedIn(path).filter(name => /^(src|test|resources|docs|\.ci)\/[\w./-]*$/.test(name))
    expect(files.filter(name => !existsSync(join(root, name)))).toEqual([])
    if (path === 'ARCHITECTURE.md') expect(files.length).toBeGreaterThan(5)
  })

  test('source files that documents name without their folder exist', () => {
    const there = new Set(
      ['src', 'test']
        .flatMap(folder => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
        .map(path => basename(path))
    )
    const named = current.flatMap(namedIn).filter(name => /^[\w-]+(\.svelte)?\.ts$|^[\w-]+\.svelte$/.test(name))
    expect(named.length).toBeGreaterThan(20)
    expect(named.filter(name => !there.has(name))).toEqual([])
  })
})
