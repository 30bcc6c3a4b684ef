/**
 * A desktop window on an empty data folder, as a program for `house.ts`: `node life-of-window.ts <Electron's program>`. Chromium's services
 * begin within seconds of the first window; a minute is what the rest of Reverie is given too.
 */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { begin, makeNoise, say } from './parts-of-life.ts'

const listenMs = 60_000
const [program = ''] = process.argv.slice(2)
const home = await mkdtemp(join(process.env.TMPDIR ?? '/tmp', 'window-'))
const temporary = join(home, 'temporary')
await mkdir(temporary)
const entry = resolve(import.meta.dirname, '../../out/main/index.js')

await begin('control')
await makeNoise()
await begin('life')
// The sandbox of a process that is root in its own namespace cannot be made; it has no part in what is sent.
const child = spawn('xvfb-run', ['-a', program, '--no-sandbox', entry, '--data', join(home, 'data')], {
  env: { ...process.env, HOME: home, TMPDIR: temporary },
  stdio: ['ignore', 'ignore', 'inherit'],
  detached: true
})
await wait(listenMs)
const isOpen = child.exitCode === null && child.signalCode === null
if (child.pid !== undefined && isOpen) process.kill(-child.pid, 'SIGKILL')
await begin('control again')
await makeNoise()
await begin('end')
await say({ isOpen })
process.exit(0)
