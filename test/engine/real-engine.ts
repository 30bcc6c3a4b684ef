import { openEngine, type Engine, type EngineOptions } from '../../src/main/engine/engine.ts'
import type { StartWorker } from '../../src/main/engine/workers/start-worker.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { bareResources } from '../tools/bare-resources.ts'
import { buildKernels } from '../tools/build-kernels.ts'
import { sourceCheckpointer, sourceWorkers } from '../tools/source-workers.ts'

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
    readonly surroundings?: NonNullable<EngineOptions['surroundings']>
    readonly log?: (text: string) => void
    /** Hears of everything that the engine asks of its other processes, which are asked once its promise is fulfilled. */
    readonly onCall?: (name: string) => void | Promise<void>
  } = {}
): Promise<Engine> {
  await buildKernels()
  return openEngine({
    ...options,
    dataFolder,
    modelFolders,
    resourcesFolder: bareResources(),
    checkpointer: sourceCheckpointer,
    startWorker: onCall === undefined ? nodeWorkers(sourceWorkers) : heard(nodeWorkers(sourceWorkers), onCall)
  })
}

function heard(start: StartWorker, onCall: (name: string) => void | Promise<void>): StartWorker {
  return name => {
    const worker = start(name)
    /** While something is held back, so is all that comes after it: messages keep their order. */
    let held: Promise<void> | null = null
    return {
      ...worker,
      post(message) {
        const { type, name: called } = message as { type: string; name?: string }
        const hear = (): unknown => (type === 'call' && called !== undefined ? onCall(called) : undefined)
        const waiting = held === null ? hear() : held.then(hear)
        if (!(waiting instanceof Promise)) {
          worker.post(message)
          return
        }
        const posted = waiting.then(() => {
          worker.post(message)
          if (held === posted) held = null
        })
        held = posted
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
