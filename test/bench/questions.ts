/**
 * How long questions wait beside other work, with a pack that takes about 110 ms for a photo: idle, while indexing, while
 * another model is prepared, and while a training runs. `npm run bench questions -- [--photos <n>] [--questions <n>] [--fast]`
 * (with `--fast` the pack takes next to nothing for a photo, so that decoding fills the cores).
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openEncoder } from '../../src/main/engine/stages/encode/encoder.ts'
import { readPack } from '../../src/main/engine/stages/encode/model-pack.ts'
import { openEngine, type Engine } from '../../src/main/engine/engine.ts'
import { TrainerProcess } from '../../src/main/engine/workers/trainer-process.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { bareResources } from '../tools/bare-resources.ts'
import { buildKernels } from '../tools/build-kernels.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { imageTower } from '../tools/drawn-towers.ts'
import { buildSlowPack } from '../tools/slow-pack.ts'
import { sourceCheckpointer, sourceWorkers } from '../tools/source-workers.ts'
import { syntheticWorld } from '../stages/train/synthetic-world.ts'
import { residentMb } from './memory.ts'
import { benchCount, writePhotos } from './photos.ts'

const slowMs = 110
/** What the project promises for a question beside any work, from what the same question takes when nothing else is done. */
const limitMs = (idleMs: number): number => 2 * idleMs + 30
/** Between two questions, so that they come at any point of a batch. */
const pauseMs = 40

type Waits = Readonly<Record<'text' | 'picture', readonly number[]>>

export async function bench(rest: readonly string[]): Promise<void> {
  const photos = benchCount(rest, 400)
  const given = Number(rest[rest.indexOf('--questions') + 1])
  const questions = rest.includes('--questions') && given > 0 ? given : 200
  const folder = await mkdtemp(join(tmpdir(), 'reverie-bench-'))
  try {
    const packs = await benchPacks(folder, rest.includes('--fast'))
    const paths = await writePhotos(join(folder, 'photos'), { count: photos, drawn: 24, widthPx: 1280, heightPx: 960 })
    const picture = new Uint8Array(await readFile(paths[0]!))
    console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}`)
    await buildKernels()
    const processes = new Map<number, string>()
    const start = nodeWorkers(sourceWorkers)
    const engine = await openEngine({
      dataFolder: join(folder, 'data'),
      modelFolders: packs,
      resourcesFolder: bareResources(),
      checkpointer: sourceCheckpointer,
      startWorker(name) {
        const worker = start(name)
        const { pid } = worker
        if (pid !== undefined) processes.set(pid, name)
        worker.onExit(() => pid !== undefined && processes.delete(pid))
        return worker
      }
    })
    try {
      await measure(engine, { folder: join(folder, 'photos'), photos, picture, questions, processes })
    } finally {
      await engine.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Two models that take as long for a photo: the number of their useless layers is found by timing a few. */
async function benchPacks(folder: string, isFast: boolean): Promise<string[]> {
  const drawn = await buildDrawnPack(join(folder, 'fast'))
  const trial = 4
  const layerMs = (await photoMs(await buildSlowPack(drawn, folder, { id: 'trial', layers: trial }))) / trial
  const layers = isFast ? 1 : Math.ceil(slowMs / layerMs)
  const packs = [
    await buildSlowPack(drawn, folder, { id: 'slow', layers }),
    await buildSlowPack(drawn, folder, { id: 'slow-too', layers: layers + 1 })
  ]
  console.log(`${layers} useless layers, ${(await photoMs(packs[0]!)).toFixed(0)} ms a photo on one thread`)
  return packs
}

async function photoMs(pack: string): Promise<number> {
  const encoder = openEncoder(await readPack(pack), { threads: 1 })
  const { sizePx } = imageTower
  const pixels = { widthPx: sizePx, heightPx: sizePx, rgb: new Uint8Array(sizePx * sizePx * 3) }
  try {
    const took: number[] = []
    for (let i = 0; i < 6; i++) {
      // The processor's time, because other programs may run too.
      const before = process.cpuUsage()
      await encoder.encodePixels([pixels])
      const { user, system } = process.cpuUsage(before)
      took.push((user + system) / 1000)
    }
    return Math.min(...took)
  } finally {
    await encoder.close()
  }
}

interface Measured {
  readonly folder: string
  readonly photos: number
  readonly picture: Uint8Array
  readonly questions: number
  /** What runs of the engine's other processes, by number. */
  readonly processes: ReadonlyMap<number, string>
}

async function measure(engine: Engine, { folder, photos, picture, questions, processes }: Measured): Promise<void> {
  const askAll = (): Promise<Waits> => ask(engine, picture, questions)
  const names = (): Map<number, string> => {
    const roles = Object.entries(engine.encoderPids())
    return new Map([...processes].map(([pid, name]) => [pid, roles.find(([, one]) => one === pid)?.[0] ?? name]))
  }
  // What is opened at the first question is not waiting.
  await ask(engine, picture, 3)
  const idle = await askAll()
  report('idle', idle, null, names())

  const startedMs = performance.now()
  const indexed = engine.idle.bind(engine)
  await engine.client.addFolder({ path: folder })
  await until(engine, 'encode')
  const beside = await askAll()
  const { done = 0, state } = (await engine.client.jobs({})).find(({ kind }) => kind === 'index') ?? {}
  if (state === 'ended') console.log(`(the indexing ended before the questions: more than ${photos} photos are needed)`)
  report('indexing', beside, idle, names(), `${((done * 1000) / (performance.now() - startedMs)).toFixed(1)} photos/s`)
  await indexed()
  const library = await engine.client.library({})
  if (library.indexed !== photos) throw new Error(`Only ${library.indexed} of ${photos} photos were indexed.`)

  const activePack = library.model?.packId
  await engine.client.activateModel({ packId: activePack === 'slow' ? 'slow-too' : 'slow' })
  await until(engine, 'prepare')
  report('preparing', await askAll(), idle, names())
  for (const { jobId, state } of await engine.client.jobs({}))
    if (state !== 'ended') await engine.client.cancelJob({ jobId })
  await engine.idle()

  await trainMeanwhile(async () => report('training', await askAll(), idle, names()))
}

/** Text and picture questions in turns. A picture's wait is that of opening it and of the answer. */
async function ask(engine: Engine, picture: Uint8Array, questions: number): Promise<Waits> {
  const text: number[] = []
  const pictures: number[] = []
  for (let i = 0; i < questions; i++) {
    await delay(pauseMs + (i % 7))
    text.push(await timed(() => engine.client.search({ text: `a red boat at night ${i}` })))
    if (i % 5 !== 0) continue
    pictures.push(
      await timed(async () => {
        const { imageId } = await engine.client.openImage({ bytes: picture })
        await engine.client.search({ text: '', imageId })
      })
    )
  }
  return { text, picture: pictures }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

async function until(engine: Engine, stage: string): Promise<void> {
  while (!(await engine.client.jobs({})).some(job => job.stage === stage && job.done > 0 && job.state === 'running'))
    await delay(20)
}

async function trainMeanwhile(work: () => Promise<void>): Promise<void> {
  const trainer = new TrainerProcess(nodeWorkers(sourceWorkers))
  const { data } = syntheticWorld({ pairs: 1000, strangers: 0, dimension: 256, seed: 1 })
  const nothing = { base: null, incumbent: null, general: null, rehearsal: null, checkpoint: null }
  const ending = new AbortController()
  const training = (async () => {
    for (let seed = 1; !ending.signal.aborted; seed++) {
      const input = { data, ...nothing, seed, device: 'cpu' as const, threads: cpus().length }
      for await (const step of trainer.train(input, ending.signal)) if (step.kind === 'trained') break
    }
  })().catch((error: unknown) => {
    if (!ending.signal.aborted) throw error
  })
  await work()
  ending.abort()
  await training
  trainer.close()
}

function report(
  what: string,
  waits: Waits,
  idle: Waits | null,
  processes: ReadonlyMap<number, string>,
  more = ''
): void {
  console.log(`\n${what}  ${more}`)
  for (const kind of ['text', 'picture'] as const) {
    const [half, p95, most] = [0.5, 0.95, 1].map(q => quantile(waits[kind], q)) as [number, number, number]
    const figures = `${kind.padEnd(8)} p50 ${half.toFixed(1)}  p95 ${p95.toFixed(1)}  max ${most.toFixed(1)} ms`
    if (idle === null) console.log(figures)
    else {
      const limit = limitMs(quantile(idle[kind], 0.95))
      console.log(`${figures}  (at most ${limit.toFixed(1)}: ${(p95 / limit).toFixed(2)} of it)`)
      if (p95 > limit) process.exitCode = 1
    }
  }
  const memory = [[process.pid, 'engine'] as const, ...processes].map(
    ([pid, name]) => `${name} ${residentMb(pid).toFixed(0)}`
  )
  console.log(`memory   ${memory.join(', ')} MB`)
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}
