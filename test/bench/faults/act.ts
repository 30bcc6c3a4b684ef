import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import type { Action } from './plan.ts'
import { signal, workersOf } from './processes.ts'

const blockBytes = 64 * 1024
const ballast = 'ballast'

/** Does it at once and to the end. @param pid  of the engine's process, which leads a group of its own */
export function act(actions: readonly Action[], pid: number): void {
  for (const action of actions) {
    if (action.does === 'shell') execFileSync('sh', ['-ec', action.script], { stdio: ['ignore', 'ignore', 'pipe'] })
    else if (action.does === 'fill') fill(action.folder, action.leaveBytes)
    else if (action.whom === 'workers') for (const worker of workersOf(pid)) signal(worker, action.signal)
    else signal(action.whom === 'all' ? -pid : pid, action.signal)
  }
}

/** Gives the room back. */
export function emptied(folder: string): Action {
  return { does: 'shell', script: `rm -f '${join(folder, ballast)}'` }
}

function fill(folder: string, leaveBytes: number): void {
  const { bavail, bsize } = fs.statfsSync(folder)
  const file = fs.openSync(join(folder, ballast), 'w')
  try {
    for (let left = bavail * bsize - leaveBytes; left > 0;) {
      const written = fs.writeSync(file, Buffer.alloc(Math.min(left, blockBytes)))
      left -= written
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    fs.closeSync(file)
  }
}
