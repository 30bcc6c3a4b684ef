import { join, resolve } from 'node:path'
import type { WorkerName } from '../../src/main/engine/workers/start-worker.ts'
import { bundleWorkers } from './bundle-workers.ts'

const folder = await bundleWorkers()

/** The real workers of this source, bundled as the build bundles them: hundreds are started, and their source takes three times as long to load. */
export const sourceWorkers: Readonly<Record<WorkerName, string>> = {
  encoder: join(folder, 'encoder.js'),
  trainer: join(folder, 'trainer.js')
}

/** The thread that copies the logs of databases: Node runs its source as it is. */
export const sourceCheckpointer = resolve(import.meta.dirname, '../../src/main/engine/store/checkpointer.ts')
