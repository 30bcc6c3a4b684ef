import { config } from '../base/config.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { StartWorker, WorkerProcess } from './start-worker.ts'

/** Starts processes, and knows each that has not ended, whoever asked for it and whoever lost sight of it. */
export interface TrackedWorkers {
  readonly start: StartWorker
  /**
   * Ends every process that still runs and waits until all are gone; from now on none is started. A process that the
   * system cannot end at once, because a disk does not answer it, is waited for no longer than `longestMs`.
   */
  endAll(longestMs?: number): Promise<void>
}

export function tracked(startWorker: StartWorker): TrackedWorkers {
  const running = new Map<WorkerProcess, Promise<void>>()
  let isEnded = false
  return {
    start(name) {
      if (isEnded) throw new EngineError('cancelled', 'Reverie is closing.')
      const process = startWorker(name)
      const gone = new Promise<void>(resolve => process.onExit(() => resolve()))
      running.set(process, gone)
      void gone.then(() => running.delete(process))
      return process
    },
    async endAll(longestMs = config.workerEndMs) {
      isEnded = true
      for (const process of running.keys()) process.kill()
      let timer: NodeJS.Timeout | undefined
      const tooLong = new Promise<void>(resolve => (timer = setTimeout(resolve, longestMs)))
      await Promise.race([Promise.all(running.values()), tooLong])
      clearTimeout(timer)
    }
  }
}
