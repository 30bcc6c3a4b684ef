import { openEngine, type Engine, type EngineOptions } from '../../src/main/engine/engine.ts'
import type { StartWorker } from '../../src/main/engine/workers/start-worker.ts'
import { nodeWorkers } from '../../src/main/hosts/processes.ts'
import { bareResources } from '../tools/bare-resources.ts'
import { buildKernels } from '../tools/build-kernels.ts'
import { sourceWorkers } from '../tools/source-workers.ts'

/** The real engine and its encoder process, both from source, as a host opens them. */
export async function openRealEngine(
  dataFolder: string,
  modelFolders: readonly string[] = [],
  {
    onCall,
    ...options
  }: {
    readonly rebuild?: boolean
    readonly offers?: NonNullable<EngineOptions['offers']>
    readonly watch?: boolean
    readonly log?: (text: string) => void
    /** Hears of everything that the engine asks of its other processes. */
    readonly onCall?: (name: string) => void
  } = {}
): Promise<Engine> {
  await buildKernels()
  return openEngine({
    ...options,
    dataFolder,
    modelFolders,
    resourcesFolder: bareResources(),
    startWorker: onCall === undefined ? nodeWorkers(sourceWorkers) : heard(nodeWorkers(sourceWorkers), onCall)
  })
}

function heard(start: StartWorker, onCall: (name: string) => void): StartWorker {
  return name => {
    const worker = start(name)
    return {
      ...worker,
      post(message) {
        const { type, name: called } = message as { type: string; name?: string }
        if (type === 'call' && called !== undefined) onCall(called)
        worker.post(message)
      }
    }
  }
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
