import { fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { sourceWorkers } from './source-workers.ts'

const built = ['encoder', 'trainer'].map(name => resolve(import.meta.dirname, `../../out/main/${name}.js`))

/**
 * Starts each worker process once and lets it end by itself, which is when Node writes what it compiled into the cache that
 * `NODE_COMPILE_CACHE` names. In the tests these processes are killed, and nothing would ever be written.
 */
export async function compileWorkers(cache: string): Promise<void> {
  await Promise.all(
    [...Object.values(sourceWorkers), ...built].map(async program => {
      const worker = fork(program, { env: { ...process.env, NODE_COMPILE_CACHE: cache }, stdio: 'ignore' })
      const ended = once(worker, 'exit')
      await Promise.race([once(worker, 'message'), ended])
      if (worker.connected) worker.disconnect()
      await ended
    })
  )
}
