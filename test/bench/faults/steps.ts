import Database from 'better-sqlite3'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

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
export const uncounted = { writeFileSync: fs.writeFileSync.bind(fs) }

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
