import { resolve } from 'node:path'
import { openEngine, type Engine } from '../../src/main/engine/engine.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { buildKernels } from '../tools/build-kernels.ts'
import { sourceCheckpointer, sourceWorkers } from '../tools/source-workers.ts'

const root = resolve(import.meta.dirname, '../..')

/** The real engine with its encoder process, both from source. */
export async function openBenchEngine(folders: {
  readonly dataFolder: string
  readonly modelFolders: readonly string[]
}): Promise<Engine> {
  await buildKernels()
  return openEngine({
    ...folders,
    resourcesFolder: resolve(root, 'resources'),
    checkpointer: sourceCheckpointer,
    startWorker: nodeWorkers(sourceWorkers)
  })
}
