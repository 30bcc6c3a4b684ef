import { resolve } from 'node:path'
import type { EventName } from '../../src/shared/contract.ts'
import type { JobStatus } from '../../src/shared/jobs.ts'
import type { RunPoint } from '../../src/shared/learning.ts'
import { Devices } from '../../src/main/engine/features/learning/devices.ts'
import { JobQueue } from '../../src/main/engine/base/job-queue.ts'
import type { TrainingEncoder } from '../../src/main/engine/features/learning/training-set.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import { SharedWriter } from '../../src/main/engine/store/writer-lock.ts'
import { Training } from '../../src/main/engine/features/learning/training.ts'
import { TrainerProcess } from '../../src/main/engine/workers/trainer-process.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { drawnEncoder, drawnModel, listedVersions } from '../features/learning/drawn-training-library.ts'

const moody = nodeWorkers({ encoder: '', trainer: resolve(import.meta.dirname, '../workers/moody-trainer.ts') })
export interface Started {
  readonly training: Training
  readonly versions: ReturnType<typeof listedVersions>
  /** Stages in the order they came, each once. */
  readonly stages: string[]
  readonly points: RunPoint[]
  /** The last job's end. */
  ended(): JobStatus | undefined
  /** Called at each point, before anything else can happen. */
  onPoint: () => void
}

/** A training of a library, with the real trainer's process in moods (moody-trainer.ts says by which seed). */
export function startTraining(store: Store, dataFolder: string, encoder: TrainingEncoder = drawnEncoder()): Started {
  const versions = listedVersions()
  const stages: string[] = []
  const points: RunPoint[] = []
  const ended: JobStatus[] = []
  const trainer = new TrainerProcess(moody)
  const emit = (name: EventName, payload: unknown): void => {
    if (name === 'runProgress') {
      points.push((payload as { point: RunPoint }).point)
      started.onPoint()
    }
    if (name === 'jobEnded') ended.push(payload as JobStatus)
    if (name !== 'jobProgress' && name !== 'jobEnded') return
    const { stage } = payload as JobStatus
    if (stages.at(-1) !== stage) stages.push(stage)
  }
  const training = new Training({
    store,
    encoder,
    trainer,
    devices: new Devices({ trainer, settings: store.settings, version: '1' }),
    model: { open: () => Promise.resolve(drawnModel) },
    versions,
    dataFolder,
    writer: new SharedWriter(dataFolder),
    version: '1',
    queue: new JobQueue(emit, () => undefined),
    emit,
    log: () => undefined
  })
  const started: Started = {
    ...{ training, versions, stages, points },
    ended: () => ended.at(-1),
    onPoint: () => undefined
  }
  return started
}
