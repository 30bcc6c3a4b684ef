import { resolve } from 'node:path'
import type { WorkerName } from '../../src/main/engine/workers/start-worker.ts'

const folder = resolve(import.meta.dirname, '../../src/main/engine/workers')

/** The real workers, run from their source. */
export const sourceWorkers: Readonly<Record<WorkerName, string>> = {
  encoder: resolve(folder, 'encoder.ts'),
  trainer: resolve(folder, 'trainer.ts')
}
