import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { gateOf, gateProgram } from './gate.ts'

/** When a program is killed: so many files after its start, and a moment later. */
export interface Moment {
  readonly files: number
  readonly laterMs: number
}

/**
 * Runs a program from its source behind a gate. On a machine of any speed it is killed when so many files have been read,
 * with no more let through, and its processes with it: a power cut spares nobody.
 *
 * @param moment  null lets it run to its end
 * @returns whether it came to its end, without an error
 */
export async function runKilled(program: string, argv: readonly string[], moment: Moment | null): Promise<boolean> {
  const child = spawn(process.execPath, ['--import', pathToFileURL(gateProgram).href, program, ...argv], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true
  })
  const gate = gateOf(child)
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  if (moment === null) await gate.open()
  else {
    await gate.release(moment.files)
    while (!hasEnded() && (await gate.passed()).answered < moment.files) await pause(5)
    await pause(moment.laterMs)
    if (!hasEnded() && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
  return (await ended) === 0
}

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))
