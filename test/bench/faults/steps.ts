import Database from 'better-sqlite3'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import { logHeaderBytes, type Synced } from './synced.ts'

/**
 * Counts what changes a disk: statements that write, and calls of `node:fs` that write. Imported before the engine, which then
 * calls the counting ones; nothing else about them is changed. Writes through a `FileHandle` are not counted, opening it is.
 */

let count = 0
let onStep: (step: number) => void = () => undefined

export function stepsSoFar(): number {
  return count
}

/** Asked before each step, counted from here. */
export function beforeEachStep(ask: (step: number) => void): void {
  count = 0
  onStep = ask
}

/** Calls of a worker count as well. */
export function step(): void {
  onStep(++count)
}

/** As they are, for whoever writes beside the count. */
export const uncounted = {
  writeFileSync: fs.writeFileSync.bind(fs),
  appendFileSync: fs.appendFileSync.bind(fs)
}

/** Notes of a write-ahead log each time how much of it is on the disk for certain: see power-cut.ts. */
export function noteSyncs(notePath: string): void {
  const real = fs.fsyncSync
  fs.fsyncSync = file => {
    real(file)
    const path = fs.readlinkSync(`/proc/self/fd/${file}`)
    if (!path.endsWith('-wal')) return
    const head = Buffer.alloc(logHeaderBytes)
    fs.readSync(file, head, 0, logHeaderBytes, 0)
    const note = { log: basename(path), head: head.toString('hex'), sizeBytes: fs.fstatSync(file).size }
    uncounted.appendFileSync(notePath, `${JSON.stringify(note satisfies Synced)}\n`)
  }
  syncBuiltinESMExports()
}

type Call = (this: unknown, ...given: unknown[]) => unknown

function countIn(holder: object, names: readonly string[]): void {
  const methods = holder as Record<string, Call>
  for (const name of names) {
    const real = methods[name]!
    methods[name] = function (this: unknown, ...given: unknown[]) {
      step()
      return real.apply(this, given)
    }
  }
}

const database = new Database(':memory:')
countIn(Object.getPrototypeOf(database.prepare('SELECT 1')) as object, ['run'])
countIn(Database.prototype, ['exec', 'pragma'])
database.close()
countIn(fs, ['writeFileSync', 'renameSync', 'rmSync', 'mkdirSync', 'fsyncSync', 'openSync'])
countIn(fs.promises, ['writeFile', 'rename', 'rm', 'mkdir', 'open', 'cp', 'copyFile'])
syncBuiltinESMExports()
