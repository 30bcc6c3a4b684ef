import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { JobStatus } from '../../src/shared/jobs.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import type { Offer } from '../../src/main/engine/hub/catalogue.ts'
import { writeTinyPack } from '../stages/encode/tiny-pack.ts'
import { clipHub, tinyHub } from '../hub/tiny-offer.ts'
import type { HubServer } from '../tools/hub-server.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
const library = join(folder, 'library')
let hub: { server: HubServer; offer: Offer }

beforeAll(async () => {
  hub = await tinyHub(join(folder, 'repository'), 400_000)
  mkdirSync(library)
  for (const [name, background] of [
    ['a', '#ff0000'],
    ['b', '#00ff00'],
    ['c', '#0000ff']
  ] as const)
    writeFileSync(
      join(library, `${name}.png`),
      await sharp({ create: { width: 64, height: 64, channels: 3, background } })
        .png()
        .toBuffer()
    )
})

afterAll(() => hub.server.close())

let opened = 0
async function openEngine(): Promise<{ engine: Engine; data: string; jobs: JobStatus[] }> {
  const data = join(folder, `data ${opened++}`)
  const engine = await openRealEngine(data, [], { offers: [hub.offer] })
  onTestFinished(() => engine.close())
  const jobs: JobStatus[] = []
  for (const name of ['jobStarted', 'jobProgress', 'jobEnded'] as const)
    engine.on(name, job => {
      if (job.kind === 'install') jobs.push(job)
    })
  await engine.client.changeSettings({ hubUrl: hub.server.url })
  hub.server.fault = () => null
  return { engine, data, jobs }
}

const isBallast = (path: string): boolean => path.startsWith('onnx/')

/** The hub sends a part of the largest file, and the rest when it is told to. */
function holdBack(): () => void {
  let goOn: () => void = () => undefined
  const until = new Promise<void>(resolve => (goOn = resolve))
  hub.server.fault = path => (isBallast(path) ? { kind: 'held', afterBytes: 100_000, until } : null)
  onTestFinished(goOn)
  return goOn
}

/** Waits until a part of the largest file has come. */
const isUnderWay = (engine: Engine): Promise<void> =>
  expect
    .poll(async () => (await engine.client.jobs({})).find(({ state }) => state === 'running')?.done)
    .toBeGreaterThan(50_000)

test('a model from the hub is installed while search goes on, then activated, and encodes', async () => {
  const { engine, jobs } = await openEngine()
  const { client } = engine
  await indexAll(engine, library)
  expect((await client.library({})).model).toBeNull()

  const goOn = holdBack()
  await client.installModel({ offerId: 'tiny', hasConsent: true })
  await isUnderWay(engine)
  expect((await client.jobs({})).some(({ kind, state }) => kind === 'install' && state === 'running')).toBe(true)
  // Half of a pack is no pack, and nothing waits for it.
  expect(await client.models({})).toEqual([])
  expect((await client.search({ text: 'a.png' })).hits[0]?.path).toContain('a.png')
  await expect(client.installModel({ offerId: 'tiny', hasConsent: true })).rejects.toMatchObject({ code: 'busy' })
  // A rate is one of half a second at least.
  await expect.poll(() => Date.now() - (jobs[0]?.startedMs ?? 0)).toBeGreaterThan(1000)
  goOn()
  await engine.idle()
  expect(jobs.at(-1)).toMatchObject({ outcome: 'finished', stage: 'download' })
  expect(jobs.some(({ perSecond }) => (perSecond ?? 0) > 0)).toBe(true)
  expect(await client.models({})).toMatchObject([{ packId: 'tiny', isActive: false, hasCommonSpace: true }])

  await client.activateModel({ packId: 'tiny' })
  await engine.idle()
  expect(await client.library({})).toMatchObject({ model: { packId: 'tiny', isActive: true }, unencoded: 0 })
  const { hits } = await client.search({ text: 'green' })
  expect(hits[0]?.path).toContain('b.png')
  expect(hits[0]?.reasons.map(({ kind }) => kind)).toContain('picture')

  await expect(client.removeModel({ packId: 'tiny' })).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining('is in use. Nothing was deleted') as string
  })
  await client.activateModel({ packId: null })
  const { folder: deleted, freedBytes } = await client.removeModel({ packId: 'tiny' })
  expect(existsSync(deleted)).toBe(false)
  expect(freedBytes).toBeGreaterThan(400_000)
})

test('a repository as the hub has them, without a manifest, is described, tried and searched with', async () => {
  const { server, offer } = await clipHub(join(folder, 'clip repository'))
  onTestFinished(() => server.close())
  const engine = await openRealEngine(join(folder, 'data of clip'), [], { offers: [offer] })
  onTestFinished(() => engine.close())
  const { client } = engine
  await client.changeSettings({ hubUrl: server.url })
  await indexAll(engine, library)
  const ended = new Promise<JobStatus>(resolve => engine.on('jobEnded', resolve))
  await client.installModel({ offerId: 'tiny-clip', hasConsent: true })
  expect(await ended).toMatchObject({ outcome: 'finished', message: null })
  expect(await client.models({})).toMatchObject([
    { packId: 'tiny-clip', name: 'Tiny CLIP', licence: 'MIT', languages: ['en', 'de'], hasCommonSpace: true }
  ])
  await client.activateModel({ packId: 'tiny-clip' })
  await engine.idle()
  expect((await client.search({ text: 'blue' })).hits[0]?.path).toContain('c.png')
})

test('a repository that is no model is refused after it was fetched, and can be given up', async () => {
  const { server, offer } = await clipHub(join(folder, 'strange repository'))
  onTestFinished(() => server.close())
  server.put('config.json', Buffer.from(JSON.stringify({ model_type: 'something-else' })))
  const engine = await openRealEngine(join(folder, 'data of strange'), [], { offers: [offer] })
  onTestFinished(() => engine.close())
  const { client } = engine
  await client.changeSettings({ hubUrl: server.url })
  const ended = new Promise<JobStatus>(resolve => engine.on('jobEnded', resolve))
  await client.installModel({ offerId: 'tiny-clip', hasConsent: true })
  const { outcome, message } = await ended
  expect(outcome).toBe('error')
  expect(message).toMatch(/Tiny CLIP cannot be used: .*unharmed/s)
  expect(await client.models({})).toEqual([])
  expect((await client.removeModel({ packId: 'tiny-clip' })).freedBytes).toBeGreaterThan(1000)
  await expect(client.removeModel({ packId: 'tiny-clip' })).rejects.toMatchObject({ code: 'not-found' })
})

test('cancelled, and once more: it goes on where it stopped', async () => {
  const { engine, jobs } = await openEngine()
  const { client } = engine
  holdBack()
  const { jobId } = await client.installModel({ offerId: 'tiny', hasConsent: true })
  await isUnderWay(engine)
  await client.cancelJob({ jobId })
  await engine.idle()
  expect(jobs.at(-1)).toMatchObject({ outcome: 'cancelled', jobId })
  expect(await client.models({})).toEqual([])
  hub.server.fault = () => null
  await client.installModel({ offerId: 'tiny', hasConsent: true })
  await engine.idle()
  expect(hub.server.fetched().findLast(({ path }) => isBallast(path))?.from).toBeGreaterThan(20_000)
  expect(jobs.at(-1)).toMatchObject({ outcome: 'finished' })
})

test('set to stay offline in the middle, it stops; while it is, nothing is asked for', async () => {
  const { engine, jobs } = await openEngine()
  const { client } = engine
  holdBack()
  await client.installModel({ offerId: 'tiny', hasConsent: true })
  await isUnderWay(engine)
  await client.changeSettings({ isOffline: true })
  await engine.idle()
  expect(jobs.at(-1)).toMatchObject({ outcome: 'cancelled' })
  const before = hub.server.asked.length
  await expect(client.installModel({ offerId: 'tiny', hasConsent: true })).rejects.toMatchObject({ code: 'network' })
  await client.offers({})
  expect(hub.server.asked).toHaveLength(before)
})

test('what is damaged, or another model under this name, never becomes a pack; the job says so', async () => {
  const { engine, data, jobs } = await openEngine()
  const { client } = engine
  hub.server.fault = path => (path === 'image.onnx' ? { kind: 'flip', at: 20 } : null)
  await client.installModel({ offerId: 'tiny', hasConsent: true })
  await engine.idle()
  expect(jobs.at(-1)).toMatchObject({
    outcome: 'error',
    message: expect.stringMatching(/image\.onnx arrived damaged.*unharmed/s) as string
  })
  expect(await client.models({})).toEqual([])
  await engine.close()

  const impostor = await openRealEngine(data, [], { offers: [{ ...hub.offer, id: 'another' }] })
  onTestFinished(() => impostor.close())
  hub.server.fault = () => null
  const ended = new Promise<JobStatus>(resolve => impostor.on('jobEnded', resolve))
  await impostor.client.installModel({ offerId: 'another', hasConsent: true })
  expect(await ended).toMatchObject({
    outcome: 'error',
    message: expect.stringContaining('it calls itself “tiny”') as string
  })
  expect(await impostor.client.models({})).toEqual([])
})

test('a pack that lies elsewhere is not Reverie’s to delete', async () => {
  const elsewhere = join(folder, 'elsewhere')
  mkdirSync(elsewhere)
  writeTinyPack(join(elsewhere, 'tiny'))
  const engine = await openRealEngine(join(folder, 'data of elsewhere'), [elsewhere])
  onTestFinished(() => engine.close())
  await engine.client.activateModel({ packId: null })
  await expect(engine.client.removeModel({ packId: 'tiny' })).rejects.toMatchObject({ code: 'not-found' })
  expect(existsSync(join(elsewhere, 'tiny', 'model.json'))).toBe(true)
})

test('two processes do not write into the same download', async () => {
  const { engine, data } = await openEngine()
  const other = await openRealEngine(data, [], { offers: [hub.offer] })
  onTestFinished(() => other.close())
  holdBack()
  const { jobId } = await engine.client.installModel({ offerId: 'tiny', hasConsent: true })
  const ended = new Promise<JobStatus>(resolve => other.on('jobEnded', resolve))
  await other.client.installModel({ offerId: 'tiny', hasConsent: true })
  expect(await ended).toMatchObject({
    outcome: 'error',
    message: expect.stringContaining('Another Reverie is installing a model') as string
  })
  await engine.client.cancelJob({ jobId })
  await engine.idle()
})
