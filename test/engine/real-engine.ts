import { resolve } from 'node:path'
import { openEngine, type Engine, type EngineOptions } from '../../src/main/engine/engine.ts'
import { nodeWorkers } from '../../src/main/hosts/processes.ts'
import { buildKernels } from '../tools/build-kernels.ts'
import { sourceWorkers } from '../tools/source-workers.ts'

const root = resolve(import.meta.dirname, '../..')

/** The real engine and its encoder process, both from source, as a host opens them. */
export async function openRealEngine(
  dataFolder: string,
  modelFolders: readonly string[] = [],
  options: { readonly rebuild?: boolean; readonly offers?: NonNullable<EngineOptions['offers']> } = {}
): Promise<Engine> {
  await buildKernels()
  return openEngine({
    ...options,
    dataFolder,
    modelFolders,
    resourcesFolder: resolve(root, 'resources'),
    startWorker: nodeWorkers(sourceWorkers)
  })
}

/** Indexes and waits for the end. @returns how many files went through the encoder */
export async function indexAll(engine: Engine, folder?: string): Promise<number> {
  let encoded = 0
  const stop = engine.on('jobEnded', job => {
    encoded += job.encoded
    if (job.outcome === 'error') throw new Error(job.message ?? 'Indexing failed.')
  })
  if (folder === undefined) await engine.client.indexLibrary({})
  else await engine.client.addFolder({ path: folder })
  await engine.idle()
  stop()
  return encoded
}
