import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importsOf, type Source } from './tools/imports.ts'
import { breaches } from './tools/layers.ts'
import { networkBreaches } from './tools/network.ts'
import { loadsOnnxRuntime } from './tools/onnx-loads.ts'

const root = resolve(import.meta.dirname, '..')

function sourcesOf(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.(ts|svelte|css|html)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .map(path => ({ path: path.slice(root.length + 1).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }))
}

describe('who may import whom', () => {
  test('src keeps to it, file by file', () => {
    const sources = sourcesOf('src')
    expect(sources.length).toBeGreaterThan(30)
    expect(breaches(sources)).toEqual([])
  })
})

describe('the check itself finds', () => {
  const breach = (path: string, text: string): string[] => breaches([{ path: `src/${path}`, text }])
  const stage = 'main/engine/search/fuse.ts'

  test.each([
    ['a stage that reads the store', stage, "import { items } from '../store/items.ts'"],
    ['a stage that reads another stage', stage, "import { scan } from '../library/scan.ts'"],
    [
      'a stage that only wants a type of the contract',
      'main/engine/library/scan.ts',
      "import type { Hit } from '../contract.ts'"
    ],
    ['a stage that loads another one later', stage, "const scan = () => import('../library/scan.ts')"],
    ['a stage that names another one by address', stage, "const at = new URL('../library/scan.ts', import.meta.url)"],
    [
      'a stage that takes a type by import()',
      'main/engine/library/scan.ts',
      "export type H = import('../contract.ts').Hit"
    ],
    ['a stage that passes on the store', stage, "export { items } from '../store/items.ts'\nexport const a = 1"],
    ['a store that knows a stage', 'main/engine/store/items.ts', "import { scan } from '../library/scan.ts'"],
    ['a job that calls a command', 'main/engine/jobs/index-library.ts', "import { commands } from '../commands.ts'"],
    [
      'a worker that opens the store',
      'main/engine/workers/encoder.ts',
      "import { openStore } from '../store/database.ts'"
    ],
    ['an engine that knows a host', 'main/engine/engine.ts', "import { serve } from '../hosts/http.ts'"],
    ['an engine that knows electron', 'main/engine/engine.ts', "import { app } from 'electron'"],
    ['another host that knows electron', 'main/hosts/http.ts', "const { app } = await import('electron')"],
    [
      'a host that reaches behind the engine',
      'main/hosts/http.ts',
      "import { openStore } from '../engine/store/database.ts'"
    ],
    ['a contract that imports', 'main/engine/contract.ts', "import type { ItemId } from './domain.ts'"],
    ['errors that import Node', 'main/engine/errors.ts', "import { inspect } from 'node:util'"],
    ['mathematics with a package', 'main/engine/math/vectors.ts', "import { Matrix } from 'ml-matrix'"],
    [
      'a renderer that reaches into the engine',
      'renderer/src/a.ts',
      "import { config } from '../../main/engine/config.ts'"
    ],
    [
      'a component that reaches into the engine',
      'renderer/src/A.svelte',
      '<script lang="ts">import { x } from \'../../main/engine/config.ts\'</script>'
    ],
    ['a preload script that knows a host', 'preload/index.ts', "import { paths } from '../main/hosts/paths.ts'"],
    ['a decoder in a job', 'main/engine/jobs/read-files.ts', "import sharp from 'sharp'"],
    ['a decoder by require', 'main/engine/jobs/read-files.ts', "const sharp = require('sharp')"],
    ['SQL outside the store', 'main/engine/jobs/read-files.ts', "import Database from 'better-sqlite3'"],
    ['a file in no known part', 'shared/things.ts', "import { join } from 'node:path'"],
    ['a default export', stage, 'export default 1'],
    ['a default function', stage, 'export default function fuse() {}'],
    ['a barrel', stage, "export { a } from './a.ts'\nexport { b } from './b.ts'"],
    ['a star', stage, "export * from './a.ts'\nexport const b = 1"],
    ['a mark for later', stage, ['// TO', 'DO: later'].join('')],
    ['a file that is too long', stage, 'const a = 1\n'.repeat(501)]
  ])('%s', (_, path, text) => {
    const found = breach(path, text)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`src/${path}`)
  })

  test('a decoder that the engine would load by a detour, and tells the way', () => {
    const found = breaches([
      { path: 'src/main/engine/engine.ts', text: "import { indexing } from './jobs/indexing.ts'" },
      { path: 'src/main/engine/jobs/indexing.ts', text: "import { readPhoto } from '../library/photo/read-photo.ts'" },
      { path: 'src/main/engine/library/photo/read-photo.ts', text: "import sharp from 'sharp'" }
    ])
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(/engine\.ts → .*indexing\.ts → .*read-photo\.ts → sharp:/)
  })
})

describe('the check lets pass', () => {
  test.each([
    [
      'a stage with its own files, mathematics and packages',
      'main/engine/search/fuse.ts',
      "import { a } from './a.ts'\nimport { dot } from '../math/vectors.ts'\nimport type { Background } from '../domain.ts'\nimport { join } from 'node:path'"
    ],
    ['training that projects', 'main/engine/train/dataset.ts', "import { project } from '../project/projector.ts'"],
    ['a decoder where decoders belong', 'main/engine/library/photo/read-photo.ts', "import sharp from 'sharp'"],
    [
      'a host with a type of the engine',
      'main/hosts/processes.ts',
      "import type { Port } from '../engine/workers/port.ts'"
    ],
    ['electron in its host', 'main/hosts/electron.ts', "import { app } from 'electron'"],
    [
      'the renderer with the contract',
      'renderer/src/client.ts',
      "import type { Client } from '../../main/engine/contract.ts'"
    ]
  ])('%s', (_, path, text) => {
    expect(breaches([{ path: `src/${path}`, text }])).toEqual([])
  })

  test('a type of a decoder’s file, because it is gone when the program runs', () => {
    const sources = [
      { path: 'src/main/engine/engine.ts', text: "import type { Decoded } from './library/photo/read-photo.ts'" },
      { path: 'src/main/engine/library/photo/read-photo.ts', text: "import sharp from 'sharp'" }
    ]
    expect(breaches(sources)).toEqual([])
  })
})

describe('nothing leaves this machine', () => {
  test('but what hub asks for', () => {
    expect(networkBreaches(sourcesOf('src'))).toEqual([])
  })

  test.each([
    ['a stage that fetches', 'main/engine/search/fuse.ts', "export const a = () => fetch('https://example.org')"],
    ['a global by another way', 'main/engine/models.ts', "export const a = globalThis.fetch('https://example.org')"],
    ['a global by its name', 'main/engine/models.ts', "export const a = globalThis['fetch']"],
    ['one that is only passed on', 'main/engine/models.ts', 'export const a = { load: fetch }'],
    ['a socket of Node', 'main/engine/jobs/queue.ts', "import { connect } from 'node:net'"],
    ['a request of Node, loaded later', 'main/engine/media.ts', "export const a = () => import('node:https')"],
    ['a component that fetches', 'renderer/src/A.svelte', '<script lang="ts">void fetch(\'/x\')</script>'],
    ['a page that opens a socket', 'renderer/src/a.ts', "export const a = new WebSocket('wss://example.org')"],
    ['a page that calls home', 'renderer/src/a.ts', "navigator.sendBeacon('https://example.org')"],
    ['a host that would send crash reports', 'main/hosts/electron.ts', "import { app, crashReporter } from 'electron'"],
    ['a host that would look for updates', 'main/index.ts', "import { autoUpdater as updates } from 'electron'"],
    ['a host that takes all of electron', 'main/index.ts', "import * as electron from 'electron'"],
    ['the hub’s package elsewhere', 'main/engine/models.ts', "import { listFiles } from '@huggingface/hub'"]
  ])('finds %s', (_, path, text) => {
    expect(networkBreaches([{ path: `src/${path}`, text }])).toHaveLength(1)
  })

  test.each([
    ['a method of our own', 'main/engine/store/store.ts', 'export interface Rows { fetch(id: number): Float32Array }'],
    ['a row that is fetched', 'main/engine/galleries.ts', 'export const a = (rows: { fetch(): void }) => rows.fetch()'],
    ['hub itself', 'main/engine/hub/reach.ts', "export const a = () => fetch('https://huggingface.co')"]
  ])('lets pass %s', (_, path, text) => {
    expect(networkBreaches([{ path: `src/${path}`, text }])).toEqual([])
  })
})

describe('ONNX Runtime is loaded in one place, which switches its telemetry off first', () => {
  const one = 'src/main/engine/onnx-runtime.ts'

  test('in src, in the tests and benchmarks, and in the scripts of the model in the box', () => {
    const sources = ['src', 'test', 'resources'].flatMap(sourcesOf)
    expect(sources.filter(loadsOnnxRuntime).map(({ path }) => path)).toEqual([one])
  })

  test('which is no import, because a bundler puts imports above all else', () => {
    const { text } = sourcesOf('src').find(({ path }) => path === one)!
    const [off, load] = [
      text.indexOf('Object.assign(process.env, telemetryOff)'),
      text.indexOf("require('onnxruntime-node')")
    ]
    expect(off).toBeGreaterThan(0)
    expect(load).toBeGreaterThan(off)
  })

  test.each([
    ['an import', "import { Tensor } from 'onnxruntime-node'", true],
    ['an import of one more name', "import { Tensor, type InferenceSession } from 'onnxruntime-node'", true],
    ['an import for what it does', "import 'onnxruntime-node'", true],
    ['an import that comes later', "const load = () => import('onnxruntime-node')", true],
    ['a require by any way', "const load = createRequire(import.meta.url)('onnxruntime-node')", true],
    ['another of its packages', "export { Tensor } from 'onnxruntime-web'", true],
    ['a type', "import type { Tensor } from 'onnxruntime-node'", false],
    [
      'types among types',
      "import { type Tensor } from 'onnxruntime-node'\nexport type B = import('onnxruntime-node').Tensor",
      false
    ],
    ['where it lies', "const at = createRequire(import.meta.url).resolve('onnxruntime-node/package.json')", false]
  ])('%s', (_, text, isFound) => {
    expect(loadsOnnxRuntime({ path: 'src/main/engine/a.ts', text })).toBe(isFound)
  })
})

test('imports are read from code, not from words in strings and comments', () => {
  const text =
    "// import { a } from './a.ts'\nexport const b = \"import { c } from './c.ts'\"\nimport { type D } from './d.ts'\nimport './e.css'"
  expect(importsOf({ path: 'src/x.ts', text })).toEqual([
    { to: 'src/d.ts', kind: 'type' },
    { to: 'src/e.css', kind: 'value' }
  ])
})
