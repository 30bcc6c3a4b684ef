import { execFile, execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Report } from './house.ts'

/** How a network of one's own is made: as an ordinary user, or as root where users may not. */
const ways = [
  ['--user', '--map-root-user', '--net', '--mount'],
  ['--net', '--mount']
]

/** @returns the way that works on this machine, or why none does */
function findWay(): readonly string[] | string {
  if (process.platform !== 'linux') return 'network namespaces are Linux'
  let why = ''
  for (const way of ways)
    try {
      const trial =
        'ip link add house type veth peer name door && mount -t tmpfs tmpfs /mnt && unshare --net --mount true'
      execFileSync('unshare', [...way, 'sh', '-c', trial], { stdio: ['ignore', 'ignore', 'pipe'] })
      return way
    } catch (error) {
      const { stderr, message } = error as { readonly stderr?: Buffer; readonly message: string }
      why = (stderr?.toString().trim() ?? '') || message
    }
  return `no network namespace can be made here: ${why.split('\n', 1)[0] ?? ''}`
}

/** Runs a program in a house of its own; a sentence where this machine has no room for one. */
export type RunInHouse = (program: readonly string[], limitMs: number) => Promise<Report>

/** @returns how to run a program in a house, or why that cannot be done on this machine */
export function findHouse(): RunInHouse | string {
  const way = findWay()
  if (typeof way === 'string') return way
  return async (program, limitMs) => {
    const { PATH = '', REVERIE_TEST_DATA, DISPLAY } = process.env
    const house = [process.execPath, resolve(import.meta.dirname, 'house.ts'), ...program]
    const { stdout } = await promisify(execFile)('unshare', [...way, ...house], {
      // As a person's machine is. Above all without `CI`, where some libraries keep still that speak everywhere else.
      env: {
        PATH,
        ...(REVERIE_TEST_DATA === undefined ? {} : { REVERIE_TEST_DATA }),
        ...(DISPLAY === undefined ? {} : { DISPLAY })
      },
      maxBuffer: 64 * 2 ** 20,
      timeout: limitMs,
      killSignal: 'SIGKILL'
    })
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Report
  }
}
