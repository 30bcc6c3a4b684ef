/**
 * A network of its own for one program, with sinks at its end: `unshare … node house.ts <program> [arguments]`. The program runs in
 * a second namespace, whose default route and name server lead here and no further. It tells over its IPC channel which part of its life
 * begins; what it tried to reach in each part is printed at the end, as one line of JSON.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ownPlaces } from './own-places.ts'
import { openSinks, type Attempt } from './sinks.ts'
import { outwardSockets, programsBeside, sentBy } from './sockets.ts'

/** One part of the program's life. */
export interface Part {
  readonly name: string
  readonly attempts: Attempt[]
  /** Sockets that were not on loopback, whenever one looked. */
  readonly sockets: string[]
  /** Names of the programs that lived then. */
  readonly programs: string[]
  /** What the kernel counted. */
  sent: ReturnType<typeof sentBy>
  seconds: number
}

export interface Report {
  readonly parts: readonly Part[]
  /** What the program sent at its end. */
  readonly said: unknown
  readonly exitCode: number | null
  /** Whether the namespace has IPv6 as well; some kernels have none. */
  readonly hasIpv6: boolean
}

/** Documentation addresses (RFC 5737): nobody has them. */
const [ours, theirs, nameServer] = ['192.0.2.1', '192.0.2.2', '192.0.2.53']
const oursSix = '2001:db8::1'
const theirsSix = '2001:db8::2'
const lookEveryMs = 200

const parts: Part[] = []
const now = (): Part | undefined => parts.at(-1)

/** Runs `ip` here, or in the program's namespace. */
function ip(command: string, inside?: number): void {
  const words = ['ip', ...command.split(' ')]
  const [program = '', ...rest] = inside === undefined ? words : ['nsenter', '-t', String(inside), '-n', ...words]
  execFileSync(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] })
}

const files = mkdtempSync(join(tmpdir(), 'reverie-network-'))
writeFileSync(join(files, 'resolv.conf'), `nameserver ${nameServer}\noptions timeout:1 attempts:1\n`)
writeFileSync(join(files, 'nsswitch.conf'), 'hosts: files dns\n')

/** Starts the program in its namespaces; it waits there until the network stands. */
function startInside(): ReturnType<typeof spawn> {
  const script = [
    `mount --bind "${files}/resolv.conf" /etc/resolv.conf`,
    `if [ -e /etc/nsswitch.conf ]; then mount --bind "${files}/nsswitch.conf" /etc/nsswitch.conf; fi`,
    ...ownPlaces.map(folder => `mount -t tmpfs tmpfs "${folder}"`),
    'read -r _',
    'exec "$@"'
  ].join(' && ')
  return spawn('unshare', ['--net', '--mount', 'sh', '-c', script, 'sh', ...process.argv.slice(2)], {
    stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
    serialization: 'json'
  })
}

async function connect(pid: number): Promise<void> {
  const own = readlinkSync('/proc/self/ns/net')
  while (readlinkSync(`/proc/${pid}/ns/net`) === own) await wait(5)
  ip('link set lo up')
  ip('link set lo up', pid)
  ip(`link add house type veth peer name door netns ${pid}`)
  ip(`addr add ${ours}/24 dev house`)
  ip(`addr add ${nameServer}/32 dev house`)
  ip('link set house up')
  ip(`addr add ${theirs}/24 dev door`, pid)
  ip('link set door up', pid)
  ip(`route add default via ${ours}`, pid)
  // Every address of the world is this machine; only the way back to the program is not.
  ip(`route add ${theirs}/32 dev house table local scope link`)
  ip('route add local default dev lo')
}

/** @returns false where the kernel has no IPv6 */
function connectSix(pid: number): boolean {
  try {
    ip(`-6 addr add ${oursSix}/64 dev house nodad`)
    ip(`-6 addr add ${theirsSix}/64 dev door nodad`, pid)
    ip(`-6 route add default via ${oursSix}`, pid)
    ip(`-6 route add ${theirsSix}/128 dev house table local`)
    ip('-6 route add local default dev lo')
    return true
  } catch {
    return false
  }
}

/** Packets that were sent a moment ago belong to the part that ends. */
async function settled(pid: number): Promise<ReturnType<typeof sentBy>> {
  for (let last = sentBy(pid), same = 0; ;) {
    await wait(50)
    const next = sentBy(pid)
    same = next.packets === last.packets ? same + 1 : 0
    last = next
    if (same === 10) return next
  }
}

function addNew(known: string[], found: readonly string[]): void {
  for (const one of found) if (!known.includes(one)) known.push(one)
}

const child = startInside()
const pid = child.pid ?? 0
let said: unknown = null
await connect(pid)
const hasIpv6 = connectSix(pid)
await openSinks(nameServer, hasIpv6 ? '::' : '0.0.0.0', attempt => now()?.attempts.push(attempt))

let before = sentBy(pid)
let beganMs = performance.now()
async function end(part: Part | undefined): Promise<void> {
  const after = await settled(pid)
  if (part !== undefined) {
    part.sent = {
      connections: after.connections - before.connections,
      datagrams: after.datagrams - before.datagrams,
      packets: after.packets - before.packets
    }
    part.seconds = Math.round((performance.now() - beganMs) / 100) / 10
  }
  before = after
  beganMs = performance.now()
}

child.on('message', (message: { part?: string; said?: unknown }) => {
  if (message.part === undefined) said = message.said
  else
    void end(now()).then(() => {
      const sent = { connections: 0, datagrams: 0, packets: 0 }
      parts.push({ name: message.part ?? '', attempts: [], sockets: [], programs: [], seconds: 0, sent })
      child.send('go')
    })
})
const looking = setInterval(() => {
  const part = now()
  if (part === undefined) return
  try {
    addNew(part.sockets, outwardSockets(pid))
    addNew(part.programs, programsBeside(pid))
  } catch {
    // The program has ended between two looks.
  }
}, lookEveryMs)
child.stdin?.end('go\n')
const exitCode = await new Promise<number | null>(resolve => child.once('exit', resolve))
clearInterval(looking)
rmSync(files, { recursive: true, force: true })
const report: Report = { parts, said, exitCode, hasIpv6 }
process.stdout.write(`\n${JSON.stringify(report)}\n`)
process.exit(0)
