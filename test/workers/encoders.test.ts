import { cp, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { EncoderProcess } from '../../src/main/engine/workers/encoder-process.ts'
import { Encoders } from '../../src/main/engine/workers/encoders.ts'
import type { StartWorker } from '../../src/main/engine/workers/start-worker.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { buildOtherPack } from '../tools/other-pack.ts'
import { sourceWorkers } from '../tools/source-workers.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'

const folder = temporaryFolder()
const moody = nodeWorkers({ encoder: resolve(import.meta.dirname, 'moody-encoder.ts'), trainer: '' })
const open: { close(): void }[] = []
/** Another process is awaited, on a machine that may be slow. */
const patience = { timeout: 60_000, interval: 20 }

afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

function start(worker: StartWorker = moody): Encoders {
  const encoders = new Encoders(worker, 1)
  open.push(encoders)
  return encoders
}

const file = (path: string) => ({ path, sidecarPaths: [], modifiedMs: 0, encodePicture: true })
const isThere = (pid: number | undefined): boolean => {
  if (pid === undefined) return false
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

interface Message {
  readonly name?: string
  readonly input?: unknown
}

/** The moody encoder, whose messages are first shown to `see`; what it returns is waited for. */
function seen(see: (message: Message) => unknown): StartWorker {
  return name => {
    const worker = moody(name)
    return {
      ...worker,
      post: message => void Promise.resolve(see(message as Message)).then(() => worker.post(message))
    }
  }
}

test('at rest there is one process: the others come with their first work', async () => {
  const encoders = start()
  await encoders.usePack('a')
  await encoders.questions.encodeTexts(['a dog'])
  expect([encoders.pictures.pid, encoders.library.pid]).toEqual([undefined, undefined])
  await encoders.library.read(file('a'))
  await encoders.pictures.render('a', 10)
  const pids = [encoders.questions.pid, encoders.pictures.pid, encoders.library.pid]
  expect(new Set(pids).size).toBe(3)
  expect(pids.every(isThere)).toBe(true)
  encoders.close()
  await expect.poll(() => pids.some(isThere), patience).toBe(false)
})

test('a process that nobody needs ends, is there again with the next work, and never ends while it works', async () => {
  const encoder = new EncoderProcess(moody, 1, { idleMs: 1 })
  open.push(encoder)
  // Longer than it may be idle.
  const [first] = await Promise.all([encoder.read(file('a')), encoder.encodeTexts(['a dog'])])
  const { pid } = /by (?<pid>\d+)/.exec((first.reading as { reason: string }).reason)!.groups!
  await expect.poll(() => encoder.pid ?? isThere(Number(pid)), patience).toBe(false)
  const { reading } = await encoder.read(file('b'))
  expect(reading).toMatchObject({ code: 'no-text', reason: expect.not.stringContaining(pid!) as string })
  expect(encoder.restarts).toBe(0)
})

test('a picture that hangs its process holds up no question and no file, and one that crashes it costs itself only', async () => {
  const encoders = start()
  const hung = encoders.pictures.openPicture({ path: 'hang' })
  hung.catch(() => undefined)
  await vi.waitUntil(() => encoders.pictures.pid !== undefined)
  expect(await encoders.questions.encodeTexts(['a dog'])).toHaveLength(1)
  expect((await encoders.library.read(file('a'))).reading).toMatchObject({ code: 'no-text' })
  encoders.close()

  const others = start()
  const [crashed, opened, shown, broken] = await Promise.all([
    others.pictures.openPicture({ path: 'crash' }),
    others.pictures.openPicture({ path: 'a' }),
    others.pictures.render('b', 10),
    others.pictures.render('crash too', 10)
  ])
  expect(crashed).toMatchObject({ kind: 'failure', code: 'decoder-crashed' })
  expect(broken).toMatchObject({ kind: 'failure', code: 'decoder-crashed' })
  expect(opened).toEqual({ contentHash: 'a' })
  expect(shown).toEqual(Uint8Array.of(1))
  expect([others.questions.restarts, others.library.restarts]).toEqual([0, 0])
})

test('a model that cannot be opened changes nothing in any of them', async () => {
  const encoders = start()
  await encoders.usePack('first')
  const bound = encoders.library.bound()
  await bound.read(file('a'))
  await encoders.pictures.render('a', 10)
  const pids = [encoders.questions.pid, encoders.pictures.pid, encoders.library.pid]
  await expect(encoders.usePack('broken')).rejects.toThrow('Broken.')
  for (const encoder of [encoders.questions, encoders.pictures, encoders.library])
    expect(encoder.packFolder).toBe('first')
  await bound.read(file('b'))
  expect(await encoders.questions.encodeTexts(['a dog'])).toHaveLength(1)
  expect([encoders.questions.pid, encoders.pictures.pid, encoders.library.pid]).toEqual(pids)
})

test('another model comes to all of them in one step, and what was asked of the one before is refused', async () => {
  const [encoders, incoming] = [start(), start()]
  await encoders.usePack('first')
  const before = encoders.library.bound()
  await before.read(file('a'))
  await incoming.usePack('next')
  await incoming.library.read(file('a'))
  const [question, library] = [incoming.questions.pid, incoming.library.pid]
  const underWay = expect(before.read(file('b'))).rejects.toMatchObject({ code: 'busy' })

  encoders.takeOver(incoming)
  const all = [encoders.questions, encoders.pictures, encoders.library]
  expect(all.map(encoder => encoder.packFolder)).toEqual(['next', 'next', 'next'])
  expect([encoders.questions.pid, encoders.library.pid]).toEqual([question, library])
  await underWay
  await expect(before.encodeTexts(['late'])).rejects.toMatchObject({ code: 'busy' })
  expect((await encoders.library.read(file('c'))).reading).toMatchObject({ reason: `Read by ${library}.` })
})

test('threads are those of all of them, what is under way is answered first, and no question waits meanwhile', async () => {
  const opened: unknown[] = []
  const gate = Promise.withResolvers<null>()
  let isHeld = false
  const encoders = start(
    seen(({ name, input }) => {
      if (name !== 'open') return undefined
      opened.push((input as { threads: number }).threads)
      return isHeld ? gate.promise : undefined
    })
  )
  await encoders.usePack('a')
  const { pid } = encoders.questions
  const reading = encoders.library.read(file('a'))
  await vi.waitUntil(() => encoders.library.pid !== undefined)
  isHeld = true
  const changed = encoders.useThreads(2)
  await vi.waitUntil(() => opened.length === 3)
  // The next process is not ready yet.
  expect(await encoders.questions.encodeTexts(['a dog'])).toHaveLength(1)
  expect(encoders.questions.pid).toBe(pid)
  gate.resolve(null)
  await changed
  expect((await reading).reading).toMatchObject({ code: 'no-text' })
  await encoders.library.read(file('b'))
  await encoders.pictures.openPicture({ path: 'a' })
  expect(opened).toEqual([1, 1, 2, 2, 2])
  expect([encoders.library.restarts, encoders.questions.restarts]).toEqual([0, 0])
})

test('threads that change in the moment of a switch never bring the model before back', async () => {
  const gate = Promise.withResolvers<null>()
  let isHeld = false
  const encoders = start(seen(({ name }) => (name === 'open' && isHeld ? gate.promise : undefined)))
  await encoders.usePack('first')
  const incoming = start()
  await incoming.useThreads(2)
  await incoming.usePack('next')
  isHeld = true
  const changed = encoders.useThreads(2)
  await Promise.resolve()
  encoders.takeOver(incoming)
  gate.resolve(null)
  await changed
  const all = [encoders.questions, encoders.pictures, encoders.library]
  expect(all.map(encoder => encoder.packFolder)).toEqual(['next', 'next', 'next'])
})

test('the number of threads that it has already costs no process; what was put to use with another is told', async () => {
  const encoders = start()
  await encoders.usePack('a')
  await encoders.library.read(file('a'))
  const { pid } = encoders.library
  await encoders.useThreads(1)
  expect(encoders.library.pid).toBe(pid)

  const incoming = start()
  await incoming.usePack('b')
  await encoders.useThreads(2)
  encoders.takeOver(incoming)
  expect(encoders.questions.threads).toBe(1)
  await encoders.useThreads(2)
  const all = [encoders.questions, encoders.pictures, encoders.library]
  expect(all.map(({ threads, packFolder }) => [threads, packFolder])).toEqual(Array(3).fill([2, 'b']))
})

test('a pack whose files became another model’s is not used by a process that starts later', async () => {
  const drawn = await buildDrawnPack(join(folder, 'packs'))
  const other = await buildOtherPack(drawn, join(folder, 'packs'), { id: 'other' })
  const encoders = start(nodeWorkers(sourceWorkers))
  await encoders.usePack(drawn)
  await rm(drawn, { recursive: true })
  await cp(other, drawn, { recursive: true })
  await expect(encoders.library.read(file(join(drawn, 'model.json')))).rejects.toMatchObject({ code: 'model-broken' })
  expect(await encoders.questions.encodeTexts(['a dog'])).toHaveLength(1)
})
