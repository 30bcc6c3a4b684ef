import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importsOf, type Source } from './tools/imports.ts'
import { breaches } from './tools/layers.ts'
import { networkBreaches } from './tools/network.ts'
import { loadsOnnxRuntime } from './tools/onnx-loads.ts'
import { shapeOf } from './tools/rooms.ts'
import { sourcesOf } from './tools/sources.ts'

const root = resolve(import.meta.dirname, '..')

describe('who may import whom', () => {
  test('src keeps to it, file by file', () => {
    const sources = sourcesOf('src')
    expect(sources.length).toBeGreaterThan(30)
    expect(breaches(sources)).toEqual([])
  })
})

describe('the shape of the program', () => {
  const shape = shapeOf(sourcesOf('src'))
  const { rooms, arrows, floors, circles } = shape

  test('has few rooms, few arrows and no circle', () => {
    console.log(`${rooms.length} rooms, ${arrows.length} arrows, ${floors} floors, ${circles.length} circles`)
    expect(circles).toEqual([])
    expect(rooms.length).toBeLessThanOrEqual(28)
    expect(arrows.length).toBeLessThanOrEqual(120)
    expect(floors).toBeLessThanOrEqual(14)
  })

  test('is what its map says: every room stands in ARCHITECTURE.md', () => {
    const map = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
    const named = rooms.filter(room => !map.includes(room.split('/').at(-1)!))
    expect(named).toEqual([])
  })

  const file = (path: string, text: string): Source => ({ path: `src/${path}`, text })

  test('a file beside folders is a room, a folder is one, and a stage is one with all its folders', () => {
    const found = shapeOf([
      file('main/cli.ts', "import { a } from './engine/engine.ts'"),
      file('main/engine/engine.ts', "import { a } from './stages/library/scan.ts'\nimport { b } from './store/b.ts'"),
      file('main/engine/stages/library/scan.ts', "import { a } from './note/pdf.ts'"),
      file('main/engine/stages/library/note/pdf.ts', "import type { B } from '../../../store/b.ts'"),
      file('main/engine/store/b.ts', "import type { C } from './c.ts'"),
      file('main/engine/store/c.ts', 'export type C = 1')
    ])
    const rooms = ['cli.ts', 'engine/engine.ts', 'engine/stages/library', 'engine/store'].map(
      name => `src/main/${name}`
    )
    expect(found).toMatchObject({ rooms, floors: 4, circles: [] })
    expect(found.arrows).toHaveLength(4)
  })

  test('a circle is found by any detour, and types count', () => {
    const circle = ['a', 'b', 'c'].map((name, i, all) =>
      file(`main/${name}/x.ts`, `import type { X } from '../${all[(i + 1) % 3] ?? ''}/x.ts'`)
    )
    expect(shapeOf([...circle, file('main/d/x.ts', "import '../a/x.ts'")]).circles).toEqual([
      ['src/main/a', 'src/main/b', 'src/main/c']
    ])
  })
})

describe('the check itself finds', () => {
  const breach = (path: string, text: string): string[] => breaches([{ path: `src/${path}`, text }])
  const stage = 'main/engine/stages/search/fuse.ts'

  test.each([
    ['a stage that reads the store', stage, "import { items } from '../../store/items.ts'"],
    ['a stage that reads another stage', stage, "import { scan } from '../library/scan.ts'"],
    [
      'a stage that only wants a type of the contract',
      'main/engine/stages/library/scan.ts',
      "import type { Hit } from '../../../../shared/contract.ts'"
    ],
    ['a stage that loads another one later', stage, "const scan = () => import('../library/scan.ts')"],
    ['a stage that names another one by address', stage, "const at = new URL('../library/scan.ts', import.meta.url)"],
    [
      'a stage that takes a type by import()',
      'main/engine/stages/library/scan.ts',
      "export type H = import('../../../../shared/contract.ts').Hit"
    ],
    ['a stage that passes on the store', stage, "export { items } from '../../store/items.ts'\nexport const a = 1"],
    ['a store that knows a stage', 'main/engine/store/items.ts', "import { scan } from '../stages/library/scan.ts'"],
    [
      'a job that calls a command',
      'main/engine/features/indexing/index-library.ts',
      "import { commands } from '../../api/commands.ts'"
    ],
    [
      'a worker that opens the store',
      'main/engine/workers/encoder.ts',
      "import { openStore } from '../store/database.ts'"
    ],
    ['an engine that knows a host', 'main/engine/engine.ts', "import { serve } from '../hosts/web/http.ts'"],
    ['an engine that knows electron', 'main/engine/engine.ts', "import { app } from 'electron'"],
    ['another host that knows electron', 'main/hosts/web/http.ts', "const { app } = await import('electron')"],
    [
      'a host that reaches behind the engine',
      'main/hosts/web/http.ts',
      "import { openStore } from '../../engine/store/database.ts'"
    ],
    [
      'a host that takes a type from behind the engine',
      'main/hosts/common/processes.ts',
      "import type { WorkerPort } from '../../engine/workers/port.ts'"
    ],
    [
      'a feature that reaches into another',
      'main/engine/features/indexing/indexing.ts',
      "import type { Galleries } from '../searching/galleries.ts'"
    ],
    [
      'what all stand on that knows the store',
      'main/engine/base/speed.ts',
      "import { items } from '../store/items.ts'"
    ],
    ['a contract that imports', 'shared/contract.ts', "import type { ItemId } from '../main/engine/base/domain.ts'"],
    ['errors that import Node', 'shared/errors.ts', "import { inspect } from 'node:util'"],
    ['mathematics with a package', 'main/engine/math/vectors.ts', "import { Matrix } from 'ml-matrix'"],
    [
      'a renderer that reaches into the engine',
      'renderer/src/a.ts',
      "import { config } from '../../main/engine/base/config.ts'"
    ],
    [
      'a component that reaches into the engine',
      'renderer/src/A.svelte',
      '<script lang="ts">import { x } from \'../../main/engine/config.ts\'</script>'
    ],
    ['a preload script that knows a host', 'preload/index.ts', "import { paths } from '../main/hosts/common/paths.ts'"],
    ['a decoder in a job', 'main/engine/features/indexing/read-files.ts', "import sharp from 'sharp'"],
    ['a decoder by require', 'main/engine/features/indexing/read-files.ts', "const sharp = require('sharp')"],
    ['SQL outside the store', 'main/engine/features/indexing/read-files.ts', "import Database from 'better-sqlite3'"],
    ['a file in no known part', 'other/things.ts', "import { join } from 'node:path'"],
    ['a default export', stage, 'export default 1'],
    ['a default function', stage, '/** Fuses. */\nexport default function fuse() {}'],
    ['a barrel', stage, "export { a } from './a.ts'\nexport { b } from './b.ts'"],
    ['a star', stage, "export * from './a.ts'\nexport const b = 1"],
    ['a mark for later', stage, ['// TO', 'DO: later'].join('')],
    ['a function of a stage without a docstring', stage, 'export function fuse(): void {}'],
    ['the same as an arrow', stage, 'export const fuse = (): void => {}'],
    ['a file that is too long', stage, 'const a = 1\n'.repeat(501)]
  ])('%s', (_, path, text) => {
    const found = breach(path, text)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`src/${path}`)
  })

  test('a decoder that the engine would load by a detour, and tells the way', () => {
    const found = breaches([
      { path: 'src/main/engine/engine.ts', text: "import { indexing } from './features/indexing/indexing.ts'" },
      {
        path: 'src/main/engine/features/indexing/indexing.ts',
        text: "import { readPhoto } from '../../stages/library/photo/read-photo.ts'"
      },
      { path: 'src/main/engine/stages/library/photo/read-photo.ts', text: "import sharp from 'sharp'" }
    ])
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(/engine\.ts → .*indexing\.ts → .*read-photo\.ts → sharp:/)
  })
})

describe('the check lets pass', () => {
  test.each([
    [
      'a stage with its own files, mathematics and packages',
      'main/engine/stages/search/fuse.ts',
      "import { a } from './a.ts'\nimport { dot } from '../../math/vectors.ts'\nimport type { Background } from '../../base/domain.ts'\nimport { join } from 'node:path'"
    ],
    [
      'training that projects',
      'main/engine/stages/train/dataset.ts',
      "import { project } from '../project/projector.ts'"
    ],
    ['a decoder where decoders belong', 'main/engine/stages/library/photo/read-photo.ts', "import sharp from 'sharp'"],
    [
      'a host with a type of the engine',
      'main/hosts/common/processes.ts',
      "import type { StartWorker } from '../../engine/engine.ts'"
    ],
    ['electron in its host', 'main/hosts/desktop/electron.ts', "import { app } from 'electron'"],
    [
      'the renderer with the contract',
      'renderer/src/client.ts',
      "import type { Client } from '../../shared/contract.ts'"
    ]
  ])('%s', (_, path, text) => {
    expect(breaches([{ path: `src/${path}`, text }])).toEqual([])
  })

  test('a type of a decoder’s file, because it is gone when the program runs', () => {
    const sources = [
      {
        path: 'src/main/engine/engine.ts',
        text: "import type { Decoded } from './stages/library/photo/read-photo.ts'"
      },
      { path: 'src/main/engine/stages/library/photo/read-photo.ts', text: "import sharp from 'sharp'" }
    ]
    expect(breaches(sources)).toEqual([])
  })
})

describe('nothing leaves this machine', () => {
  test('but what hub asks for', () => {
    expect(networkBreaches(sourcesOf('src'))).toEqual([])
  })

  test.each([
    [
      'a stage that fetches',
      'main/engine/stages/search/fuse.ts',
      "export const a = () => fetch('https://example.org')"
    ],
    [
      'a global by another way',
      'main/engine/features/models/models.ts',
      "export const a = globalThis.fetch('https://example.org')"
    ],
    ['a global by its name', 'main/engine/features/models/found-packs.ts', "export const a = globalThis['fetch']"],
    ['one that is only passed on', 'main/engine/features/models/found-packs.ts', 'export const a = { load: fetch }'],
    ['a socket of Node', 'main/engine/base/job-queue.ts', "import { connect } from 'node:net'"],
    [
      'a request of Node, loaded later',
      'main/engine/features/searching/media.ts',
      "export const a = () => import('node:https')"
    ],
    ['a component that fetches', 'renderer/src/A.svelte', '<script lang="ts">void fetch(\'/x\')</script>'],
    ['a page that opens a socket', 'renderer/src/a.ts', "export const a = new WebSocket('wss://example.org')"],
    ['a page that calls home', 'renderer/src/a.ts', "navigator.sendBeacon('https://example.org')"],
    [
      'a host that would send crash reports',
      'main/hosts/desktop/electron.ts',
      "import { app, crashReporter } from 'electron'"
    ],
    ['a host that would look for updates', 'main/index.ts', "import { autoUpdater as updates } from 'electron'"],
    ['a host that takes all of electron', 'main/index.ts', "import * as electron from 'electron'"],
    [
      'the hub’s package elsewhere',
      'main/engine/features/models/found-packs.ts',
      "import { listFiles } from '@huggingface/hub'"
    ]
  ])('finds %s', (_, path, text) => {
    expect(networkBreaches([{ path: `src/${path}`, text }])).toHaveLength(1)
  })

  test.each([
    ['a method of our own', 'main/engine/store/store.ts', 'export interface Rows { fetch(id: number): Float32Array }'],
    [
      'a row that is fetched',
      'main/engine/features/searching/galleries.ts',
      'export const a = (rows: { fetch(): void }) => rows.fetch()'
    ],
    ['hub itself', 'main/engine/hub/reach.ts', "export const a = () => fetch('https://huggingface.co')"]
  ])('lets pass %s', (_, path, text) => {
    expect(networkBreaches([{ path: `src/${path}`, text }])).toEqual([])
  })
})

describe('ONNX Runtime is loaded in one place, which switches its telemetry off first', () => {
  const one = 'src/main/engine/base/onnx-runtime.ts'

  test('in src, in the tests and benchmarks, and in the scripts of the model in the box', () => {
    const sources = ['src', 'test', 'resources'].flatMap(folder => sourcesOf(folder))
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
