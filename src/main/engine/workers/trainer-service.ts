import type { Device } from '../../../shared/learning.ts'
import type { ProjectorWeights } from '../base/domain.ts'
import { parseProjector } from '../stages/project/projector-file.ts'
import { cudaExecutor } from '../stages/train/executors/cuda.ts'
import { openRowProjector, type RowProjector } from '../stages/train/executors/row-projector.ts'
import { testDevice } from '../stages/train/test-device.ts'
import { runFit, type FitStep } from '../stages/train/base-fit.ts'
import { runPaper, type PaperStep } from '../stages/train/paper.ts'
import type { TrainStep } from '../stages/train/training-data.ts'
import { runTraining } from '../stages/train/training.ts'
import type { TrainerApi } from './trainer-api.ts'

/** The work of the trainer process; in a test it runs without one. */
export function createTrainerApi(): TrainerApi {
  let expected = { images: new Float32Array(0), texts: new Float32Array(0), gallery: new Int16Array(0) }
  let training: AsyncGenerator<TrainStep | FitStep | PaperStep> | null = null
  let rows: { readonly weights: ProjectorWeights; readonly projector: RowProjector } | null = null

  return {
    expect({ images, texts, gallery }) {
      expected = {
        images: new Float32Array(images),
        texts: new Float32Array(texts),
        gallery: new Int16Array(gallery)
      }
      return null
    },

    fill({ into, at, values }) {
      expected[into].set(values, at)
      return null
    },

    begin({ threads, ...input }) {
      training = runTraining({ ...input, data: { ...input.data, ...expected } }, input.device, threads)
      return null
    },

    beginFit({ threads, ...input }) {
      training = runFit({ ...input, data: { ...input.data, ...expected } }, threads)
      return null
    },

    beginPaper({ threads, ...input }) {
      training = runPaper(input, threads)
      return null
    },

    async next() {
      if (training === null) throw new Error('No training was begun.')
      const step = await training.next()
      if (step.done === true) throw new Error('The training has ended already.')
      return step.value
    },

    async useProjector({ projector, threads }) {
      await rows?.projector.close()
      const weights = parseProjector(projector)
      rows = { weights, projector: openRowProjector(weights, threads) }
      return null
    },

    projectRows({ tower, vectors, from, tokens, tokenStarts }) {
      if (rows === null) throw new Error('No projector was given.')
      const { weights, projector } = rows
      const { linear } = weights[tower]
      const dimension = from >= 0 || linear === null ? weights.dimension : linear.mean.length
      return projector.projectStored(tower, { vectors, dimension, tokens, tokenStarts }, from)
    },

    devices: () => devicesOf(process.platform, () => cudaExecutor() !== null),

    testDevice: ({ device }) => testDevice(device)
  }
}

/** Which devices a platform can have. @param hasCuda  asked only where CUDA comes as a library of its own */
function devicesOf(platform: NodeJS.Platform, hasCuda: () => boolean): Device[] {
  if (platform === 'win32') return ['cpu', 'dml', 'webgpu']
  if (platform === 'darwin') return ['cpu', 'coreml', 'webgpu']
  return platform === 'linux' && hasCuda() ? ['cpu', 'cuda', 'webgpu'] : ['cpu', 'webgpu']
}
