/**
 * The engine's event loop while 3,000 photos and 300 notes are indexed, three of them chats of 6 MB.
 * `npm run bench loop -- [--pack <folder>] [--photos <n>] [--library <folder>]`
 *
 * Three measures: the loop's delay (perf_hooks, every millisecond), how long a small question of the engine takes that is due
 * every 20 ms, and the processor time of its turns, which no other program on the machine lengthens. `--library` keeps what
 * was drawn, for the next run.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { JobStatus } from '../../src/shared/jobs.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import { drawLibrary } from '../stages/library/drawn/draw.ts'
import { drawChat } from '../stages/library/drawn/long-texts.ts'
import { openBenchEngine } from './engine.ts'
import { benchCount, benchPack } from './photos.ts'
import { promised, watchLoop, type WatchedLoop } from './watch-loop.ts'

const notes = 300
const chats = 3
const chatBytes = 6_000_000

export async function bench(rest: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'reverie-bench-'))
  try {
    const { values } = parseArgs({ args: [...rest], strict: false, options: { library: { type: 'string' } } })
    const library = typeof values.library === 'string' ? resolve(values.library) : join(folder, 'library')
    const pack = await benchPack(rest, join(folder, 'packs'))
    const photos = benchCount(rest, 3000)
    if (!existsSync(library)) await draw(library, photos)
    console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}`)
    console.log(
      `${photos} photos and ${notes} notes, ${chats} of them of ${chatBytes / 1e6} MB; pack ${basename(pack)}\n`
    )

    const engine = await openBenchEngine({ dataFolder: join(folder, 'data'), modelFolders: [resolve(pack)] })
    try {
      await engine.client.search({ text: 'warm up' })
      report(await indexAndWatch(engine, library))
      const { indexed, failed } = await engine.client.library({})
      console.log(`${indexed} indexed, ${failed} failed`)
    } finally {
      await engine.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function draw(library: string, photos: number): Promise<void> {
  await drawLibrary(library, { photos, notes: notes - chats })
  await mkdir(join(library, 'Chats'), { recursive: true })
  for (let i = 0; i < chats; i++)
    await writeFile(join(library, 'Chats', `Chat ${i + 1}.txt`), drawChat(chatBytes, i + 1))
}

interface Watched extends WatchedLoop {
  readonly outcome: JobStatus | null
}

/** Delays of the loop and what its own work was, while the library is indexed. */
async function indexAndWatch(engine: Engine, library: string): Promise<Watched> {
  let outcome: JobStatus | null = null
  const stop = engine.on('jobEnded', status => (outcome = status))
  const watch = watchLoop(engine)
  await engine.client.addFolder({ path: library })
  await engine.idle()
  const watched = await watch.end()
  stop()
  return { ...watched, outcome }
}

function report({ seconds, delayMs, callsMs, turnsMs, outcome }: Watched): void {
  const row = (name: string, values: readonly number[]): void =>
    console.log(`${name.padEnd(26)}${values.map(value => value.toFixed(1).padStart(9)).join('')}`)
  console.log(`milliseconds                    p50      p95      p99      max`)
  row('delay of the loop', delayMs)
  row('a question, from when due', callsMs)
  row('a turn’s own work', turnsMs)
  const how = outcome?.message ? `${outcome.outcome} (${outcome.message})` : (outcome?.outcome ?? 'no end')
  console.log(`\nindexed in ${seconds.toFixed(1)} s: ${how}`)
  const [, , p99 = NaN, maximum = NaN] = delayMs
  if (p99 <= promised.p99 && maximum <= promised.maximum) return
  console.log(`The promise is p99 ≤ ${promised.p99} ms and a maximum of ${promised.maximum} ms.`)
  process.exitCode = 1
}
