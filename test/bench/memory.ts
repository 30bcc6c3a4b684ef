/**
 * Memory of the engine and of the process that encodes the library while 10,000 photos are indexed: growth from the 2,000th to the last.
 * `npm run bench memory -- [--pack <folder>] [--photos <n>]`
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { openBenchEngine } from './engine.ts'
import { benchCount, benchPack, writePhotosElsewhere } from './photos.ts'

/** What the project promises, for each of the two processes. */
const mostGrowthMb = 50
const warmPhotos = 2000
const sampleEveryMs = 250

interface Sample {
  readonly done: number
  readonly engineMb: number
  readonly encoderMb: number
}

export async function bench(rest: readonly string[]): Promise<void> {
  const count = benchCount(rest, 10_000)
  if (count < 2 * warmPhotos)
    throw new Error(`Growth from the ${warmPhotos}th photo needs at least ${2 * warmPhotos} photos.`)
  const folder = await mkdtemp(join(tmpdir(), 'reverie-bench-'))
  try {
    const pack = await benchPack(rest, join(folder, 'packs'))
    await writePhotosElsewhere(join(folder, 'photos'), { count, drawn: 100, widthPx: 1280, heightPx: 960 })
    const samples = await indexAndSample(folder, pack)
    report(samples, count)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function indexAndSample(folder: string, pack: string): Promise<Sample[]> {
  const engine = await openBenchEngine({ dataFolder: join(folder, 'data'), modelFolders: [resolve(pack)] })
  const samples: Sample[] = []
  let done = 0
  engine.on('jobProgress', job => (done = job.done))
  const timer = setInterval(() => {
    const encoder = engine.encoderPids().library
    if (encoder !== undefined) samples.push({ done, engineMb: residentMb(process.pid), encoderMb: residentMb(encoder) })
  }, sampleEveryMs)
  try {
    await engine.client.search({ text: 'warm up' })
    await engine.client.addFolder({ path: join(folder, 'photos') })
    await engine.idle()
    return samples
  } finally {
    clearInterval(timer)
    await engine.close()
  }
}

/** A single sample may fall before or after a collection of garbage: medians of the samples around each point are compared. */
function report(samples: readonly Sample[], count: number): void {
  const window = Math.round(count / 20)
  const around = (from: number, to: number, of: (sample: Sample) => number): number =>
    median(samples.filter(({ done }) => done >= from && done < to).map(of))
  console.log('photos            engine    encoder  (MB, medians)')
  for (let from = 0; from + window <= count; from += window) {
    const at = [
      around(from, from + window, sample => sample.engineMb),
      around(from, from + window, sample => sample.encoderMb)
    ]
    console.log(
      `${String(from).padStart(6)} … ${String(from + window).padStart(6)} ${at.map(mb => mb.toFixed(0).padStart(9)).join(' ')}`
    )
  }
  for (const [name, of] of [
    ['engine', (sample: Sample) => sample.engineMb],
    ['encoder', (sample: Sample) => sample.encoderMb]
  ] as const) {
    const growth = around(count - window, Infinity, of) - around(warmPhotos, warmPhotos + window, of)
    console.log(`${name}: ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} MB from ${warmPhotos} to ${count} photos`)
    if (!(growth < mostGrowthMb)) {
      console.log(`That is not below the promised ${mostGrowthMb} MB.`)
      process.exitCode = 1
    }
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

/** Resident memory of a process: what Linux says of it, elsewhere what ps says. */
export function residentMb(pid: number): number {
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024
  }
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024
}
