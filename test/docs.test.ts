import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { unified } from 'unified'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import type { Nodes } from 'mdast'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const documents = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'SECURITY.md']

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

  test('the commands in the README are scripts of package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const blocks = nodesOf('README.md').flatMap(node =>
      node.type === 'code' || node.type === 'inlineCode' ? [node.value] : []
    )
    const commands = blocks.flatMap(block =>
      [...block.matchAll(/\bnpm (?:run (?:-s )?)?([a-z][a-z:-]*)/g)].map(match => match[1]!)
    )
    const builtIn = ['ci', 'install', 'run', 'rebuild']
    expect(commands).toContain('start')
    expect(commands).toContain('test')
    expect(commands.filter(command => !builtIn.includes(command) && !(command in scripts))).toEqual([])
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

  test('files that ARCHITECTURE.md names exist', () => {
    const named = nodesOf('ARCHITECTURE.md').flatMap(node => (node.type === 'inlineCode' ? [node.value] : []))
    const files = named.filter(name => /^(src|test|resources|\.ci)\/[\w./*{},-]*$/.test(name) && !/[*{]/.test(name))
    expect(files.length).toBeGreaterThan(5)
    expect(files.filter(name => !existsSync(join(root, name)))).toEqual([])
  })

  test('source files that README and ARCHITECTURE.md name without their folder exist', () => {
    const there = new Set(
      ['src', 'test']
        .flatMap(folder => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
        .map(path => basename(path))
    )
    const named = documents
      .slice(0, 2)
      .flatMap(path => nodesOf(path))
      .flatMap(node => (node.type === 'inlineCode' ? [node.value] : []))
      .filter(name => /^[\w-]+(\.svelte)?\.ts$|^[\w-]+\.svelte$/.test(name))
    expect(named.filter(name => !there.has(name))).toEqual([])
  })
})
