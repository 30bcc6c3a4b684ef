import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { campaign, table } from './faults/campaign.ts'
import { kinds } from './faults/kinds.ts'
import { Place } from './faults/place.ts'
import type { Kind } from './faults/suffer.ts'

const insideVariable = 'REVERIE_FAULTS_INSIDE'

/**
 * Faults of every kind, injected at random moments, and everything compared with an undisturbed run afterwards: nothing may be lost.
 *
 * `--seconds 120` (an hour by hand: `--seconds 3600`), `--count`, `--seed 1`, `--kinds kill-index,stop`, `--jobs 1` (faults side by side);
 * Ctrl-C ends it after the fault that it is at. A failure names its seed: `--kinds K --seed N --count 1` repeats it. Needs Linux; kinds that mount disks need root, and are
 * skipped elsewhere.
 */
export async function bench(rest: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...rest],
    options: {
      seconds: { type: 'string', default: '120' },
      count: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '1' },
      kinds: { type: 'string' }
    }
  })
  const names = values.kinds?.split(',')
  const unknown = names?.filter(name => !kinds.some(kind => kind.name === name)) ?? []
  if (unknown.length > 0) {
    console.error(`There is no kind ${unknown.join(', ')}. There are:`)
    for (const { name, about } of kinds) console.error(`  ${name.padEnd(16)}${about}`)
    process.exitCode = 2
    return
  }
  if (!existsSync('/proc/self/stat')) {
    console.log('skipped: the campaign finds processes in /proc, which this system does not have')
    return
  }
  const isInside = process.env[insideVariable] !== undefined
  if (!isInside && canMount()) {
    process.exitCode = await withOwnMounts()
    return
  }
  await run(
    kinds.filter(kind => names?.includes(kind.name) ?? true),
    {
      seconds: Number(values.seconds),
      count: Number(values.count),
      seed: Number(values.seed),
      jobs: Number(values.jobs)
    },
    isInside ? null : 'mounting disks needs root and `unshare --mount`'
  )
}

async function run(
  chosen: readonly Kind[],
  limits: { seconds: number; count: number; seed: number; jobs: number },
  whyNoMounts: string | null
): Promise<void> {
  const possible = chosen.filter(kind => whyNoMounts === null || kind.needsMounts !== true)
  for (const { name } of chosen.filter(kind => !possible.includes(kind)))
    console.log(`skipped: ${name}, because ${whyNoMounts ?? ''}`)
  const isStopped = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => isStopped.abort())
  const places: Place[] = []
  try {
    while (places.length < limits.jobs) places.push(await Place.make(whyNoMounts))
    const tallies = await campaign(places, possible, { ...limits, signal: isStopped.signal }, line => console.log(line))
    for (const line of table(tallies)) console.log(line)
    if (tallies.some(({ failedSeeds }) => failedSeeds.length > 0)) process.exitCode = 1
  } finally {
    for (const place of places) await place.remove()
  }
}

const unshare = ['--mount', '--propagation', 'private'] as const

function canMount(): boolean {
  const script = `mount -t tmpfs tmpfs '${resolve(import.meta.dirname)}' && command -v setpriv mountpoint`
  return spawnSync('unshare', [...unshare, 'sh', '-ec', script]).status === 0
}

/** Disks come and go where nobody else sees them, and are gone with this process, however it ends. @returns its exit status */
async function withOwnMounts(): Promise<number> {
  const inside = spawn('unshare', [...unshare, process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [insideVariable]: '1' }
  })
  // Ctrl-C reaches both by itself; the one inside decides when it is done.
  process.on('SIGINT', () => undefined)
  for (const name of ['SIGTERM', 'SIGHUP'] as const) process.on(name, () => inside.kill(name))
  const [status] = (await once(inside, 'exit')) as [number | null]
  return status ?? 1
}
