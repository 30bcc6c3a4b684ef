import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import type { Engine } from '../../src/main/engine/engine.ts'

/** What the project promises of the engine's loop, in milliseconds. */
export const promised = { p99: 50, maximum: 200 }

const callEveryMs = 20

/** Of each p50, p95, p99 and the longest. */
export interface WatchedLoop {
  readonly seconds: number
  /** Of the loop (perf_hooks, every millisecond). */
  readonly delayMs: readonly number[]
  /** A small question of the engine, from when it was due. */
  readonly callsMs: readonly number[]
  /** Processor time of a turn, which no other program on the machine lengthens. */
  readonly turnsMs: readonly number[]
}

/** Watches the event loop of this process, which is the engine's, until it is told to end. */
export function watchLoop(engine: Engine): { end(): Promise<WatchedLoop> } {
  const startedMs = performance.now()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const turns = watchTurns()
  const calls = ask(engine)
  return {
    async end() {
      // The turn that was the last counts too.
      await setTimeout(5)
      const callsMs = percentiles(await calls.end())
      const turnsMs = percentiles(turns.end())
      delay.disable()
      const ms = (nanoseconds: number): number => nanoseconds / 1e6
      return {
        seconds: (performance.now() - startedMs) / 1000,
        delayMs: [50, 95, 99, 100].map(share => ms(share === 100 ? delay.max : delay.percentile(share))),
        callsMs,
        turnsMs
      }
    }
  }
}

/** A question every 20 ms, whether or not the one before was answered: each counts from when it was due. */
function ask(engine: Engine): { end(): Promise<number[]> } {
  const took: Promise<number>[] = []
  const startedMs = performance.now()
  const askDue = (): void => {
    for (let dueMs = startedMs + took.length * callEveryMs; dueMs <= performance.now(); dueMs += callEveryMs)
      took.push(engine.client.settings({}).then(() => performance.now() - dueMs))
  }
  const timer = setInterval(askDue, callEveryMs)
  return {
    end() {
      clearInterval(timer)
      return Promise.all(took)
    }
  }
}

/** Processor time of this thread from one millisecond to the next: a long turn shows as it is, however busy the machine. */
function watchTurns(): { end(): number[] } {
  const took: number[] = []
  let before = process.threadCpuUsage()
  const timer = setInterval(() => {
    const used = process.threadCpuUsage(before)
    before = process.threadCpuUsage()
    took.push((used.user + used.system) / 1000)
  }, 1)
  return {
    end() {
      clearInterval(timer)
      return took
    }
  }
}

function percentiles(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b)
  return [0.5, 0.95, 0.99, 1].map(
    share => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
  )
}
