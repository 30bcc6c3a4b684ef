import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const built = resolve(import.meta.dirname, '../../out/main')
const entries = ['cli.js', 'index.js', 'start.js'] as const

const run = (node: string, entry: string) =>
  spawnSync(node, [join(built, entry), 'status'], { encoding: 'utf8', env: { PATH: process.env.PATH } })

/** A Node that has no Node-API 10, among those of PATH and the system's own; null when all are newer. */
function findOldNode(): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  const nodes = folders.map(folder => join(folder, 'node')).filter(path => existsSync(path))
  const napiOf = (node: string): number =>
    Number(spawnSync(node, ['-p', 'process.versions.napi'], { encoding: 'utf8' }).stdout)
  return nodes.find(node => napiOf(node) < 10) ?? null
}

describe.each(entries)('%s', entry => {
  test('says in one line what it needs on a Node that is too old, and loads nothing', context => {
    const node = findOldNode()
    if (node === null) return context.skip('no Node older than 22.14 is installed here')
    const { status, signal, stdout, stderr } = run(node, entry)
    expect({ status, signal, stdout }).toEqual({ status: 2, signal: null, stdout: '' })
    expect(stderr).toMatch(/^Reverie needs Node\.js 22\.18, 23\.6 or newer; this is \d+\.\d+\.\d+\. [^\n]+\n$/)
  })

  test('imports nothing but that check before it', () => {
    const importsOf = (file: string): string[] =>
      [...readFileSync(join(built, file), 'utf8').matchAll(/^(?:import|export)\b.*"([^"]+)";$/gm)].map(
        ([, to = '']) => to
      )
    expect(importsOf(entry)).toEqual([expect.stringMatching(/^\.\/chunks\/needed-node-[\w-]+\.js$/)])
    expect(importsOf(importsOf(entry)[0]!)).toEqual([])
  })
})

test('the program of the window says outside of Electron what it needs', () => {
  const { status, stderr } = run(process.execPath, 'index.js')
  expect(status).toBe(2)
  expect(stderr).toMatch(/^Reverie needs Electron for its window: [^\n]+\n$/)
})

test('package.json asks for a Node that has what the check looks for', () => {
  const { engines } = JSON.parse(readFileSync(resolve(built, '../../package.json'), 'utf8')) as {
    readonly engines: { readonly node: string }
  }
  // 22.14 and 23.6 are the first with Node-API 10; 22.18 and 23.6 run TypeScript as it is, which the build needs.
  expect(engines.node).toBe('^22.18.0 || >=23.6.0')
})
