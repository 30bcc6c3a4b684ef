import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Offer } from '../../../src/main/engine/hub/catalogue.ts'
import { act } from './act.ts'
import type { Action, Deed, Moment, Plan, Report } from './plan.ts'
import { isGroupBusy, leftOfGroup, signal } from './processes.ts'
import type { Statement } from './said.ts'

/**
 * A process that has done nothing for so long hangs, and so does one that is not done by the second, whatever it did. What it spends
 * waiting for a processor is not its fault: other programs may leave it hardly any.
 */
const idleMs = 60_000
const patienceMs = 1_800_000
const lookEveryMs = 500
/** Workers of an engine that is gone end by themselves, soon: none of them sits there for so long. */
const leftMs = 20_000
const pollMs = 15

export interface Hurt {
  readonly at: Moment
  readonly actions: readonly Action[]
  /** Undoes it: after so many milliseconds, or when the process has ended; null: only then. */
  readonly undo?: readonly Action[]
  readonly undoAfterMs?: number | null
}

export interface Run {
  readonly deeds: readonly Deed[]
  readonly hurt?: Hurt
  readonly patienceMs?: number
  readonly offers?: readonly Offer[]
  readonly stays?: boolean
  readonly looks?: boolean
  readonly statements?: readonly Statement[]
  readonly environment?: Readonly<Record<string, string>>
  /** Like a user who is not root: what a folder's mode denies is denied. */
  readonly obeysModes?: boolean
  /** Once it runs; whatever it does is waited for. */
  readonly beside?: (hasEnded: () => boolean) => Promise<void>
}

export interface Ran {
  /** null for one that was killed, or that hung. */
  readonly exitCode: number | null
  readonly wasHurt: boolean
  readonly hung: boolean
  /** Processes of its group that did not end with it. */
  readonly left: readonly number[]
  /** null for one that did not come to its end. */
  readonly report: Report | null
  readonly lastWords: string
}

/** Most of a short run is loading the engine: each process loads what one before it has compiled. */
export function compileCacheOf(folder: string): string {
  return join(folder, 'compiled')
}

/** What was acknowledged since a base was put in place. */
export function acknowledgedOf(folder: string): string {
  return join(folder, 'acknowledged')
}

/** What was synced since then. */
export function syncedOf(folder: string): string {
  return join(folder, 'synced')
}

let runs = 0

/** Runs an engine in a process of its own, hurts it, undoes that, and waits for its end. */
export async function runActor(
  place: { readonly folder: string; readonly data: string; readonly models: readonly string[] },
  run: Run
): Promise<Ran> {
  const name = join(place.folder, `run-${runs++}`)
  const { hurt, beside = () => Promise.resolve() } = run
  const plan: Plan = {
    data: place.data,
    models: place.models,
    offers: run.offers ?? [],
    deeds: run.deeds,
    hurt: hurt !== undefined && 'steps' in hurt.at ? { steps: hurt.at.steps, actions: hurt.actions } : null,
    markPath: `${name}.mark`,
    reportPath: `${name}.report`,
    patienceMs: run.patienceMs ?? null,
    stays: run.stays ?? false,
    looks: run.looks ?? false,
    statements: run.statements ?? [],
    acknowledgedPath: acknowledgedOf(place.folder),
    syncedPath: syncedOf(place.folder)
  }
  const command = [process.execPath, resolve(import.meta.dirname, 'actor.ts'), JSON.stringify(plan)]
  const [program = '', ...rest] = run.obeysModes === true ? [...withoutPowers, ...command] : command
  const startedMs = performance.now()
  const child = spawn(program, rest, {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    env: { ...process.env, NODE_COMPILE_CACHE: compileCacheOf(place.folder), ...run.environment }
  })
  const pid = child.pid ?? 0
  const words: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => words.push(chunk))
  let hasEnded = false
  const ended = new Promise<number | null>(done =>
    child.once('exit', code => {
      hasEnded = true
      done(code)
    })
  )
  let hung = false
  const watching = async (): Promise<void> => {
    const startedAtMs = performance.now()
    let busyAtMs = startedAtMs
    while (!hasEnded) {
      await sleep(lookEveryMs)
      const nowMs = performance.now()
      if (isGroupBusy(pid)) busyAtMs = nowMs
      if (nowMs - busyAtMs < idleMs && nowMs - startedAtMs < patienceMs) continue
      hung = true
      signal(-pid, 'SIGKILL')
      return
    }
  }

  let wasHurt = false
  const hurting = async (): Promise<void> => {
    if (hurt === undefined) return
    const wait = 'ms' in hurt.at ? hurt.at.ms : Infinity
    const isTime = (): boolean => performance.now() - startedMs >= wait || existsSync(plan.markPath)
    while (!hasEnded && !isTime()) await sleep(pollMs)
    wasHurt = !hasEnded || existsSync(plan.markPath)
    if (wasHurt && 'ms' in hurt.at) act(hurt.actions, pid)
    const sinceMs = performance.now()
    const undoAfterMs = hurt.undoAfterMs ?? Infinity
    while (!hasEnded && performance.now() - sinceMs < undoAfterMs) await sleep(pollMs)
    if (wasHurt) act(hurt.undo ?? [], pid)
  }
  const [exitCode] = await Promise.all([ended, watching(), hurting(), beside(() => hasEnded)])
  const left = await waitForGroup(pid)
  const report = existsSync(plan.reportPath) ? (JSON.parse(readFileSync(plan.reportPath, 'utf8')) as Report) : null
  for (const path of [plan.markPath, plan.reportPath]) rmSync(path, { force: true })
  return {
    ...{ exitCode, wasHurt, hung, left, report },
    lastWords: Buffer.concat(words).toString().trim()
  }
}

/** The superuser's right to open what modes forbid, given up. */
const withoutPowers = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--']

async function waitForGroup(group: number): Promise<readonly number[]> {
  let busyAtMs = performance.now()
  while (leftOfGroup(group).length > 0 && performance.now() - busyAtMs < leftMs) {
    if (isGroupBusy(group)) busyAtMs = performance.now()
    await sleep(pollMs)
  }
  const left = leftOfGroup(group)
  if (left.length > 0) signal(-group, 'SIGKILL')
  return left
}
