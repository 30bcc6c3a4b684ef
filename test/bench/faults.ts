import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { campaign, table } from './faults/campaign.ts'
import { kinds } from './faults/kinds.ts'
import { Place } from './faults/place.ts'

const insideVariable = 'REVERIE_FAULTS_INSIDE'

/**
 * Faults of every kind, injected at random moments, and everything compared with an undisturbed run afterwards: nothing may be lost.
 *
 * `--seconds 120` (an hour by hand: `--seconds 3600 --count 100000`), `--count`, `--seed 1`, `--kinds kill-index,stop`. A failure names its
 * seed: `--kinds K --seed N --count 1` repeats it. Needs Linux; kinds that mount disks need root, and are skipped elsewhere.
 */
export async function bench(rest: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...rest],
    options: {
      seconds: { type: 'string', default: '120' },
      count: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      kinds: { type: 'string' }
    }
  })
  if (!existsSync('/proc/self/stat')) {
    console.log('skipped: the campaign finds processes in /proc, which this system does not have')
    return
  }
  if (process.env[insideVariable] === undefined && canMount()) {
    // Disks come and go where nobody else sees them, and are gone with this process, however it ends.
    const { status } = spawnSync(
      'unshare',
      ['--mount', '--propagation', 'private', process.execPath, ...process.argv.slice(1)],
      {
        stdio: 'inherit',
        env: { ...process.env, [insideVariable]: '1' }
      }
    )
    process.exitCode = status ?? 1
    return
  }
  const whyNoMounts =
    process.env[insideVariable] === undefined ? 'mounting disks needs root and `unshare --mount`' : null
  const asked = values.kinds?.split(',')
  const unknown = asked?.filter(name => !kinds.some(kind => kind.name === name)) ?? []
  if (unknown.length > 0) {
    console.error(`There is no kind ${unknown.join(', ')}. There are:`)
    for (const { name, about } of kinds) console.error(`  ${name.padEnd(16)}${about}`)
    process.exitCode = 2
    return
  }
  const chosen = kinds.filter(kind => asked?.includes(kind.name) ?? true)
  const possible = chosen.filter(kind => whyNoMounts === null || kind.needsMounts !== true)
  for (const { name } of chosen.filter(kind => !possible.includes(kind)))
    console.log(`skipped: ${name}, because ${whyNoMounts ?? ''}`)

  const place = await Place.make(whyNoMounts)
  try {
    const limits = { seconds: Number(values.seconds), count: Number(values.count), seed: Number(values.seed) }
    const tallies = await campaign(place, possible, limits, line => console.log(line))
    for (const line of table(tallies)) console.log(line)
    if (tallies.some(({ failedSeeds }) => failedSeeds.length > 0)) process.exitCode = 1
  } finally {
    await place.remove()
  }
}

function canMount(): boolean {
  const script = `mount -t tmpfs tmpfs '${resolve(import.meta.dirname)}' && command -v setpriv mountpoint`
  return spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-ec', script]).status === 0
}
