/**
 * The engine's event loop while a large folder is added, looked through again, moved, left out, let in, lost, deleted and removed.
 * `npm run bench large-folder -- [--items <n>]`
 *
 * Half of the files lie in one flat folder. One in five is a note, one photo in four has a sidecar. The files hold a few bytes;
 * readings and vectors are made up, so that nothing but the bookkeeping is measured.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Engine } from '../../src/main/engine/engine.ts'
import type { ActiveModel } from '../../src/main/engine/base/active-model.ts'
import { openStore } from '../../src/main/engine/store/database.ts'
import { openBenchEngine } from './engine.ts'
import { modelOf, notesEvery, saveAsRead, withCommonSpace } from './large-library.ts'
import { benchPack } from './photos.ts'
import { promised, watchLoop } from './watch-loop.ts'

const sidecarEvery = 4
const filesOfFolder = 500
const flat = 'flat'

export async function bench(rest: readonly string[]): Promise<void> {
  const given = Number(rest[rest.indexOf('--items') + 1])
  const items = rest.includes('--items') && given > 0 ? given : 50_000
  const folder = await mkdtemp(join(tmpdir(), 'reverie-bench-'))
  try {
    const library = join(folder, 'library')
    writeFiles(library, items)
    const packs = join(folder, 'packs')
    const pack = await withCommonSpace(await benchPack(rest, join(folder, 'found')), packs)
    const dataFolder = join(folder, 'data')
    const model = await modelOf(pack)
    console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}`)
    console.log(`${items} files; pack ${basename(pack)}\n`)
    console.log('milliseconds                 seconds     p50     p99     max   question: p99     max   turn: max')

    const open = (): Promise<Engine> => openBenchEngine({ dataFolder, modelFolders: [packs] })
    let engine = await open()
    await measure(engine, 'added', async () => {
      await untilRead(engine, () => engine.client.addFolder({ path: library }))
    })
    await engine.close()
    readAll(dataFolder, library, model)

    engine = await open()
    try {
      await engine.client.search({ text: 'warm up' })
      await measureAll(engine, library)
    } finally {
      await engine.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureAll(engine: Engine, library: string): Promise<void> {
  const { client } = engine
  const index = (): Promise<void> => untilRead(engine, () => client.indexLibrary({}))
  const step = (name: string, work: () => Promise<unknown>): Promise<void> => measure(engine, name, work)
  const at = (...names: readonly string[]): string => join(library, ...names)

  await step('looked through again', index)
  renameSync(at(flat), at('elsewhere'))
  await step('half of it moved', index)
  renameSync(library, `${library}-away`)
  await step('lost', index)
  renameSync(`${library}-away`, library)
  await step('back', index)
  renameSync(at('elsewhere'), `${library}-half`)
  await step('half of it deleted', index)
  renameSync(`${library}-half`, at('elsewhere'))
  await step('back', index)
  await step('half of it left out', () => untilRead(engine, () => client.exclude({ paths: [at('elsewhere')] })))
  await step('let in again', () => untilRead(engine, () => client.include({ paths: [at('elsewhere')] })))
  const [folder] = (await client.library({})).folders
  if (folder === undefined) throw new Error('The library has no folder.')
  await step('removed', () => client.removeFolder({ folderId: folder.folderId }))
}

/** Does the work, and ends the job that follows as soon as files would be read. */
async function untilRead(engine: Engine, work: () => Promise<unknown>): Promise<void> {
  const stop = engine.on('jobProgress', ({ jobId, stage, state }) => {
    if (stage === 'encode' && state === 'running') void engine.client.cancelJob({ jobId }).catch(() => undefined)
  })
  await work()
  await engine.idle()
  stop()
}

async function measure(engine: Engine, name: string, work: () => Promise<unknown>): Promise<void> {
  const watch = watchLoop(engine)
  await work()
  const { seconds, delayMs, callsMs, turnsMs } = await watch.end()
  const [p50 = NaN, , p99 = NaN, most = NaN] = delayMs
  const cells = [seconds, p50, p99, most].map(value => value.toFixed(1).padStart(8)).join('')
  const [, , callP99 = NaN, callMost = NaN] = callsMs
  const { indexed, waiting, unreachable } = await engine.client.library({})
  console.log(
    `${name.padEnd(28)}${cells}${callP99.toFixed(1).padStart(16)}${callMost.toFixed(1).padStart(8)}${(turnsMs[3] ?? NaN).toFixed(1).padStart(12)}` +
      `   (${indexed} indexed, ${waiting} waiting, ${unreachable} unreachable)`
  )
  if (p99 > promised.p99 || most > promised.maximum) process.exitCode = 1
}

function pathOf(i: number, items: number): string {
  const name = `${i}.${i % notesEvery === 0 ? 'md' : 'jpg'}`
  return i < items / 2 ? `${flat}/${name}` : `folder ${Math.floor(i / filesOfFolder)}/${name}`
}

function contentOf(path: string): string {
  return `file ${basename(path)}`
}

function writeFiles(library: string, items: number): void {
  const made = new Set<string>()
  for (let i = 0; i < items; i++) {
    const path = join(library, pathOf(i, items))
    const folder = join(path, '..')
    if (!made.has(folder)) mkdirSync(folder, { recursive: true })
    made.add(folder)
    writeFileSync(path, contentOf(path))
    if (i % sidecarEvery === 1) writeFileSync(`${path}.xmp`, '<x:xmpmeta/>')
  }
}

function readAll(dataFolder: string, library: string, model: ActiveModel): void {
  const store = openStore({ folder: dataFolder })
  try {
    const [folder] = store.folders.all()
    const known = store.items.inFolder(folder?.folderId ?? 0)
    for (let from = 0; from < known.length; from += 1000)
      store.transaction(() => {
        for (const { itemId, path } of known.slice(from, from + 1000)) {
          const contentHash = createHash('sha256')
            .update(contentOf(join(library, path)))
            .digest('hex')
          saveAsRead(itemId, path, model, store, { contentHash })
        }
      })
  } finally {
    store.close()
  }
}
