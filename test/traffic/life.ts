/**
 * All that Reverie does with a library, as a program for `house.ts`: the built processes and the built command line on drawn files of
 * every kind. It goes on searching until a minute has passed since the first model ran, because a library may wait before it reports.
 */
import { execFile } from 'node:child_process'
import { copyFile, lstat, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { openEngine, type Engine } from '../../src/main/engine/engine.ts'
import { appPaths } from '../../src/main/hosts/common/paths.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { writeClipLayout } from '../stages/encode/tiny-layout.ts'
import { drawLibrary } from '../stages/library/drawn/draw.ts'
import { docxOf, pdfOf } from '../stages/library/drawn/documents.ts'
import { drawOwnWords } from '../stages/library/drawn/own-words.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { sharedData } from '../tools/shared-data.ts'
import { ownPlaces } from './own-places.ts'
import { begin, makeNoise, say } from './parts-of-life.ts'
import { watchPlaces } from './watched-places.ts'

/** What a life leaves and how far it went. */
export interface Life {
  /** How far it came, so that a quiet life is not one in which nothing happened. */
  readonly did: {
    readonly indexed: number
    /** Of the files that are made for one library. */
    readonly refused: readonly string[]
    readonly addedModel: string
    readonly devices: number
    readonly hits: number
    readonly searches: number
    /** Of the training. */
    readonly steps: number
    /** How many hits the built command line found. */
    readonly commandLineHits: number
    readonly listenedSeconds: number
  }
  /** Files and folders that were there at any time outside the data folder and the library. */
  readonly files: readonly string[]
  /** Folders in which the watch did not hear a file that was made and removed at once, before or after. */
  readonly deaf: readonly string[]
  /** How many folders were watched. */
  readonly watched: number
  /** Names of the library's files that are new, gone or different. */
  readonly changed: readonly string[]
}

const root = resolve(import.meta.dirname, '../..')
const built = appPaths(join(root, 'out/main/cli.js'))
/** ONNX Runtime tried four times within 45 s of its first model. */
const listenMs = 60_000

const base = await mkdtemp(join(process.env.TMPDIR ?? '/tmp', 'life-'))
const [library, data, home, temporary, work] = ['library', 'data', 'home', 'temporary', 'work'].map(name =>
  join(base, name)
) as [string, string, string, string, string]
for (const folder of [library, home, temporary, work]) await mkdir(folder)
Object.assign(process.env, { HOME: home, TMPDIR: temporary })
process.chdir(work)

await begin('control')
await makeNoise()
await begin('preparing')
await drawEverything()
const before = await fingerprint(library)
const packs = await buildDrawnPack(join(base, 'packs'))
const other = writeClipLayout(join(base, 'packs', 'another'))

const isOwn = (path: string): boolean =>
  [library, data, join(base, 'packs')].some(own => path === own || path.startsWith(`${own}/`))
const isWithin = ownPlaces.some(place => base.startsWith(`${place}/`))
const listen = watchPlaces(isWithin ? ownPlaces : [...ownPlaces, base], isOwn)
const atFirst = await listen()

await begin('life')
const did = await live()
const { made, deaf, folders } = await listen()
await begin('control again')
await makeNoise()
await begin('end')
const after = await fingerprint(library)
const changed = [...new Set([...before.keys(), ...after.keys()])].filter(path => before.get(path) !== after.get(path))
await say({
  did,
  files: made.map(path => path.replace(base, '…')),
  deaf: [...atFirst.deaf, ...deaf],
  watched: folders,
  changed
} satisfies Life)
process.exit(0)

async function live(): Promise<Life['did']> {
  const engine = await openEngine({
    dataFolder: data,
    modelFolders: [join(packs, '..')],
    resourcesFolder: built.resources,
    startWorker: nodeWorkers(built.workers),
    checkpointer: built.checkpointer,
    watch: true
  })
  const { client } = engine
  await client.addFolder({ path: library })
  await engine.idle()
  const firstRunMs = performance.now()
  const status = await client.library({})
  const added = await client.addModel({ folder: other })
  const devices = await client.devices({})
  const hits = await search(engine)
  await client.trainProjector({ device: 'cpu', seed: 1 })
  // What a watcher sees, and what is read anew.
  await copyFile(join(library, 'own words/1.jpg'), join(library, 'own words/new.jpg'))
  const commandLineHits = await commandLine()
  let searches = 0
  for (
    ;
    performance.now() - firstRunMs < listenMs || (await client.jobs({})).some(job => job.state === 'running');
    searches++
  ) {
    await search(engine)
    await wait(1000)
  }
  const run = await client.run({})
  const failures = await client.failures({})
  await engine.close()
  return {
    indexed: status.indexed,
    refused: failures
      .filter(({ path }) => path.includes('/kinds/'))
      .map(({ path, code }) => `${basename(path)}: ${code}`)
      .sort(),
    addedModel: added.packId,
    devices: devices.length,
    hits,
    searches,
    steps: run?.points.at(-1)?.step ?? 0,
    commandLineHits,
    listenedSeconds: Math.round((performance.now() - firstRunMs) / 1000)
  }
}

async function search(engine: Engine): Promise<number> {
  const { hits } = await engine.client.search({ text: 'a red circle' })
  const photo = hits.find(({ kind }) => kind === 'photo')
  if (photo !== undefined) {
    await engine.client.search({ text: `like:${photo.itemId}` })
    await engine.media(photo.itemId, 'photo')
  }
  return hits.length
}

/** The built program, on a data folder of its own. @returns how many hits its search found */
async function commandLine(): Promise<number> {
  const run = async (...words: string[]): Promise<string> => {
    const program = [
      join(root, 'out/main/cli.js'),
      ...words,
      '--data',
      join(data, 'another'),
      '--models',
      join(packs, '..')
    ]
    const { stdout } = await promisify(execFile)(process.execPath, program)
    return stdout.trim().split('\n').at(-1) ?? ''
  }
  await run('index', join(library, 'own words'))
  await run('models', 'add', other)
  await run('status')
  return (JSON.parse(await run('search', 'a red circle', '--json')) as { hits: unknown[] }).hits.length
}

/** Photos, notes and broken files, and one file for each library that reads them. */
async function drawEverything(): Promise<void> {
  await drawLibrary(library)
  await drawOwnWords(join(library, 'own words'), 130)
  const kinds = join(library, 'kinds')
  await mkdir(kinds)
  const picture = sharp({ create: { width: 200, height: 120, channels: 3, background: 'orange' } })
  for (const format of ['avif', 'gif', 'tiff', 'webp', 'png'] as const)
    await picture
      .clone()
      .toFormat(format)
      .toFile(join(kinds, `a.${format}`))
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="https://example.com/a.png"/></svg>'
  const remote =
    '<h1>Remote</h1><img src="https://example.com/a.jpg"><link rel="stylesheet" href="https://example.com/a.css">'
  const texts: Readonly<Record<string, string | Uint8Array>> = {
    'a.svg': svg,
    'a.html': remote,
    'a.md': `# Remote\n\n![a picture](https://example.com/b.jpg) and [a link](https://example.com/c)\n`,
    'a.txt': 'https://example.com/d',
    'a.pdf': pdfOf(['Remote', 'https://example.com/e']),
    'a.docx': docxOf('Remote', ['https://example.com/f']),
    // No preview where makers keep them: ExifTool is asked. And what is not HEVC in spite of its name: libheif is.
    'a.dng': tiffWithoutPreview(),
    'a.heic': Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(4096)])
  }
  for (const [name, content] of Object.entries(texts)) await writeFile(join(kinds, name), content)
  const heic = sharedData('formats', 'formats', 'heic')
  const [real] = heic === null ? [] : (await below(heic)).filter(path => path.endsWith('.heic'))
  if (real !== undefined) await copyFile(real, join(kinds, 'real.heic'))
}

/** A TIFF that says who made it and that it is a RAW file, and holds no picture. */
function tiffWithoutPreview(): Buffer {
  const make = Buffer.from('Reverie\0')
  const head = Buffer.alloc(8 + 2 + 12 * 2 + 4)
  head.write('II*\0', 'latin1')
  head.writeUInt32LE(8, 4)
  head.writeUInt16LE(2, 8)
  const entry = (at: number, tag: number, type: number, count: number, value: number): void => {
    head.writeUInt16LE(tag, at)
    head.writeUInt16LE(type, at + 2)
    head.writeUInt32LE(count, at + 4)
    head.writeUInt32LE(value, at + 8)
  }
  entry(10, 0x010f, 2, make.length, head.length)
  entry(22, 0xc612, 1, 4, 0x0000_0401)
  return Buffer.concat([head, make])
}

async function below(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true })).map(({ parentPath, name }) =>
    join(parentPath, name)
  )
}

async function fingerprint(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const path of await below(folder)) {
    const { size, mtimeMs, mode } = await lstat(path)
    found.set(path.slice(folder.length + 1), `${size} ${mtimeMs} ${mode}`)
  }
  return found
}
