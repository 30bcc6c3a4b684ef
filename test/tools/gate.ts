import type { ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'

/** What Node imports before the program, so that the program itself knows nothing of a gate. */
export const gateProgram = resolve(import.meta.dirname, 'gate-inside.ts')

/** What went through the gate so far. */
export interface Passed {
  /** Files that the engine wants to have read, and no longer wants to. */
  readonly asked: number
  readonly cancelled: number
  /** Files whose reading was let through, and those whose reading has ended. */
  readonly released: number
  readonly answered: number
  /** Every process that was started. */
  readonly pids: readonly number[]
}

export type GateOrder = { readonly order: 'release'; readonly files: number } | { readonly order: 'open' | 'hold' }

/** Between a Reverie that was started and its encoder: no file is read that the test has not let through. */
export interface Gate {
  /** Lets so many more files be read. */
  release(files: number): Promise<Passed>
  /** Lets every file be read from now on. */
  open(): Promise<Passed>
  /** Holds back every file that was not let through yet. */
  hold(): Promise<Passed>
  passed(): Promise<Passed>
}

/** @param child  started with `gateProgram` and a channel for messages */
export function gateOf(child: ChildProcess): Gate {
  const give = (order: GateOrder): Promise<Passed> =>
    new Promise((resolvePassed, reject) => {
      child.once('message', passed => resolvePassed(passed as Passed))
      child.send(order, error => {
        if (error !== null) reject(error)
      })
    })
  return {
    release: files => give({ order: 'release', files }),
    open: () => give({ order: 'open' }),
    hold: () => give({ order: 'hold' }),
    passed: () => give({ order: 'release', files: 0 })
  }
}
