/**
 * The first question with a picture at 100,000 items beside the second one: right after the first answer to a caption, and once what a
 * picture is compared with has been read ahead. `npm run bench picture-questions -- [--items <n>]`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import sharp from 'sharp'
import { openBenchEngine } from './engine.ts'
import { fill, modelOf } from './large-library.ts'

/** How much longer the first question may take than the second, once the galleries are read. */
const mostMs = 100
const questions = 5
const starter = resolve(import.meta.dirname, '../../resources/models/starter')

export async function bench(rest: readonly string[]): Promise<void> {
  const given = Number(rest[rest.indexOf('--items') + 1])
  const items = rest.includes('--items') && given > 0 ? given : 100_000
  const folder = await mkdtemp(join(tmpdir(), 'reverie-bench-'))
  try {
    const dataFolder = join(folder, 'data')
    fill(dataFolder, await modelOf(starter), items)
    console.log(
      `${items} items, load ${loadavg()[0]!.toFixed(1)}; processor ms of each question with a picture, first to last`
    )
    await measure('at once', dataFolder, () => Promise.resolve())
    const times = await measure('read ahead', dataFolder, stillness)
    const more = (times[0] ?? 0) - (times[1] ?? 0)
    console.log(`first − second: ${more.toFixed(0)} ms`)
    if (more > mostMs) {
      console.log(`More than the promised ${mostMs} ms.`)
      process.exitCode = 1
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(name: string, dataFolder: string, before: () => Promise<void>): Promise<number[]> {
  const engine = await openBenchEngine({ dataFolder, modelFolders: [starter] })
  try {
    const caption = await timed(() => engine.client.search({ text: 'a dog runs on the beach' }))
    const rss = [process.memoryUsage().rss]
    const loop = monitorEventLoopDelay({ resolution: 1 })
    loop.enable()
    await before()
    loop.disable()
    rss.push(process.memoryUsage().rss)
    const noise = { create: { width: 640, height: 480, channels: 3, background: '#369' } } as const
    const bytes = new Uint8Array(await sharp(noise).jpeg().toBuffer())
    const { imageId } = await engine.client.openImage({ bytes })
    const times: number[] = []
    for (let n = 0; n < questions; n++) times.push(await timed(() => engine.client.search({ text: '', imageId })))
    rss.push(process.memoryUsage().rss)
    console.log(
      `${name.padEnd(12)}caption ${caption.toFixed(0)}; picture ${times.map(ms => ms.toFixed(0)).join(' ')}; ` +
        `longest turn meanwhile ${(loop.max / 1e6).toFixed(0)}; resident MB after the caption, before and after the pictures ` +
        rss.map(bytes => (bytes / 2 ** 20).toFixed(0)).join(' ')
    )
    return times
  } finally {
    await engine.close()
  }
}

/** Until this process does nothing for three seconds, also on a machine where it is seldom its turn. */
async function stillness(): Promise<void> {
  for (let still = 0; still < 3;) {
    const before = process.cpuUsage()
    await pause(1000)
    const { user, system } = process.cpuUsage(before)
    still = user + system < 10_000 ? still + 1 : 0
  }
}

/** @returns processor time of this process, ms: the engine runs in it, and the machine may be busy with other things */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
