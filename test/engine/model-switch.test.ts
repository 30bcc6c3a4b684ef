import { copyFile, cp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { JobStatus } from '../../src/shared/jobs.ts'
import { readPack } from '../../src/main/engine/stages/encode/model-pack.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import { parseProjector } from '../../src/main/engine/stages/project/projector-file.ts'
import { openStore } from '../../src/main/engine/store/database.ts'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { buildOtherPack } from '../tools/other-pack.ts'
import { indexedLibrary } from '../tools/indexed-library.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
const models = join(folder, 'models')
let library: DrawnLibrary
let packs: string[]
let questions: string[]
/** Of each model alone, on a library that never knew another. */
let answers: { drawn: Answers; other: Answers }

type Answers = readonly (readonly (readonly [string, number])[])[]

const open: Engine[] = []
/** While a preparation is to be caught in the middle: on a fast machine it would be over before it could be paused. */
let isSlow = false
const start = async (
  data: string,
  options: Parameters<typeof openRealEngine>[2] = {},
  first: string | null = null
): Promise<Engine> => {
  const engine = await openRealEngine(join(folder, data), [...(first === null ? [] : [first]), ...packs], {
    ...options,
    onCall(name) {
      void options.onCall?.(name)
      return isSlow ? delay(15) : undefined
    }
  })
  open.push(engine)
  return engine
}

beforeAll(async () => {
  library = await indexedLibrary(join(folder, 'library'), join(folder, 'indexed'))
  const drawn = await buildDrawnPack(models)
  const other = await buildOtherPack(drawn, models, { id: 'other' })
  packs = [drawn, other, await buildOtherPack(drawn, models, { id: 'third', narrowerBy: 2 })]
  questions = [...library.photos.slice(0, 12).map(({ caption }) => caption), 'a boat at night', 'like:3']
  const withDrawn = await indexed('alone with drawn')
  const withOther = await start('alone with other', {}, other)
  await indexAll(withOther, library.folder)
  answers = { drawn: await ask(withDrawn), other: await ask(withOther) }
  expect(answers.drawn).not.toEqual(answers.other)
})

afterEach(async () => {
  isSlow = false
  for (const engine of open.splice(0)) await engine.close()
})

async function ask(engine: Engine): Promise<Answers> {
  const found = await Promise.all(questions.map(text => engine.client.search({ text })))
  return found.map(({ hits }) => hits.map(({ path, score }) => [path, Math.round(score * 1e4)] as const))
}

const activate = (engine: Engine, packId: string | null): Promise<null> => engine.client.activateModel({ packId })
const activeId = async (engine: Engine): Promise<string | undefined> => (await engine.client.library({})).model?.packId
const modelJob = async (engine: Engine): Promise<JobStatus | undefined> =>
  (await engine.client.jobs({})).find(({ kind, state }) => kind === 'encode-model' && state !== 'ended')

/** Chooses a model and pauses its preparation as soon as something was encoded. */
async function beginPreparing(engine: Engine, packId: string): Promise<string> {
  isSlow = true
  const paused = new Promise<string>(resolve => {
    const stop = engine.on('jobProgress', ({ kind, encoded, jobId, state }) => {
      if (kind !== 'encode-model' || encoded === 0 || state !== 'running') return
      stop()
      resolve(engine.client.pauseJob({ jobId }).then(() => jobId))
    })
  })
  await activate(engine, packId)
  const jobId = await paused
  isSlow = false
  return jobId
}

/** An engine on a copy of the library that the drawn pack has indexed. */
async function indexed(data: string, options: Parameters<typeof openRealEngine>[2] = {}): Promise<Engine> {
  await cp(join(folder, 'indexed'), join(folder, data), { recursive: true })
  const engine = await start(data, options)
  expect(await activeId(engine)).toBe('drawn')
  return engine
}

test('the model in use answers until the next one has everything, and then the next one answers alone', async () => {
  const calls: string[] = []
  const engine = await indexed('whole', { onCall: name => void calls.push(name) })
  expect(await ask(engine)).toEqual(answers.drawn)
  const told: (string | null)[] = []
  const jobs: JobStatus[] = []
  engine.on('modelChanged', ({ packId }) => told.push(packId))
  engine.on('jobEnded', job => jobs.push(job))

  const jobId = await beginPreparing(engine, 'other')
  expect(await ask(engine)).toEqual(answers.drawn)
  expect([await activeId(engine), told]).toEqual(['drawn', []])
  expect(await modelJob(engine)).toMatchObject({ stage: 'prepare', state: 'paused', total: library.expected.indexed })

  // Asked all the while, no answer is of anything but one of the two.
  const seen: Answers[] = []
  await engine.client.resumeJob({ jobId })
  let isIdle = false
  const idle = engine.idle().then(() => (isIdle = true))
  while (!isIdle as boolean) seen.push(await ask(engine))
  await idle
  expect(seen.length).toBeGreaterThan(0)
  for (const found of seen)
    for (const [i, hits] of found.entries()) expect([answers.drawn[i], answers.other[i]]).toContainEqual(hits)

  expect([await activeId(engine), told]).toEqual(['other', ['other']])
  expect(jobs.map(({ kind, outcome, message }) => [kind, outcome, message])).toEqual([
    ['encode-model', 'finished', null],
    ['index', 'finished', null]
  ])
  expect(jobs[0]).toMatchObject({ encoded: library.expected.indexed, failed: 0 })
  expect(jobs[1]?.encoded).toBe(0)
  expect(await ask(engine)).toEqual(answers.other)

  // Each space holds the rows of one model, as many as it has made.
  const store = openStore({ folder: join(folder, 'whole') })
  for (const pack of packs.slice(0, 2)) {
    const { image, text, projectorBytes } = await readPack(pack)
    const { id, dimension } = parseProjector(projectorBytes ?? new Uint8Array(0))
    for (const tower of [image, text]) {
      const rows = [...store.projections.each(`${id}:${tower.tower}`)]
      expect(rows.length).toBe(store.embeddings.count(tower.id))
      expect(new Set(rows.map(({ vector }) => vector.length))).toEqual(new Set([dimension]))
    }
  }
  store.close()

  // Back again, and forth: everything is there, so nothing is encoded and no job prepares anything.
  calls.length = 0
  await activate(engine, 'drawn')
  expect([await activeId(engine), await modelJob(engine)]).toEqual(['drawn', undefined])
  await engine.idle()
  expect(calls.filter(name => name !== 'open')).toEqual([])
  expect(await ask(engine)).toEqual(answers.drawn)
})

test('what is indexed meanwhile is found by the model in use, and by the next one once it answers', async () => {
  const engine = await indexed('new file')
  const jobId = await beginPreparing(engine, 'other')
  const added = join(library.folder, 'added.jpg')
  const photo = library.photos.find(({ path }) => path.endsWith('.jpg'))
  await copyFile(join(library.folder, photo?.path ?? ''), added)
  try {
    const ended = new Promise<JobStatus>(resolve => engine.on('jobEnded', resolve))
    await engine.client.indexLibrary({})
    expect(await ended).toMatchObject({ kind: 'index', encoded: 1 })
    const find = async () => (await engine.client.search({ text: photo?.caption ?? '' })).hits
    const foundBy = async () =>
      (await find()).find(({ path }) => path === added)?.reasons.some(({ kind }) => kind === 'picture')
    expect([await activeId(engine), await foundBy()]).toEqual(['drawn', true])
    await engine.client.resumeJob({ jobId })
    await engine.idle()
    expect([await activeId(engine), await foundBy()]).toEqual(['other', true])
    expect((await engine.client.library({})).unencoded).toBe(0)
  } finally {
    await rm(added)
  }
})

test('stopping keeps the model in use and what was encoded; the next time goes on from there', async () => {
  const engine = await indexed('stopped')
  const jobId = await beginPreparing(engine, 'other')
  const { encoded } = (await modelJob(engine)) ?? { encoded: 0 }
  await engine.client.cancelJob({ jobId })
  await engine.idle()
  expect(await activeId(engine)).toBe('drawn')
  expect(await ask(engine)).toEqual(answers.drawn)
  const ended = new Promise<JobStatus>(resolve => engine.on('jobEnded', resolve))
  await activate(engine, 'other')
  const { encoded: rest } = await ended
  expect(rest).toBeLessThanOrEqual(library.expected.indexed - encoded)
  await engine.idle()
  expect(await ask(engine)).toEqual(answers.other)
})

test('the newest wish wins: another model, the one in use, or none', async () => {
  const engine = await indexed('wishes')
  const first = await beginPreparing(engine, 'other')
  const second = await beginPreparing(engine, 'third')
  expect(second).not.toBe(first)
  // The same wish again changes nothing.
  await activate(engine, 'third')
  expect((await modelJob(engine))?.jobId).toBe(second)
  await activate(engine, 'drawn')
  expect([await modelJob(engine), await activeId(engine)]).toEqual([undefined, 'drawn'])
  await engine.idle()
  await beginPreparing(engine, 'third')
  await activate(engine, null)
  expect([await modelJob(engine), await activeId(engine)]).toEqual([undefined, undefined])
  await engine.idle()
  // Nothing answers, so nothing is lost by switching at once.
  await activate(engine, 'other')
  expect(await activeId(engine)).toBe('other')
  await engine.idle()
  expect(await ask(engine)).toEqual(answers.other)
})

test('a broken pack is refused with a reason, and everything goes on', async () => {
  const engine = await indexed('broken')
  const file = join(packs[2] ?? '', 'image.onnx')
  await rename(file, `${file}.away`)
  try {
    await expect(activate(engine, 'third')).rejects.toMatchObject({ code: 'model-broken' })
    await expect(activate(engine, 'nowhere')).rejects.toMatchObject({ code: 'not-found' })
    expect([await modelJob(engine), await activeId(engine)]).toEqual([undefined, 'drawn'])
    expect(await ask(engine)).toEqual(answers.drawn)
    // Also what is being prepared.
    const jobId = await beginPreparing(engine, 'other')
    await expect(activate(engine, 'third')).rejects.toMatchObject({ code: 'model-broken' })
    expect((await modelJob(engine))?.jobId).toBe(jobId)
  } finally {
    await rename(`${file}.away`, file)
  }
})

test('the first model, and any model of an empty library, is in use at once', async () => {
  const engine = await start('empty')
  await activate(engine, 'other')
  expect(await activeId(engine)).toBe('other')
  await activate(engine, 'drawn')
  expect([await modelJob(engine), await activeId(engine)]).toEqual([undefined, 'drawn'])
})

test('a preparation that ended with the app goes on at the next start', async () => {
  const engine = await indexed('ended')
  await beginPreparing(engine, 'other')
  const { encoded = 0 } = (await modelJob(engine)) ?? {}
  await engine.close()

  const again = await start('ended', { watch: true })
  const ended: JobStatus[] = []
  again.on('jobEnded', job => ended.push(job))
  await again.idle()
  const job = ended.find(({ kind }) => kind === 'encode-model')
  expect(job).toMatchObject({ outcome: 'finished' })
  expect(job?.encoded).toBeLessThanOrEqual(library.expected.indexed - encoded)
  expect(await ask(again)).toEqual(answers.other)
})

test('a preparation that was stopped is not wanted any more: the next start leaves it', async () => {
  const engine = await indexed('stopped for good')
  const jobId = await beginPreparing(engine, 'other')
  await engine.client.cancelJob({ jobId })
  await engine.idle()
  await engine.close()

  const again = await start('stopped for good', { watch: true })
  const begun: JobStatus[] = []
  again.on('jobStarted', job => begun.push(job))
  await again.idle()
  expect(begun.map(({ kind }) => kind)).not.toContain('encode-model')
  expect(await activeId(again)).toBe('drawn')
})

test('while a folder cannot be reached its photos stay with the model that has them', async () => {
  const engine = await indexed('unplugged')
  await rename(library.folder, `${library.folder}-away`)
  try {
    const ended = new Promise<JobStatus>(resolve => engine.on('jobEnded', resolve))
    await activate(engine, 'other')
    const job = await ended
    expect(job).toMatchObject({ kind: 'encode-model', outcome: 'error' })
    expect(job.message).toContain('Connect the disk')
    await engine.idle()
    expect(await ask(engine)).toEqual(answers.drawn)
    expect(await engine.client.library({})).toMatchObject(library.expected)
  } finally {
    await rename(`${library.folder}-away`, library.folder)
  }
})

test('a folder that the last run did not reach refuses a model in words, and once the folder is back the model needs no other run', async () => {
  const engine = await indexed('unplugged and known')
  const ended: JobStatus[] = []
  engine.on('jobEnded', job => ended.push(job))
  await rename(library.folder, `${library.folder}-away`)
  try {
    await indexAll(engine)
    await activate(engine, 'other')
    await engine.idle()
    const refused = ended.find(({ kind }) => kind === 'encode-model')
    expect(refused).toMatchObject({ kind: 'encode-model', outcome: 'error', code: 'not-found' })
    expect(refused?.message).toContain('Connect the disk')
  } finally {
    await rename(`${library.folder}-away`, library.folder)
  }
  await activate(engine, 'other')
  await engine.idle()
  expect(await activeId(engine)).toBe('other')
})

test('a question in a language that the model does not know is answered with a warning, and filters alone never are', async () => {
  const engine = await start('empty')
  const noticesOf = async (text: string) => (await engine.client.search({ text })).notices
  await activate(engine, 'drawn')
  expect(await noticesOf('собака на пляже')).toContain('other-language')
  expect(await noticesOf('a dog on the beach')).not.toContain('other-language')
  expect(await noticesOf('in:собаки tag:пляж')).not.toContain('other-language')
  await activate(engine, null)
  expect(await noticesOf('собака на пляже')).not.toContain('other-language')
})
