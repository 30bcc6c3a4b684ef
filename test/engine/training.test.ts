import { existsSync } from 'node:fs'
import { copyFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { JobStatus } from '../../src/shared/jobs.ts'
import type { RunPoint } from '../../src/shared/learning.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import { drawOwnWords } from '../stages/library/drawn/own-words.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
let models: string
let engine: Engine
let photos: { caption: string; path: string }[]

beforeAll(async () => {
  models = await buildDrawnPack(join(folder, 'models'))
  photos = await drawOwnWords(join(folder, 'photos'), 260)
  engine = await openRealEngine(data, [models])
  await indexAll(engine, join(folder, 'photos'))
})

afterAll(() => engine.close())

/** Seconds where nothing else runs; the smallest machine may have other tests beside it. */
vi.setConfig({ testTimeout: 240_000 })

/** Where photos stand for their own captions: the mean of 1 / rank among the first fifty. */
async function meanReciprocalRank(of: Engine): Promise<number> {
  let sum = 0
  for (const { caption, path } of photos.slice(0, 60)) {
    const { hits } = await of.client.search({ text: `type:photo ${caption}`, limit: 50 })
    const rank = hits.findIndex(hit => hit.path === path)
    if (rank >= 0) sum += 1 / (rank + 1)
  }
  return sum / 60
}

const trained = async () => {
  const run = await engine.client.run({})
  return (await engine.client.projectors({})).find(({ versionId }) => versionId === run?.versionId)
}

test('a library teaches its own words: trained, proven on what was held out, and answering', async () => {
  const { readiness } = await engine.client.pairs({})
  expect(readiness.groups).toBeGreaterThanOrEqual(100)
  const points: RunPoint[] = []
  const stages = new Set<string>()
  const stops = [
    engine.on('runProgress', ({ point }) => points.push(point)),
    engine.on('jobProgress', ({ kind, stage }) => stages.add(`${kind} ${stage}`))
  ]
  await engine.client.trainProjector({ device: 'cpu', seed: 1 })
  await engine.idle()
  for (const stop of stops) stop()

  const version = await trained()
  expect(version?.verdict?.reason).toMatch(/ find each other better .* Of 260 captions, \d+ % now find/)
  expect(version?.verdict?.judged).toMatchObject({ captions: 260, gallery: 260, turns: 5, isAgainstVersion: false })
  expect(version?.state).toBe('active')
  expect(version?.verdict?.mrrGain.low).toBeGreaterThan(0)
  expect(version?.verdict?.after.textToImage.mrr).toBeGreaterThan(version!.verdict!.before.textToImage.mrr)
  expect(version?.pairs).toBe(readiness.pairs)
  expect(version?.points).toEqual(points)
  expect(points.at(-1)?.step).toBe(points.at(-1)?.steps)
  expect(points[0]?.losses).toHaveProperty('modality')
  expect(stages).toContain('train train')
  expect(stages).toContain('train prove')
  for (const { rankBefore, rankAfter, photoId } of version!.changes) {
    expect(rankBefore).not.toBe(rankAfter)
    expect((await engine.client.item({ itemId: photoId })).kind).toBe('photo')
  }
})

test('rolling back lets the pack’s own map answer, and going forward again needs nothing anew', async () => {
  const { versionId } = (await trained())!
  const withVersion = await engine.client.search({ text: 'a blue boat', limit: 20 })
  expect(await engine.client.activateProjector({ versionId: null })).toEqual({ jobId: null })
  const withBase = await engine.client.search({ text: 'a blue boat', limit: 20 })
  expect(withBase.hits).not.toEqual(withVersion.hits)
  expect(await engine.client.activateProjector({ versionId })).toEqual({ jobId: null })
  expect((await engine.client.search({ text: 'a blue boat', limit: 20 })).hits).toEqual(withVersion.hits)
})

test('another start of the app answers with the version as well', async () => {
  const before = await meanReciprocalRank(engine)
  await engine.close()
  engine = await openRealEngine(data, [models])
  await engine.client.models({})
  expect((await engine.client.projectors({}))[0]?.state).toBe('active')
  expect(await meanReciprocalRank(engine)).toBeCloseTo(before, 6)
})

test('a training is cancelled, search goes on meanwhile, and asked again it goes on where it was', async () => {
  const ended = new Promise<JobStatus>(resolve => engine.on('jobEnded', resolve))
  // Held at its first evaluation: it must not come to its end before it is cancelled.
  const firstPoint = new Promise<RunPoint>(resolve => {
    const stop = engine.on('runProgress', ({ point }) => {
      stop()
      resolve(engine.client.pauseJob({ jobId: training }).then(() => point))
    })
  })
  let training = ''
  engine.on('jobStarted', job => (training = job.jobId))
  const { jobId } = await engine.client.trainProjector({ device: 'cpu', seed: 9 })
  const { step } = await firstPoint
  expect((await engine.client.search({ text: 'a blue boat' })).hits.length).toBeGreaterThan(0)
  await engine.client.cancelJob({ jobId })
  expect((await ended).outcome).toBe('cancelled')

  const points: RunPoint[] = []
  const stop = engine.on('runProgress', ({ point }) => points.push(point))
  await engine.client.trainProjector({ device: 'cpu', seed: 9 })
  await engine.idle()
  stop()
  expect(points[0]?.step).toBe(step)
  expect((await trained())?.points).toHaveLength(points.length)
  // The same again: compared with the turns of the version that answers, not with the model's own map.
  expect((await trained())?.verdict?.judged?.isAgainstVersion).toBe(true)
})

test('a training that ended with the app after its last step is not repeated: its version answers after the next start', async () => {
  await engine.client.activateProjector({ versionId: null })
  const ofSeed = async () => (await engine.client.projectors({})).filter(({ seed }) => seed === 12)
  const asked = join(data, 'training', 'asked.json')
  const closed = new Promise<void>((resolve, reject) => {
    // The version is saved now, and nothing is projected with it yet.
    engine.on(
      'projectorChanged',
      () =>
        void copyFile(asked, `${asked}.kept`)
          .then(() => engine.close())
          .then(resolve, reject)
    )
  })
  await engine.client.trainProjector({ device: 'cpu', seed: 12 })
  await closed
  expect(existsSync(asked)).toBe(true)

  engine = await openRealEngine(data, [models], { watch: true })
  await engine.idle()
  expect(await ofSeed()).toMatchObject([{ state: 'active' }])
  expect(existsSync(asked)).toBe(false)

  // As a process leaves it that is killed after the version has begun to answer.
  await engine.close()
  await rename(`${asked}.kept`, asked)
  engine = await openRealEngine(data, [models], { watch: true })
  await engine.idle()
  expect(await ofSeed()).toMatchObject([{ state: 'active' }])
  expect(existsSync(asked)).toBe(false)
})

test('captions that belong to other photos teach nothing, and nothing is changed', async () => {
  await engine.client.activateProjector({ versionId: null })
  const lines = photos.map(({ path }, i) => ({ image: path, text: photos[(i * 7 + 11) % photos.length]!.caption }))
  await writeFile(join(folder, 'shuffled.jsonl'), lines.map(line => JSON.stringify(line)).join('\n'))
  await engine.train({ pairsFile: join(folder, 'shuffled.jsonl'), device: 'cpu', seed: 1 })
  await engine.idle()
  expect((await trained())?.state).toBe('rejected')
  expect((await engine.client.projectors({})).find(({ state }) => state === 'active')?.versionId).toBeNull()
})
