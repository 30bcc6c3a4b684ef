import { fork } from 'node:child_process'
import { once } from 'node:events'

/**
 * Starts each worker process once and lets it end by itself, which is when Node writes what it compiled into the cache that
 * `NODE_COMPILE_CACHE` names. In the tests these processes are killed, and nothing would ever be written.
 *
 * @param programs  paths of worker processes
 */
export async function compileWorkers(programs: readonly string[], cache: string): Promise<void> {
  await Promise.all(
    programs.map(async program => {
      const worker = fork(program, { env: { ...process.env, NODE_COMPILE_CACHE: cache }, stdio: 'ignore' })
      const ended = once(worker, 'exit')
      await Promise.race([once(worker, 'message'), ended])
      if (worker.connected) worker.disconnect()
      await ended
    })
  )
}
