/**
 * What stacks add to a search at 100,000 items, all of them in bursts of ten: each question without and with them, in turns.
 * `npm run bench stack-time -- [--pack <folder>] [--items <n>]`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { foldStacks } from '../../src/shared/stacks.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import { openBenchEngine } from './engine.ts'
import { fill, modelOf, withCommonSpace } from './large-library.ts'

const rounds = 20
const burst = 10
/** What stacks may add to an answer as the page asks for it first: of the engine's own time on the processor, which others on it do not stretch. */
const mostAddedMs = 10
/** The page asks for so many at first, and at most. */
const limits = [120, 1000]

export async function bench(rest: readonly string[]): Promise<void> {
  const given = Number(rest[rest.indexOf('--items') + 1])
  const items = rest.includes('--items') && given > 0 ? given : 100_000
  const found = rest.includes('--pack')
    ? rest[rest.indexOf('--pack') + 1]!
    : resolve(import.meta.dirname, '../../resources/models/starter')
  const folder = await mkdtemp(join(tmpdir(), 'reverie-bench-'))
  try {
    const packs = join(folder, 'packs')
    const pack = await withCommonSpace(found, packs)
    const dataFolder = join(folder, 'data')
    fill(dataFolder, await modelOf(pack), items, burst)
    console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}`)
    console.log(`${items} items in bursts of ${burst}; pack ${basename(pack)}; ms of ${rounds} answers each\n`)
    const engine = await openBenchEngine({ dataFolder, modelFolders: [packs] })
    try {
      console.log('question                  hits  tiles   without: wall    CPU   with: wall    CPU   (medians)')
      for (const text of ['a dog runs on the beach', 'type:photo'])
        for (const limit of limits) await compare(text, limit, engine)
    } finally {
      await engine.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function compare(text: string, limit: number, engine: Engine): Promise<void> {
  const times = { without: { wall: [], cpu: [] }, with: { wall: [], cpu: [] } } as Record<'without' | 'with', Times>
  let [hits, tiles] = [0, 0]
  for (let round = -3; round < rounds; round++)
    for (const name of ['without', 'with'] as const) {
      const startedMs = performance.now()
      const before = process.cpuUsage()
      const answer = await engine.client.search({ text, limit, withStacks: name === 'with' })
      const { user, system } = process.cpuUsage(before)
      if (round >= 0) {
        times[name].wall.push(performance.now() - startedMs)
        times[name].cpu.push((user + system) / 1000)
      }
      if (name === 'with') [hits, tiles] = [answer.hits.length, foldStacks(answer.hits).length]
    }
  const figures = [times.without, times.with].flatMap(({ wall, cpu }) => [median(wall), median(cpu)])
  const cells = figures.map((ms, i) => ms.toFixed(1).padStart([15, 6, 12, 6][i]!))
  console.log(`${text.padEnd(26)}${String(hits).padStart(4)}${String(tiles).padStart(7)}  ${cells.join(' ')}`)
  const added = median(times.with.cpu) - median(times.without.cpu)
  if (limit === limits[0] && added > mostAddedMs) {
    console.log(`${added.toFixed(1)} ms more is above the promised ${mostAddedMs} ms.`)
    process.exitCode = 1
  }
}

interface Times {
  readonly wall: number[]
  readonly cpu: number[]
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}
