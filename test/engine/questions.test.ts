import { copyFile, cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { JobStatus } from '../../src/shared/jobs.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { buildOtherPack } from '../tools/other-pack.ts'
import { indexedLibrary } from '../tools/indexed-library.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
let library: DrawnLibrary
let packs: string[]
let picture: { bytes: Uint8Array; path: string; caption: string }

/** Several processes start in each story, on a machine that may be slow. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

/** What is asked of other processes and not let through: each waits until it is let go. */
class Gate {
  readonly #held = new Set<string>()
  readonly #waiting: { readonly name: string; readonly go: () => void }[] = []

  hold(...names: string[]): void {
    for (const name of names) this.#held.add(name)
  }

  /** All, or only these. */
  letGo(...names: string[]): void {
    for (const name of names.length === 0 ? [...this.#held] : names) {
      this.#held.delete(name)
      for (const one of this.#waiting.splice(0)) {
        if (one.name === name) one.go()
        else this.#waiting.push(one)
      }
    }
  }

  pass(name: string): Promise<void> | undefined {
    return this.#held.has(name) ? new Promise(go => this.#waiting.push({ name, go })) : undefined
  }

  async hasHeld(name: string): Promise<void> {
    await vi.waitUntil(() => this.#waiting.some(one => one.name === name), { timeout: 60_000, interval: 10 })
  }
}

const open: { engine: Engine; gate: Gate }[] = []

beforeAll(async () => {
  library = await indexedLibrary(join(folder, 'library'), join(folder, 'indexed'))
  const drawn = await buildDrawnPack(join(folder, 'models'))
  packs = [drawn, await buildOtherPack(drawn, join(folder, 'models'), { id: 'other' })]
  const photo = library.photos.find(({ path }) => path.endsWith('.jpg'))!
  const path = join(library.folder, photo.path)
  picture = { bytes: new Uint8Array(await readFile(path)), path, caption: photo.caption }
})

afterEach(async () => {
  for (const { engine, gate } of open.splice(0)) {
    gate.letGo()
    await engine.close()
  }
})

/** An engine on the indexed library, and a gate before its other processes. */
async function indexed(data: string): Promise<{ engine: Engine; gate: Gate }> {
  await cp(join(folder, 'indexed'), join(folder, data), { recursive: true })
  const gate = new Gate()
  const engine = await openRealEngine(join(folder, data), packs, { onCall: name => gate.pass(name) })
  open.push({ engine, gate })
  return { engine, gate }
}

const byText = async (engine: Engine) => {
  const { hits } = await engine.client.search({ text: picture.caption })
  return hits.map(({ path, score }) => [path, Math.round(score * 1e4)])
}

const byPicture = async (engine: Engine) => {
  const { imageId } = await engine.client.openImage({ bytes: picture.bytes })
  const { hits } = await engine.client.search({ text: '', imageId })
  return hits.map(({ path, score }) => [path, Math.round(score * 1e4)])
}

const ends = (engine: Engine): Promise<JobStatus> => new Promise(resolve => engine.on('jobEnded', resolve))

test('while every file of the library is held up, words, a dropped picture and a preview are answered', async () => {
  const { engine, gate } = await indexed('held')
  const before = { text: await byText(engine), picture: await byPicture(engine) }
  const itemId = engine.findPath(picture.path)!
  gate.hold('read')
  await engine.client.rebuildLibrary({})
  await gate.hasHeld('read')

  expect(await byText(engine)).toEqual(before.text)
  expect(await byPicture(engine)).toEqual(before.picture)
  expect(before.picture[0]?.[0]).toBe(picture.path)
  expect([...((await engine.media(itemId, 'photo'))?.bytes.subarray(0, 2) ?? [])]).toEqual([0xff, 0xd8])
  expect((await engine.client.jobs({})).find(({ kind }) => kind === 'index')).toMatchObject({ done: 0 })

  const ended = ends(engine)
  gate.letGo()
  expect(await ended).toMatchObject({ outcome: 'finished', encoded: library.expected.indexed })
  expect(await engine.client.library({})).toMatchObject({ ...library.expected, unencoded: 0 })
})

test('words are answered while pictures are held up, and a picture while a model is still being opened', async () => {
  const { engine, gate } = await indexed('pictures')
  const before = await byText(engine)
  await byPicture(engine)
  gate.hold('openPicture', 'render')
  const pictures = byPicture(engine)
  await gate.hasHeld('openPicture')
  expect(await byText(engine)).toEqual(before)
  gate.letGo()
  const seen = await pictures

  // Choosing a model is a command, and commands wait for each other.
  gate.hold('open')
  const chosen = engine.client.activateModel({ packId: 'other' })
  await gate.hasHeld('open')
  expect(await byPicture(engine)).toEqual(seen)
  gate.letGo()
  await chosen
})

test('a model that comes while all are at work is asked whatever the one before had not answered', async () => {
  const { engine, gate } = await indexed('switch')
  const answers = async () => ({ text: await byText(engine), picture: await byPicture(engine) })
  const drawn = await answers()
  await engine.client.activateModel({ packId: 'other' })
  await engine.idle()
  const other = await answers()
  expect(other).not.toEqual(drawn)
  await engine.client.activateModel({ packId: 'drawn' })
  await engine.idle()
  expect(await answers()).toEqual(drawn)

  const added = join(library.folder, 'added.jpg')
  await copyFile(join(library.folder, library.photos.find(({ path }) => path !== picture.path)!.path), added)
  try {
    gate.hold('read', 'encodeTexts', 'openPicture')
    const jobs: JobStatus[] = []
    engine.on('jobEnded', job => jobs.push(job))
    await engine.client.indexLibrary({})
    const asked = answers()
    for (const name of ['read', 'encodeTexts']) await gate.hasHeld(name)
    const opened = byPicture(engine)
    await gate.hasHeld('openPicture')
    await engine.client.activateModel({ packId: 'other' })
    gate.letGo('encodeTexts', 'openPicture')
    expect(await asked).toEqual(other)
    expect(await opened).toEqual(other.picture)
    gate.letGo()
    await engine.idle()
    expect(jobs.map(({ outcome }) => outcome)).not.toContain('error')
    expect(await engine.client.library({})).toMatchObject({ unencoded: 0, indexed: library.expected.indexed + 1 })
    expect((await engine.client.library({})).model?.packId).toBe('other')
  } finally {
    await rm(added)
  }
})

test('a process that is killed under a question costs nobody anything, and closing ends them all', async () => {
  const { engine, gate } = await indexed('killed')
  const before = { text: await byText(engine), picture: await byPicture(engine) }
  gate.hold('read')
  await engine.client.rebuildLibrary({})
  await gate.hasHeld('read')
  const { questions, pictures, library: reading } = engine.encoderPids()

  gate.hold('encodeTexts', 'openPicture')
  const asked = Promise.all([byText(engine), byPicture(engine)])
  await gate.hasHeld('encodeTexts')
  await gate.hasHeld('openPicture')
  process.kill(questions!, 'SIGKILL')
  process.kill(pictures!, 'SIGKILL')
  await vi.waitUntil(() => engine.encoderPids().questions !== questions, { timeout: 60_000 })
  await vi.waitUntil(() => engine.encoderPids().pictures !== pictures, { timeout: 60_000 })
  expect(engine.encoderPids().library).toBe(reading)
  const ended = ends(engine)
  gate.letGo()
  expect(await asked).toEqual([before.text, before.picture])
  expect(await ended).toMatchObject({ outcome: 'finished', failed: library.expected.failed })

  expect(await byPicture(engine)).toEqual(before.picture)
  const pids = Object.values(engine.encoderPids()).filter(pid => pid !== undefined)
  expect(pids).toHaveLength(3)
  await engine.close()
  const isThere = (pid: number): boolean => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  await expect.poll(() => pids.some(isThere), { timeout: 60_000 }).toBe(false)
})

test('an engine that is closed while its model is opened says nothing: whoever closed it does not wait for that', async () => {
  const said: string[] = []
  const data = join(folder, 'closed early')
  await cp(join(folder, 'indexed'), data, { recursive: true })
  // The model is opened by calls of its process, and each of them is a moment to be closed at.
  for (let calls = 1, isThere = true; isThere; calls++) {
    let heard = 0
    const reached = Promise.withResolvers<true>()
    const engine = await openRealEngine(data, packs, {
      log: text => said.push(text),
      onCall: () => {
        if (++heard === calls) reached.resolve(true)
      }
    })
    const opened = vi.waitUntil(async () => (await engine.client.library({})).model !== null, { timeout: 60_000 })
    await Promise.race([reached.promise, opened.catch(() => undefined)])
    isThere = heard >= calls
    await engine.close()
  }
  expect(said).toEqual([])
})
